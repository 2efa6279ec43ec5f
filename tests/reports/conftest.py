from tests.followup.conftest import monday_morning, visit

__all__ = ["monday_morning", "visit"]
