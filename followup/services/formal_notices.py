"""A formal notice: drafted by the tool, corrected, approved and sent by a person, or sent by other means, or not at all.

Nothing with legal effect leaves by itself, and none leaves by the portal before a reminder is known to have arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SYSTEM, User
from accounts.permissions import Action
from contracts.models import Clause, DeadlineRule
from core import access, dates, history, rows, states
from core.dates import Unit
from core.errors import Invalid, WrongState, must_say
from core.files import KeptFile
from followup import addressees, clause_days, letter_pdf, letters, proofs
from followup.addressees import Addressee, Addressees
from followup.letters import Letter, Terms
from followup.models import DocumentRequest, FormalNotice, NoticeLetter
from followup.proofs import Proof
from followup.services import briefs
from followup.states import FORMAL_NOTICE
from notifications import calendars, deadlines, outbox, tasks_for_us
from notifications.models import Deadline, DeadlineKind, ReminderStep, Turn

LONGEST_DAYS = clause_days.LONGEST
WITH_PORTAL = FormalNotice.How.PORTAL


@dataclass(frozen=True)
class Draft:
    """What would be sent today, and to whom."""

    letter: Letter
    addressees: Addressees
    proofs: Sequence[Proof]
    cure_on: date
    reply_on: date

    @property
    def to(self) -> list[Addressee]:
        return self.addressees.to

    @property
    def copies(self) -> list[Addressee]:
        return self.addressees.copies

    @property
    def stand_ins(self) -> list[str]:
        return self.addressees.stand_ins

    @property
    def is_proved(self) -> bool:
        return proofs.has_delivered_reminder(self.proofs)


@transaction.atomic
def start(*, request: DocumentRequest, actor: User, now: datetime, today: date, **written: Any) -> FormalNotice:
    """Draft a notice about a date that was not kept. `written` may hold facts, consequences, signer_title, cure_days, reply_days."""
    access.require(actor, Action.FORMAL_NOTICE_SEND, request)
    rows.lock(request.framework.scope)  # two at once must not take the same number
    _must_be_missed(request, today)
    if request.formal_notices.open().exists():
        raise WrongState(_("There is a formal notice about this already."))
    fields = {**suggested(request, actor=actor, today=today), **written}
    _check(fields)
    notice = FormalNotice.objects.create(
        framework=request.framework,
        supplier=request.supplier,
        request=request,
        number=rows.next_number(FormalNotice.objects.filter(framework=request.framework, supplier=request.supplier)),
        missed=request.deadline,
        created_by=actor,
        created_at=now,
        **fields,
    )
    history.record(actor=actor, now=now, verb="draft", about=notice, changes={"case": request.pk}, is_internal=True)
    if open_task(request) is None:
        _remind_us_of_draft(request, today=today, now=now)
    return notice


def _remind_us_of_draft(request: DocumentRequest, *, today: date, now: datetime) -> None:
    """Begun before the ladder's formal step: no draft waits in silence. Whoever has just begun it is not told at once that it is there."""
    tasks_for_us.draft_formal_notice(request.deadline, today=today, now=now)
    if task := open_task(request):
        deadlines.skip_asking(task, now=now)


def suggested(request: DocumentRequest, *, actor: User, today: date) -> dict[str, Any]:
    """What a person begins with: the facts as the tool knows them, in the recipient's language, and the clause's days."""
    language = addressees.of(request.framework, request.supplier, today=today).language
    return {
        "language": language,
        "facts": letters.usual_facts(request, language),
        "consequences": letters.usual_consequences(language),
        "signer_title": addressees.title_of(actor, request, language),
        "cure_days": _days(request, DeadlineRule.Anchor.CURE, today),
        "reply_days": _days(request, DeadlineRule.Anchor.REPLY, today),
    }


@transaction.atomic
def edit(*, notice: FormalNotice, actor: User, now: datetime, **written: Any) -> None:
    """Correct the draft: facts, consequences, signer_title, cure_days, reply_days."""
    states.hold(FORMAL_NOTICE, notice, "edit", actor=actor)
    _check(written)
    changed = history.difference(notice, written)
    if changed:
        states.advance(FORMAL_NOTICE, notice, "edit", actor=actor, now=now, changes={"changed": sorted(changed)}, is_internal=True)
        rows.write(notice, **written)


def as_of(notice: FormalNotice, *, signer: User, today: date) -> Draft:
    """The letter as it would be if it were sent on that day and signed by this person."""
    request, calendar = notice.request, calendars.read().of(notice.supplier.country)
    recipients, before = addressees.of(notice.framework, notice.supplier, today=today), proofs.proofs_of(request, notice.missed)
    cure_on = dates.due_on(today, notice.cure_days, Unit.WORKING_DAYS, calendar)
    reply_on = dates.due_on(today, notice.reply_days, Unit.WORKING_DAYS, calendar)
    terms = Terms(
        to=[*(each.line for each in recipients.to), notice.supplier.name],
        copy=[each.line for each in recipients.copies],
        day=today,
        signature=[signer.name, notice.signer_title],
        cure_on=cure_on,
        reply_on=reply_on,
    )
    letter = letters.write(notice, terms, before, notice.missed.brief.get("clause"))
    return Draft(letter, recipients, before, cure_on, reply_on)


def send(*, notice: FormalNotice, actor: User, now: datetime, today: date, read: str | None = None) -> None:
    """Approve and send: to the contractual representative, a copy by itself to the managing director. The text is frozen.

    `read` is the mark of the letter that whoever signs has read.
    """
    states.check(FORMAL_NOTICE, notice, "send", actor=actor)
    _must_be_missed(notice.request, today)
    draft = as_of(notice, signer=actor, today=today)
    letters.must_be_as_read(draft.letter, read)
    addressees.must_reach(draft.addressees)
    if not draft.is_proved:
        raise WrongState(
            _(
                "No reminder is known to have reached the supplier, so a letter with legal effect cannot be sent from here. Find the right "
                "contact, or remind them another way and write it in the contact log; or send the letter another way and say so here."
            )
        )
    with letter_pdf.kept(draft.letter) as pdf:
        _sent(notice, draft, pdf, change="send", sent={"how": WITH_PORTAL, "sent_on": today}, actor=actor, now=now)


def mark_sent(*, notice: FormalNotice, sent_on: date, how: str, actor: User, now: datetime, today: date, receipt_number: str = "") -> None:
    """The letter has gone another way on that day; its limits count from then. Also for one that the portal could not deliver."""
    states.check(FORMAL_NOTICE, notice, "mark_sent", actor=actor)
    if sent_on > today:
        raise Invalid.one("sent_on", "future", _("This day has not come yet. Choose the day the letter was sent."))
    if how not in FormalNotice.How.values or how == WITH_PORTAL:
        raise Invalid.one("how", "invalid_choice", _("Say how the letter was sent."))
    if notice.status == FormalNotice.Status.DRAFTED and sent_on <= notice.missed.due_on:
        raise Invalid.one("sent_on", "too_early", _("On this day the date had not passed yet."))
    draft, sent = as_of(notice, signer=actor, today=sent_on), {"how": how, "sent_on": sent_on, "receipt_number": receipt_number.strip()}
    with letter_pdf.kept(draft.letter) as pdf:
        _sent(notice, draft, pdf, change="mark_sent", sent=sent, actor=actor, now=now)


@transaction.atomic
def drop(*, notice: FormalNotice, reason: str, actor: User, now: datetime) -> None:
    """Send no letter, and say why."""
    states.hold(FORMAL_NOTICE, notice, "drop", actor=actor)
    reason = must_say(reason, "reason", _("Say why no letter is sent."))
    states.advance(FORMAL_NOTICE, notice, "drop", actor=actor, now=now, changes={"reason": reason}, is_internal=True)
    rows.write(notice, drop_reason=reason)
    _end_tasks(notice, now=now)


@transaction.atomic
def refrain(*, task: Deadline, request: DocumentRequest, reason: str, actor: User, now: datetime) -> None:
    """The same before anybody has begun on a draft: the task that the ladder opened is done, with the reason."""
    access.require(actor, Action.FORMAL_NOTICE_SEND, request)
    reason = must_say(reason, "reason", _("Say why no letter is sent."))
    deadlines.close(task, now=now)
    history.record(actor=actor, now=now, verb="drop_formal_notice", about=task, changes={"reason": reason}, is_internal=True)


def overtaken(request: DocumentRequest, *, now: datetime) -> None:
    """The supplier has answered, or we ask no more: what is only drafted is not to be sent."""
    for notice in request.formal_notices.filter(status=FormalNotice.Status.DRAFTED):
        reason = _("What we asked for has come, or we no longer ask for it.")
        states.advance(FORMAL_NOTICE, notice, "drop", actor=SYSTEM, now=now, changes={"reason": reason}, is_internal=True)
        rows.write(notice, drop_reason=reason)


def open_task(request: DocumentRequest) -> Deadline | None:
    """The task that the ladder's formal step opened, if it is still to be done."""
    return Deadline.objects.open().filter(kind=DeadlineKind.FORMAL_NOTICE, about_id=request.pk).select_related("organisation").first()


def _must_be_missed(request: DocumentRequest, today: date) -> None:
    if not request.is_with_supplier:
        raise WrongState(_("The supplier owes nothing on this request now, so there is nothing to give notice of."))
    if request.deadline.due_on >= today:
        raise WrongState(_("The date has not passed, so there is no breach to give notice of."))


def _must_have_failed(notice: FormalNotice) -> None:
    if not notice.is_by_portal or not proofs.has_failed(proofs.letters_out(notice.pk, "formal_notice"), "formal_notice"):
        raise WrongState(_("This letter has been sent already."))


def _check(written: dict[str, Any]) -> None:
    if "facts" in written and not any(fact.strip() for fact in written["facts"]):
        raise Invalid.one("facts", "required", _("Write at least one fact."))
    if "consequences" in written and not written["consequences"].strip():
        raise Invalid.one("consequences", "required", _("Say what happens if nothing comes."))
    for name in ("cure_days", "reply_days"):
        if name in written and not 1 <= written[name] <= LONGEST_DAYS:
            raise Invalid.one(name, "range", _("Choose between 1 and %(most)d working days.") % {"most": LONGEST_DAYS})


def _days(request: DocumentRequest, anchor: str, today: date) -> int:
    clauses = Clause.objects.filter(requirements__obligations__items__request=request)
    return clause_days.of(clauses, anchor, framework=request.framework, country=request.supplier.country, today=today)


@transaction.atomic
def _sent(notice: FormalNotice, draft: Draft, pdf: KeptFile, *, change: str, sent: dict[str, Any], actor: User, now: datetime) -> None:
    states.hold(FORMAL_NOTICE, notice, change, actor=actor)
    if notice.status == FormalNotice.Status.SENT:
        _must_have_failed(notice)
    letters.must_be_as_read(as_of(notice, signer=actor, today=sent["sent_on"]).letter, letters.mark_of(draft.letter))
    changes = {**sent, "to": [each.person.email for each in draft.addressees.everybody], "sha256": pdf.sha256}
    states.advance(FORMAL_NOTICE, notice, change, actor=actor, now=now, changes=changes)
    rows.write(
        notice,
        letter=dict(draft.letter),
        text=letters.as_text(draft.letter),
        recipients=[each.kept for each in draft.addressees.everybody],
        **sent,
        sent_at=now,
        signed_by=actor,
        cure_on=draft.cure_on,
        reply_deadline=_reply_deadline(notice, draft, sent_on=sent["sent_on"], now=now),
    )
    NoticeLetter.objects.update_or_create(notice=notice, defaults={**pdf.columns, "created_at": now})
    if notice.is_by_portal:
        _publish(notice, draft, now=now)
    _end_tasks(notice, now=now)
    deadlines.forgo(notice.missed, opens=ReminderStep.Opens.FORMAL_NOTICE, now=now)


def _reply_deadline(notice: FormalNotice, draft: Draft, *, sent_on: date, now: datetime) -> Deadline:
    if notice.reply_deadline is not None:  # what the portal could not deliver goes another way, and counts from then
        deadlines.close(notice.reply_deadline, now=now)
    return deadlines.open_new(
        kind=DeadlineKind.FORMAL_REPLY,
        about_id=notice.pk,
        title=notice.request.title,
        scope=notice.framework_id,
        organisation=notice.supplier,
        turn=Turn.SUPPLIER,
        starts_on=sent_on,
        due_on=draft.reply_on,
        brief={**brief_of(notice), "cure_on": draft.cure_on.isoformat()},
        now=now,
    )


def brief_of(notice: FormalNotice) -> dict[str, Any]:
    """What mails about the notice say: the request's brief without what is asked for, and the notice's number."""
    left_out = ("missing", "welcome", "returned", "sentence", "round", "decision")
    about = {name: value for name, value in briefs.of(notice.request).items() if name not in left_out}
    return {**about, "notice": notice.number}


def _publish(notice: FormalNotice, draft: Draft, *, now: datetime) -> None:
    for kind, recipients in (("formal_notice", draft.to), ("formal_notice_copy", draft.copies)):
        outbox.publish(
            kind=kind,
            people=[each.person for each in recipients],
            organisation=notice.supplier,
            scope_id=notice.framework_id,
            about_id=notice.pk,
            context={**brief_of(notice), "letter": dict(draft.letter), "due_on": draft.reply_on.isoformat()},
            key=str(notice.pk),
            now=now,
            deadline=notice.reply_deadline,
        )


def _end_tasks(notice: FormalNotice, *, now: datetime) -> None:
    deadlines.close_all(Deadline.objects.filter(kind=DeadlineKind.FORMAL_NOTICE, about_id=notice.request_id), now=now)
