"""Reading a row again under lock and writing some of its columns, so that the row in the caller's hand stays true."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from core.errors import WrongState


def lock(row: models.Model) -> None:
    """Read the row anew; until the transaction ends nobody else changes it. On SQLite the whole transaction holds that lock.

    WrongState where somebody has taken it away meanwhile.
    """
    try:
        row.refresh_from_db(from_queryset=type(row)._base_manager.select_for_update())
    except ObjectDoesNotExist:
        raise WrongState(_("This has been taken away since you opened it.")) from None


def write(row: models.Model, **fields: Any) -> None:
    """Set and save these columns and no others."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def next_number(rows: QuerySet[Any], field: str = "number") -> int:
    """One more than the last. Ask under a lock: two at once must not take the same."""
    last: int | None = rows.aggregate(last=Max(field))["last"]
    return (last or 0) + 1
