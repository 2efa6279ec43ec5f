"""Where a scheme is less strict than our requirements, by what is said of it (pure)."""

from collections.abc import Iterable, Mapping

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contracts.models import Theme
from followup.models import AuditScheme

Level = AuditScheme.Level
LESS = (Level.PARTLY, Level.WEAKER, Level.NOT_COVERED)


def in_order(strictness: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each theme and how strict the scheme is for it, in words; also where nobody has compared."""
    levels = dict(Level.choices)
    return [(capfirst(str(label)), str(levels.get(strictness.get(theme, ""), _("not compared yet")))) for theme, label in Theme.choices]


def shortfalls(strictness: Mapping[str, str], themes: Iterable[str]) -> list[tuple[str, str]]:
    """Of these themes those where it is not as strict, with how much less, in words."""
    levels, labels = dict(Level.choices), dict(Theme.choices)
    return [
        (str(labels[theme]), str(levels[strictness[theme]]))
        for theme in sorted(set(themes))
        if strictness.get(theme) in LESS and theme in labels
    ]
