"""Hearing the supplier before a sanction is decided: the letter, the limit, and the reply (*tilsvar*)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import dates, rows, states
from core.dates import Unit
from core.errors import WrongState
from core.files import KeptFile
from followup import addressees, letter_pdf, letters, proofs, sanction_grounds, sanction_letters
from followup.addressees import Addressees
from followup.letters import Letter
from followup.models import Sanction
from followup.proofs import Proof
from followup.services import fine_terms, replies, sanction_post, sanctions
from followup.services.sanction_post import PORTAL, Purpose, Way
from followup.states import SANCTION
from notifications import calendars, deadlines
from notifications.models import Deadline, DeadlineKind, Delivery, Turn
from notifications.webhooks import events


@dataclass(frozen=True)
class Draft:
    """The hearing letter as it would be today, and to whom."""

    letter: Letter
    addressees: Addressees
    proofs: Sequence[Proof]
    reply_on: date

    @property
    def is_proved(self) -> bool:
        return proofs.has_delivered_reminder(self.proofs)


def as_of(sanction: Sanction, *, signer: User, today: date) -> Draft:
    calendar = calendars.read().of(sanction.supplier.country)
    recipients = addressees.of(sanction.framework, sanction.supplier, today=today)
    before = proofs.proofs_for_sanction(sanction)
    reply_on = dates.due_on(today, sanction.reply_days, Unit.WORKING_DAYS, calendar)
    title = addressees.title_of(signer, sanction, sanction.language)
    head = sanction_post.head(recipients, sanction, signer=signer, title=title, day=today)
    return Draft(sanction_letters.hearing(sanction, head, before, reply_on=reply_on), recipients, before, reply_on)


def hear(
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
    """Send the letter, or mark it as sent another way on that day; the days for the reply count from then.

    `read` is the mark of the letter that whoever signs has read. It is refused, whichever way it goes, until the supplier is known to
    have been told before.
    """
    states.check(SANCTION, sanction, "hear", actor=actor)
    goes = sanction_post.way(how, sent_on, receipt_number, since=sanction.created_at, today=today)
    fine_terms.must_be_there(sanction)
    draft = as_of(sanction, signer=actor, today=goes.on)
    letters.must_be_as_read(draft.letter, read)
    if sanction.status != Sanction.Status.HEARD:
        sanction_grounds.must_stand_whole(sanction)
        _must_be_proved(draft)
    if goes.is_portal:
        addressees.must_reach(draft.addressees)
    with letter_pdf.kept(draft.letter) as pdf:
        _heard(sanction, draft, goes, pdf, actor=actor, now=now)


def _must_be_proved(draft: Draft) -> None:
    if not draft.is_proved:
        raise WrongState(
            _(
                "No reminder and no formal notice is known to have reached the supplier, so it cannot be heard about a sanction yet. "
                "Remind it first; if you have reminded it by telephone, letter or in a meeting, write that in the contact log."
            )
        )


@transaction.atomic
def _heard(sanction: Sanction, draft: Draft, goes: Way, pdf: KeptFile, *, actor: User, now: datetime) -> None:
    states.hold(SANCTION, sanction, "hear", actor=actor)
    if sanction.status == Sanction.Status.HEARD:
        sanction_post.must_be_another_try(sanction, Purpose.HEARING, goes)
    letters.must_be_as_read(as_of(sanction, signer=actor, today=goes.on).letter, letters.mark_of(draft.letter))
    told = sanction_post.told(goes, draft.addressees, pdf)
    states.advance(SANCTION, sanction, "hear", actor=actor, now=now, changes=told)
    sanctions.end_clocks(sanction, now=now)  # of a letter that came back: the days count anew
    deadline = _limit(sanction, draft, sent_on=goes.on, now=now)
    rows.write(sanction, told_at=sanction.told_at or now, reply_deadline=deadline)
    sanction_post.keep(sanction, Purpose.HEARING, draft.letter, draft.addressees, goes, pdf, actor=actor, now=now)
    events.tell("sanction.heard", about_type="sanction", about_id=sanction.pk, now=now)
    if goes.is_portal:
        due_on = draft.reply_on.isoformat()
        sanction_post.mail(sanction, Purpose.HEARING, draft.letter, draft.addressees, now=now, deadline=deadline, due_on=due_on)


def _limit(sanction: Sanction, draft: Draft, *, sent_on: date, now: datetime) -> Deadline:
    return deadlines.open_new(
        kind=DeadlineKind.SANCTION_REPLY,
        about_id=sanction.pk,
        title=sanctions.title_of(sanction),
        scope=sanction.framework_id,
        organisation=sanction.supplier,
        turn=Turn.SUPPLIER,
        starts_on=sent_on,
        due_on=draft.reply_on,
        brief=sanctions.brief_of(sanction),
        now=now,
    )


def tell_who_may_decide(*, today: date, now: datetime) -> None:
    """No reply has come, and the ladder has told the owner. Whoever stands in for an owner who is away does not decide by that: those
    who may are told too, each once. An owner who comes back is among them."""
    silent = Deadline.objects.open().filter(kind=DeadlineKind.FOLLOW_UP, brief__task="sanction_reply_missing").values("about_id")
    for sanction in Sanction.objects.filter(pk__in=silent).select_related("framework__organisation", "supplier", "reply_deadline"):
        told = Delivery.objects.filter(kind="sanction_to_decide", about_id=sanction.pk, cancelled_at=None)
        people = [person for person in sanctions.deciders(sanction, today=today) if not told.filter(person=person).exists()]
        about = {"organisation": sanction.framework.organisation, "deadline": sanction.reply_deadline, "key": f"{sanction.pk}:silent"}
        sanctions.publish(sanction, "sanction_to_decide", people, {}, now=now, **about)


@transaction.atomic
def send_reply(
    *, sanction: Sanction, actor: User, now: datetime, today: date, text: str | None = None, files: Sequence[KeptFile] = ()
) -> None:
    """Hand the reply in. It becomes our turn: the manager gets a task, and whoever may decide is told. A late one is taken too."""
    reply, documents = replies.hand_in(sanction, text=text, files=files, actor=actor, now=now, today=today)
    sanctions.end_clocks(sanction, now=now)
    sanctions.leave_to_us(sanction, "sanction_reply_received", now=now, today=today)
    body = sanction.framework.organisation
    sanctions.publish(
        sanction, "sanction_to_decide", sanctions.deciders(sanction, today=today), {"has_replied": True}, now=now, organisation=body
    )
    sanctions.publish(sanction, "sanction_reply_receipt", [actor.person], replies.receipt(reply, documents), now=now)
    events.tell("sanction.answered", about_type="sanction", about_id=sanction.pk, now=now)
