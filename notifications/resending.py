"""What a person decides about mail: send again, let go what was held back, or drop it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.permissions import Action
from core import access, history, ids
from core.errors import NotAllowed, WrongState
from core.states import Actor
from notifications import kinds, outbox
from notifications.models import Delivery


@transaction.atomic
def resend(*, line: Delivery, actor: Actor, now: datetime) -> Delivery:
    """A new line with a mail and a Message-ID of its own, at once. An address that was refused is given another try."""
    access.require(actor, Action.DELIVERY_RESEND, line)
    if kinds.get(line.kind).is_secret:
        raise WrongState(_("A mail with a secret link cannot be sent again. Ask for a new one instead."))
    key = ids.new()
    again = Delivery(**{name: getattr(line, name) for name in COPIED}, id=key, dedupe_key=f"again:{key}", is_immediate=True, created_at=now)
    Person.objects.filter(pk=line.person_id).update(undeliverable_since=None)
    again.save(force_insert=True)
    history.record(actor=actor, now=now, verb="resend", about=line, changes={"again": again.pk}, is_internal=True)
    history.record(actor=actor, now=now, verb="create", about=again, changes={"of": line.pk}, is_internal=True)
    transaction.on_commit(outbox.ring, robust=True)
    return again


COPIED = (
    *("kind", "person_id", "organisation_id", "scope_id", "channel", "deadline_id", "step_id", "role"),
    *("due_on", "turn", "about_id", "reason", "context"),
)


@transaction.atomic
def release_held(*, actor: Actor, now: datetime) -> int:
    """Send what a long pause has held back, from today on."""
    _must_administer(actor)
    released = Delivery.objects.held().update(held_at=None, created_at=now)
    transaction.on_commit(outbox.ring, robust=True)
    return released


@transaction.atomic
def drop_held(*, actor: Actor, now: datetime) -> int:
    """Tell nobody what a long pause has held back; the ladders go on from here."""
    _must_administer(actor)
    return outbox.cancel(Delivery.objects.held(), reason="dropped", now=now)


def _must_administer(actor: Actor) -> None:
    if not actor.may(Action.POLICY_EDIT):
        raise NotAllowed
