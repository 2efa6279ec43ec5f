"""The first look at a country builds its calendar, which is slower than a property test allows one example."""

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
