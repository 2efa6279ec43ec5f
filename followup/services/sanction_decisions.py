"""Deciding a sanction and what follows: telling the supplier, putting it into force, lifting or ending it.

The agreement owner or the section head decides, never who proposed it: the table of roles holds the first, `_must_be_another` and
a constraint in the database the second.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.services import suspensions
from core import rows, states
from core.errors import Invalid, NotAllowed, WrongState, must_say
from core.files import KeptFile
from core.locales import long_day
from followup import addressees, letter_pdf, letters, sanction_grounds, sanction_letters
from followup.addressees import Addressees
from followup.letters import Letter
from followup.models import Sanction, SanctionReply
from followup.services import sanction_post, sanctions, suspending
from followup.services.sanction_post import PORTAL, Purpose, Way
from followup.states import SANCTION
from notifications.webhooks import events

S = Sanction.Status
CHANGES = {Sanction.Outcome.IMPOSED.value: "impose", Sanction.Outcome.NOT_IMPOSED.value: "decline"}


@transaction.atomic
def decide(
    *,
    sanction: Sanction,
    outcome: str,
    grounds: str,
    actor: User,
    now: datetime,
    today: date,
    applies_from: date | None = None,
) -> None:
    """Impose it from a day on (today unless said), or not, with grounds. What is imposed the supplier learns by letter, and not before."""
    if outcome not in CHANGES:
        raise Invalid.one("outcome", "invalid_choice", _("Choose what is decided."))
    change = CHANGES[outcome]
    _must_be_another(sanction, actor)
    states.hold(SANCTION, sanction, change, actor=actor)
    said = must_say(grounds, "grounds", sanctions.SAY_WHY)
    decided = {"outcome": outcome, "grounds": said, "decided_by": actor, "decided_at": now}
    if change == "decline":
        states.advance(SANCTION, sanction, change, actor=actor, now=now, changes={"outcome": outcome, "grounds": said})
        rows.write(sanction, **decided, ended_on=today)
        sanctions.end_clocks(sanction, now=now)
        sanctions.tell_supplier(sanction, "sanction_closed", {"outcome": outcome, "grounds": said}, now=now, today=today)
        return
    first = applies_from or today
    if first < today:
        raise Invalid.one("applies_from", "past", _("A sanction cannot apply from a day that has passed."))
    _must_have_been_heard(sanction, today)
    sanction_grounds.must_stand_at_all(sanction)
    changes = {"outcome": outcome, "grounds": said, "applies_from": first}
    states.advance(SANCTION, sanction, change, actor=actor, now=now, changes=changes, is_internal=True)
    rows.write(sanction, **decided, applies_from=first)
    sanctions.end_clocks(sanction, now=now)
    sanctions.leave_to_us(sanction, "sanction_to_notify", now=now, today=today)


def _must_be_another(sanction: Sanction, actor: User) -> None:
    if sanction.proposed_by_id == actor.pk:
        raise NotAllowed(_("You proposed this sanction, so another person must decide it: the agreement owner, or the section head."))


def _must_have_been_heard(sanction: Sanction, today: date) -> None:
    """The supplier has replied; or the letter has come to it, and the limit has passed."""
    if sanction.status == S.ANSWERED:
        return
    if sanction_post.has_failed(sanction, Purpose.HEARING):
        raise WrongState(
            _("The hearing letter could not be delivered, so the supplier has not been heard. Send it another way, and say so here.")
        )
    limit = sanction.reply_deadline
    if limit is not None and today <= limit.due_on:
        raise WrongState(_("The supplier may reply until %(day)s. Nothing is imposed before then.") % {"day": long_day(limit.due_on)})


@dataclass(frozen=True)
class Draft:
    """The decision letter as it would be today, to whom, and from when the sanction then applies."""

    letter: Letter
    addressees: Addressees
    applies_from: date


def as_of(sanction: Sanction, *, signer: User, today: date) -> Draft:
    recipients = addressees.of(sanction.framework, sanction.supplier, today=today)
    title = addressees.title_of(signer, sanction, sanction.language)
    head = sanction_post.head(recipients, sanction, signer=signer, title=title, day=today)
    hearing, limit = sanction_post.last(sanction, Purpose.HEARING), sanction.reply_deadline
    assert hearing is not None
    assert limit is not None
    reply = SanctionReply.objects.filter(sanction=sanction, submitted_at__isnull=False).first()
    applies_from = sanction.in_force_from or max(sanction.applies_from or today, today)  # not before the supplier is told
    heard: dict[str, Any] = {"heard_on": hearing.sent_on, "reply_due_on": limit.due_on, "reply": reply}
    return Draft(sanction_letters.decision(sanction, head, applies_from=applies_from, **heard), recipients, applies_from)


def notify(
    *,
    sanction: Sanction,
    actor: User,
    now: datetime,
    today: date,
    how: str = PORTAL,
    sent_on: date | None = None,
    receipt_number: str = "",
    read: str | None = None,
) -> None:
    """Tell the supplier what was decided: by the portal, or marked as sent another way on that day. `read` as for the hearing."""
    change = "notify_again" if sanction.status == S.IN_FORCE else "notify"
    states.check(SANCTION, sanction, change, actor=actor)
    assert sanction.decided_at is not None
    goes = sanction_post.way(how, sent_on, receipt_number, since=sanction.decided_at, today=today)
    draft = as_of(sanction, signer=actor, today=goes.on)
    letters.must_be_as_read(draft.letter, read)
    if goes.is_portal:
        addressees.must_reach(draft.addressees)
    with letter_pdf.kept(draft.letter) as pdf:
        _notified(sanction, draft, goes, pdf, change=change, actor=actor, now=now, today=today)


@transaction.atomic
def _notified(sanction: Sanction, draft: Draft, goes: Way, pdf: KeptFile, *, change: str, actor: User, now: datetime, today: date) -> None:
    states.hold(SANCTION, sanction, change, actor=actor)
    if sanction.status != S.DECIDED:
        sanction_post.must_be_another_try(sanction, Purpose.DECISION, goes)
    letters.must_be_as_read(as_of(sanction, signer=actor, today=goes.on).letter, letters.mark_of(draft.letter))
    told = sanction_post.told(goes, draft.addressees, pdf)
    decided = {"outcome": sanction.outcome, "grounds": sanction.grounds, "applies_from": draft.applies_from}
    states.advance(SANCTION, sanction, change, actor=actor, now=now, changes={**told, **decided})
    rows.write(sanction, applies_from=draft.applies_from)
    sanction_post.keep(sanction, Purpose.DECISION, draft.letter, draft.addressees, goes, pdf, actor=actor, now=now)
    events.tell("sanction.notified", about_type="sanction", about_id=sanction.pk, now=now)
    if goes.is_portal:
        sanction_post.mail(sanction, Purpose.DECISION, draft.letter, draft.addressees, now=now, deadline=None)
    if sanction.status == S.NOTIFIED:
        sanctions.end_clocks(sanction, now=now)
        sanctions.leave_to_us(sanction, "sanction_to_enforce", now=now, today=today, starts_on=sanction.applies_from)


@transaction.atomic
def enforce(*, sanction: Sanction, actor: User, now: datetime, today: date, on: date | None = None) -> None:
    """It is in force from that day (the decided one unless said). Agencies see it from then on, and are told where they have to act."""
    states.hold(SANCTION, sanction, "enforce", actor=actor)
    assert sanction.applies_from is not None
    if sanction_post.has_failed(sanction, Purpose.DECISION):
        raise WrongState(_("The decision letter could not be delivered. Send it another way, and say so here."))
    first = on or sanction.applies_from
    if first > today:
        raise Invalid.one("on", "future", _("It applies from %(day)s. Put it into force then.") % {"day": long_day(first)})
    if first < sanction.applies_from:
        raise Invalid.one("on", "too_early", _("It was decided to apply from %(day)s.") % {"day": long_day(sanction.applies_from)})
    states.advance(SANCTION, sanction, "enforce", actor=actor, now=now, changes={"in_force_from": first})
    rows.write(sanction, in_force_from=first)
    sanctions.end_clocks(sanction, now=now)
    events.tell("sanction.in_force", about_type="sanction", about_id=sanction.pk, now=now)
    if sanction.is_suspension:
        suspensions.begin(
            framework=sanction.framework,
            supplier=sanction.supplier,
            lots=list(sanction.lots.all()),
            starts_on=first,
            case_id=sanction.pk,
            actor=actor,
            now=now,
        )
    suspending.tell_agencies(sanction, suspending.BEGUN, on=first, now=now, today=today)


def lift(*, sanction: Sanction, ended_on: date, reason: str, actor: User, now: datetime, today: date) -> None:
    """Take it back from that day on, because it is not needed any more."""
    _over(sanction, "lift", ended_on=ended_on, reason=reason, actor=actor, now=now, today=today)


def end(*, sanction: Sanction, ended_on: date, reason: str, actor: User, now: datetime, today: date) -> None:
    """It has run its course: what it demanded is done, or the agreement is over."""
    _over(sanction, "end", ended_on=ended_on, reason=reason, actor=actor, now=now, today=today)


@transaction.atomic
def _over(sanction: Sanction, change: str, *, ended_on: date, reason: str, actor: User, now: datetime, today: date) -> None:
    states.hold(SANCTION, sanction, change, actor=actor)
    said = must_say(reason, "reason", sanctions.SAY_WHY)
    assert sanction.in_force_from is not None
    if ended_on > today:
        raise Invalid.one("ended_on", "future", _("This day has not come yet."))
    if ended_on < sanction.in_force_from:
        raise Invalid.one("ended_on", "too_early", _("On this day it was not in force yet."))
    states.advance(SANCTION, sanction, change, actor=actor, now=now, changes={"ended_on": ended_on, "reason": said})
    rows.write(sanction, ended_on=ended_on, end_reason=said)
    sanctions.end_clocks(sanction, now=now)
    suspensions.lift(case_id=sanction.pk, lifted_on=ended_on, actor=actor, now=now)
    said_on = {"outcome": sanction.status, "grounds": said, "on": ended_on}
    sanctions.tell_supplier(sanction, "sanction_closed", said_on, now=now, today=today)
    events.tell("sanction.over", about_type="sanction", about_id=sanction.pk, now=now)
    suspending.tell_agencies(sanction, suspending.OVER, on=ended_on, now=now, today=today)
