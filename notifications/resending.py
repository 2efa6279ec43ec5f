"""What a person decides about mail: send again, let go what was held back, or drop it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.permissions import Action
from core import access, history, ids
from core.errors import NotAllowed, WrongState
from core.states import Actor
from notifications import cancel_words, kinds, outbox, recheck
from notifications.models import Delivery, PlannedStep, SweepRun


@transaction.atomic
def resend(*, line: Delivery, actor: Actor, now: datetime) -> Delivery:
    """A new line with a mail and a Message-ID of its own, at once. An address that was refused is given another try.

    What is no longer true is refused here, with the reason, rather than taken back unseen when it would leave.
    """
    access.require(actor, Action.DELIVERY_RESEND, line)
    if kinds.get(line.kind).is_secret:
        raise WrongState(_("A mail with a secret link cannot be sent again. Ask for a new one instead."))
    key = ids.new()
    again = Delivery(**{name: getattr(line, name) for name in COPIED}, id=key, dedupe_key=f"again:{key}", is_immediate=True, created_at=now)
    Person.objects.filter(pk=line.person_id).update(undeliverable_since=None)
    if reason := recheck.why_untrue(again, now=now):
        raise WrongState(cancel_words.not_again(reason))
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
    """Send what a long pause has held back, from today on. What a later step has overtaken since then is not said any more."""
    _must_administer(actor)
    _leave_out_overtaken(now=now)
    released = Delivery.objects.held().update(held_at=None, created_at=now)
    _note("release_held", released, actor=actor, now=now)
    transaction.on_commit(outbox.ring, robust=True)
    return released


@transaction.atomic
def drop_held(*, actor: Actor, now: datetime) -> int:
    """Tell nobody what a long pause has held back; the ladders go on from here."""
    _must_administer(actor)
    dropped = outbox.cancel(Delivery.objects.held(), reason="dropped", now=now)
    _note("drop_held", dropped, actor=actor, now=now)
    return dropped


def _leave_out_overtaken(*, now: datetime) -> None:
    """While the lines were held the ladder went on: whoever has heard a later rung by now does not hear an earlier one."""
    later = Delivery.objects.filter(
        deadline=OuterRef("deadline"),
        person=OuterRef("person"),
        due_on=OuterRef("due_on"),
        step__rung__gt=OuterRef("step__rung"),
        cancelled_at=None,
    )
    outbox.cancel(Delivery.objects.held().filter(Exists(later)), reason="overtaken", now=now)
    lines = Delivery.objects.filter(deadline=OuterRef("deadline"), step=OuterRef("step"))
    overtaken = Delivery.objects.filter(cancel_reason="overtaken", cancelled_at=now)
    steps = PlannedStep.objects.filter(status=PlannedStep.Status.DONE, deadline__in=overtaken.values("deadline"))
    told_nobody = steps.filter(Exists(lines.filter(cancel_reason="overtaken", cancelled_at=now)), ~Exists(lines.filter(cancelled_at=None)))
    told_nobody.update(status=PlannedStep.Status.SUPERSEDED, note="later")


def _note(verb: str, lines: int, *, actor: Actor, now: datetime) -> None:
    """In the history of the sweep that held them back. Pressed twice, the second time decides nothing."""
    run = SweepRun.objects.filter(is_held=True).order_by("-started_at").first() if lines else None
    if run is not None:
        history.record(actor=actor, now=now, verb=verb, about=run, changes={"lines": lines}, is_internal=True)


def _must_administer(actor: Actor) -> None:
    if not actor.may(Action.POLICY_EDIT):
        raise NotAllowed
