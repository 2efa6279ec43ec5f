"""What was sent in a case and to whom, and what will be sent next and why: for the page of the case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Required, TypedDict
from uuid import UUID

from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core import locales, status_words
from core.models import History
from core.sql import row_list
from notifications import kinds, set_aside, taking
from notifications.audience import AWAY, STAFF_CHAIN, SUPPLIER_CHAIN
from notifications.models import Deadline, DeadlineKind, Delivery, MailEvent, Message, PlannedStep, ReminderStep
from notifications.rendering import ROLE_WORDS

Status = PlannedStep.Status
SHOWN = (Status.PLANNED, Status.SUPERSEDED, Status.UNREACHED, Status.FAILED)
"""What became of a step that gave no line. Cancelled ones are left out: the date moved, or it was no longer needed."""


class Entry(TypedDict, total=False):
    """One line of `{% timeline %}`."""

    at: Required[date | datetime]
    title: Required[str]
    text: str
    colour: str
    is_coming: bool
    url: str


@dataclass(frozen=True)
class Case:
    """The deadlines of one row as far as the viewer may see them, what was and will be told of them, and where “I have this” is said."""

    deadlines: list[Deadline]
    entries: list[Entry]

    @property
    def clock(self) -> Deadline | None:
        return taking.clock_among(self.deadlines)


def case(key: UUID, *, viewer: User) -> Case:
    """The whole case of a row: what it owes, our review of it, questions, and the tasks that came of it. Three queries."""
    deadlines = _deadlines(Q(about_id=key), viewer)
    return Case(deadlines, _entries(deadlines, viewer))


def of(deadline_ids: Iterable[Any], *, viewer: User) -> list[Entry]:
    """Everything about these deadlines that the viewer may see, oldest first, what is to come last. Three queries."""
    return _entries(_deadlines(Q(pk__in=deadline_ids), viewer), viewer)


def about(key: UUID, *, viewer: User) -> list[Entry]:
    return case(key, viewer=viewer).entries


def of_agreement(scope_id: UUID, *, viewer: User) -> list[Entry]:
    """Options and expiry: what the agreement's own dates have told and will tell."""
    kinds_of_its_own = (DeadlineKind.OPTION_NOTICE, DeadlineKind.AGREEMENT_EXPIRY)
    return _entries(_deadlines(Q(scope_id=scope_id, kind__in=kinds_of_its_own), viewer), viewer)


def _deadlines(which: Q, viewer: User) -> list[Deadline]:
    """With who has said “I have this” at a deadline of the same case."""
    same = Deadline.objects.filter(about_id=OuterRef(OuterRef("about_id"))).values("pk")
    said = History.objects.filter(object_id__in=same, verb__in=("take_case", "release_case"))
    rows = Deadline.objects.visible_to(viewer).filter(which).annotate(said=row_list(said))
    return list(rows.select_related("policy_version__policy", "taken_by"))


def _entries(deadlines: list[Deadline], viewer: User) -> list[Entry]:
    if not deadlines:
        return []
    lines = list(_lines(deadlines, viewer))
    entries = _seen(deadlines)
    entries += [_line(line, viewer) for line in lines]
    entries += [*_news(lines), *_taken(deadlines)] if viewer.works_here else []
    entries += [_step(step) for step in _steps(deadlines, viewer)]
    return sorted(entries, key=lambda entry: (entry.get("is_coming", False), _day(entry["at"]), str(entry["at"])))


def _lines(deadlines: list[Deadline], viewer: User) -> Iterable[Delivery]:
    about = Q(deadline__in=deadlines) | Q(deadline=None, about_id__in={deadline.about_id for deadline in deadlines})
    news = MailEvent.objects.filter(message=OuterRef("message"))
    lines = Delivery.objects.visible_to(viewer).filter(about).with_status().annotate(news=row_list(news))
    return lines.select_related("person", "message", "step", "deadline__policy_version__policy").order_by("created_at")


def _steps(deadlines: list[Deadline], viewer: User) -> Iterable[PlannedStep]:
    shown = Q(status__in=SHOWN) | (Q(status=Status.DONE) & ~Q(step__opens=""))  # it became a task, not a mail
    steps = PlannedStep.objects.filter(shown, deadline__in=deadlines).select_related("step", "deadline__policy_version__policy")
    open_ = Q(deadline__closed_at=None) | ~Q(status=Status.PLANNED)
    return steps.filter(open_) if viewer.works_here else steps.filter(open_, step__audience__in=SUPPLIER_CHAIN, status=Status.PLANNED)


def _seen(deadlines: list[Deadline]) -> list[Entry]:
    """A page is opened once, however many deadlines it shows."""
    moments = {deadline.seen_at for deadline in deadlines if deadline.seen_at}
    return [Entry(at=moment, title=_("Opened on the portal, signed in"), colour="success") for moment in moments]


def _line(line: Delivery, viewer: User) -> Entry:
    word, colour = status_words.word("delivery", line.state)  # type: ignore[attr-defined]
    sent = line.message.sent_at if line.message and line.message.status == Message.Status.SENT else None
    texts = [str(word), _reason(line)]
    return Entry(
        at=sent or line.created_at,
        title=_("%(kind)s, to %(person)s") % {"kind": kinds.get(line.kind).label, "person": line.person},
        text=" · ".join(text for text in texts if text),
        colour=colour,
        url=reverse("notifications:delivery", args=[line.pk]) if viewer.works_here else "",
    )


def _news(lines: Iterable[Delivery]) -> Iterable[Entry]:
    """What became of the mails after they had left, each said once, however many lines it carried."""
    line_of = {line.message_id: line for line in lines if line.message_id and not line.cancelled_at}
    for line in line_of.values():
        for event in line.news:  # type: ignore[attr-defined]
            word, colour = status_words.word("mail_event", event.kind)
            yield Entry(
                at=event.at,
                title=_("%(what)s, mail to %(person)s") % {"what": word, "person": line.person},
                text=event.diagnostic,
                colour=colour,
                url=reverse("notifications:delivery", args=[line.pk]),
            )


def _taken(deadlines: Iterable[Deadline]) -> Iterable[Entry]:
    """Who has said “I have this”, and that it was let go. It is said at one deadline of a case and holds for all."""
    for row in {row.pk: row for deadline in deadlines for row in deadline.said}.values():  # type: ignore[attr-defined]
        if row.verb == "release_case":
            yield Entry(at=row.at, title=_("%(person)s lets it go again") % {"person": row.actor_name})
            continue
        until = {"person": row.actor_name, "day": locales.long_day(date.fromisoformat(row.changes["until"]))}
        yield Entry(at=row.at, title=_("%(person)s has this until %(day)s") % until, text=row.changes.get("note", ""), colour="info")


def _reason(line: Delivery) -> str:
    """Which step of which ladder, and through which role."""
    if line.step is None or line.deadline is None:
        return ""
    why = explain(line.step, line.deadline)
    if line.reason.startswith(AWAY):
        return why + ". " + _("Sent instead of %(person)s, who is away.") % {"person": line.reason.removeprefix(AWAY)}
    if line.reason:
        instead = {"role": ROLE_WORDS.get(line.role, line.role), "missing": ROLE_WORDS.get(line.reason, line.reason)}
        why = f"{why}. " + _("Sent to the %(role)s, because nobody was there as %(missing)s.") % instead
    return why


def _step(row: PlannedStep) -> Entry:
    word, colour = status_words.word("step", row.status)
    kind = kinds.told_by(row.step.kind, row.deadline.brief)
    to = _("%(kind)s, to the %(role)s") % {"kind": kind.label, "role": ROLE_WORDS.get(row.step.audience, row.step.audience)}
    is_coming, is_task = row.status == Status.PLANNED, row.status == Status.DONE
    texts = [
        explain(row.step, row.deadline),
        _rest(row) if is_coming else "" if is_task else str(word),
        set_aside.words(row) if row.status == Status.FAILED else "",
    ]
    return Entry(
        at=row.on,
        title=to,
        text=". ".join(text for text in texts if text),
        colour="" if is_coming or is_task else colour,
        is_coming=is_coming,
    )


def _rest(row: PlannedStep) -> str:
    """What keeps a step from coming on its day."""
    deadline = row.deadline
    if deadline.waits_for_us:
        return _("Rests while it is our turn")
    if deadline.paused_until and deadline.paused_until > row.on:
        return _("Rests until %(day)s") % {"day": locales.long_day(deadline.paused_until)}
    is_ours = row.step.audience in STAFF_CHAIN and not row.step.opens
    if is_ours and deadline.taken_until and deadline.taken_until >= row.on:
        day = {"day": locales.long_day(deadline.taken_until)}
        if deadline.taken_by_id is None:
            return _("Rests until the status meeting on %(day)s is over") % day
        return _("Rests until %(day)s is over: somebody has this") % day
    return ""


def explain(step: ReminderStep, deadline: Deadline) -> str:
    """Why this step comes on its day, in words."""
    policy = deadline.policy_version.policy.name if deadline.policy_version else ""
    words = {"distance": locales.span(step.offset, step.unit), "policy": policy}
    if step.anchor == ReminderStep.Anchor.START:
        text = _("When it was sent (“%(policy)s”)") if not step.offset else _("%(distance)s after it was sent (“%(policy)s”)")
    elif step.offset < 0:
        text = _("%(distance)s before the date (“%(policy)s”)")
    else:
        text = _("%(distance)s after the date (“%(policy)s”)")
    if step.only_if_unseen:
        return text % words + ". " + _("Only if it has not been opened")
    return text % words


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at
