"""History rows in words. A verb that is not listed is shown as it stands: a page must not fail over a word."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts.history_words import LABELS, UNTOLD, VERBS, WORDS
from core import countries, history, locales
from core.models import History

LONGEST = 160
OERE = 2
DAY_OR_MOMENT = re.compile(r"\d{4}-[01]\d-[0-3]\d([ T][0-2]\d:[0-5]\d(:[0-5]\d(\.\d+)?)?([+-]\d\d:\d\d)?)?")


class Told(NamedTuple):
    what: str
    did: str
    details: list[str]


def told(row: History) -> Told:
    model = _models().get(row.object_type)
    what = capfirst(str(model._meta.verbose_name)) if model else row.object_type
    return Told(what, str(VERBS.get(row.verb, row.verb)), list(_details(model, row.changes)))


@cache
def _models() -> dict[str, type[models.Model]]:
    return {history.type_name(model): model for model in apps.get_models()}


def _details(model: type[models.Model] | None, changes: dict[str, Any]) -> Iterator[str]:
    for name, change in changes.items():
        label = _label(model, name)
        if name in UNTOLD or label is None or not change or _is_key(change):
            continue
        if isinstance(change, list) and len(change) == 2 and name not in ("lots", "roles", "cpv", "themes"):
            yield _("%(field)s: %(before)s → %(after)s") % {"field": label, **_both(model, name, change)}
        else:
            yield _("%(field)s: %(value)s") % {"field": label, "value": _shown(model, name, change)}


def _both(model: type[models.Model] | None, name: str, change: list[Any]) -> dict[str, str]:
    return {"before": _shown(model, name, change[0]), "after": _shown(model, name, change[1])}


def _label(model: type[models.Model] | None, name: str) -> str | None:
    """What a field is called; None where only programs know it."""
    if name in LABELS:
        return str(LABELS[name])
    field = _field(model, name)
    return capfirst(str(field.verbose_name)) if field else None


def _shown(model: type[models.Model] | None, name: str, value: Any) -> str:
    """The words of a choice, a list in one line, and long texts cut."""
    if isinstance(value, list):
        return ", ".join(_shown(model, name, each) for each in value) or "–"
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "country":
        return countries.name(value, get_language() or "nb")
    field = _field(model, name)
    text = str(_choices(name, field).get(value) or _when(value) or _amount(field, value) or value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _choices(name: str, field: "models.Field[Any, Any] | None") -> dict[Any, Any]:
    """The words of a code: the field's own, or those of the row that it points to, where that has a code (a severity)."""
    if name in WORDS or field is None:
        return WORDS.get(name, {})
    coded = _field(field.related_model, "code") if isinstance(field.related_model, type) else field
    return dict(coded.flatchoices) if coded else {}


def _when(value: Any) -> str:
    """A date, or the hour of one, in the reader's words; empty for everything else."""
    if not (isinstance(value, str) and DAY_OR_MOMENT.fullmatch(value)):
        return ""
    at = datetime.fromisoformat(value)
    if len(value) == len("2026-12-02"):
        return locales.long_day(at.date())
    return locales.moment(at if at.tzinfo else timezone.make_aware(at))


def _amount(field: "models.Field[Any, Any] | None", value: Any) -> str:
    """Money as it is read: 1 500 000; empty for everything else."""
    is_money = isinstance(field, models.DecimalField) and field.decimal_places == OERE
    try:
        return locales.number(Decimal(value)) if is_money else ""
    except InvalidOperation:
        return ""


def _is_key(value: Any) -> bool:
    """Whether it only points to another row, which programs can read."""
    try:
        return bool(UUID(value))
    except (AttributeError, TypeError, ValueError):
        return False


def _field(model: type[models.Model] | None, name: str) -> "models.Field[Any, Any] | None":
    """A column of the model itself, not what points to it."""
    return next((field for field in model._meta.concrete_fields if field.name == name), None) if model else None
