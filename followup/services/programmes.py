"""Audit programmes: made, corrected, closed when nothing is under way, opened again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Action
from contracts.services.frameworks import known_currency
from core import access, history, rows, states
from core.errors import FieldError, Invalid, WrongState
from followup.models import Programme
from followup.states import PROGRAMME

FIRST_YEAR, LAST_YEAR = 2000, 2199
TWICE = gettext_lazy("There is a programme of that title for that year already.")


@transaction.atomic
def create(*, actor: User, now: datetime, **written: Any) -> Programme:
    """`written` may hold title, year, purpose, reason, budget and currency (NOK when left out)."""
    access.require(actor, Action.PROGRAMME_EDIT)
    programme = Programme(created_by=actor, created_at=now, **_kept(written))
    _check(programme)
    with _once():
        programme.save(force_insert=True)
    history.record(actor=actor, now=now, verb="create", about=programme, changes=written, is_internal=True)
    return programme


@transaction.atomic
def edit(*, programme: Programme, actor: User, now: datetime, **written: Any) -> None:
    states.hold(PROGRAMME, programme, "edit", actor=actor)
    kept = _kept(written)
    changed = history.difference(programme, kept)
    if changed:
        for name, value in kept.items():
            setattr(programme, name, value)
        _check(programme)
        states.advance(PROGRAMME, programme, "edit", actor=actor, now=now, changes=changed, is_internal=True)
        with _once():
            rows.write(programme, **kept)


@transaction.atomic
def close(*, programme: Programme, actor: User, now: datetime) -> None:
    """Refused while an audit of it is under way."""
    states.hold(PROGRAMME, programme, "close", actor=actor)
    left = programme.audits.under_way().count()
    if left:
        text = _("Audits of the programme are still under way (%(number)s). Finish them, call them off, or move them to another programme.")
        raise WrongState(text % {"number": left})
    states.advance(PROGRAMME, programme, "close", actor=actor, now=now, is_internal=True)


@transaction.atomic
def reopen(*, programme: Programme, actor: User, now: datetime) -> None:
    states.advance(PROGRAMME, programme, "reopen", actor=actor, now=now, is_internal=True)


def _kept(written: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value.strip() if isinstance(value, str) else value for name, value in written.items()}
    if "currency" in kept:
        kept["currency"] = known_currency(kept["currency"] or "NOK")
    return kept


@contextmanager
def _once() -> Iterator[None]:
    """Of two who write the same title at the same moment one is told."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Invalid.one("title", "twice", TWICE) from None


def _check(programme: Programme) -> None:
    if faults := list(_faults(programme)):
        raise Invalid(faults)


def _faults(programme: Programme) -> Iterator[FieldError]:
    if not programme.title:
        yield FieldError("title", "required", _("Give the programme a title."))
    elif Programme.objects.filter(year=programme.year, title__iexact=programme.title).exclude(pk=programme.pk).exists():
        yield FieldError("title", "twice", TWICE)
    if not FIRST_YEAR <= programme.year <= LAST_YEAR:
        yield FieldError("year", "range", _("Write a year between 2000 and 2199."))
    if not programme.purpose:
        yield FieldError("purpose", "required", _("Say what the programme is for."))
    if programme.budget is not None and programme.budget < 0:
        yield FieldError("budget", "negative", _("A budget cannot be less than nothing."))
