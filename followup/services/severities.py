"""The scale of severity. What somebody has been told stands; a change holds for what is told afterwards."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import Action
from core import access, history, rows
from followup.models import Severity


@transaction.atomic
def edit(*, severity: Severity, actor: User, now: datetime, **written: Any) -> None:
    """Offsets (None: no such clock), their units, `is_critical`, `needs_another` and `weakest_method`."""
    access.require(actor, Action.SEVERITY_EDIT)
    if changed := history.difference(severity, written):
        rows.write(severity, **written)
        history.record(actor=actor, now=now, verb="edit", about=severity, changes=changed, is_internal=True)
