"""What the supplier shows for having put a finding right. Anybody of theirs saves; the main contact sends in."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.models import Theme
from core import dates, rows, states
from core.dates import Unit
from core.errors import Invalid, WrongState, must_be_ahead, must_say
from core.files import KeptFile
from core.models import History
from followup import seen, writing_together
from followup.models import CorrectiveAction, Document, Finding, FindingClock, FindingEvidence
from followup.services import documents, finding_clocks
from followup.services.finding_clocks import WITHOUT_A_CLOCK
from followup.states import FINDING
from notifications import deadlines, outbox
from notifications.webhooks import events

W = FindingClock.What
MOST_TEXT = 20_000


@transaction.atomic
def save(
    *,
    finding: Finding,
    actor: User,
    now: datetime,
    today: date,
    files: Sequence[KeptFile] = (),
    again: Sequence[Document] = (),
    action: CorrectiveAction | None = None,
    statement: str | None = None,
    removed: UUID | None = None,
    seen_mark: str | None = None,
) -> None:
    """Keep files, documents delivered before, and words, without sending in. History only counts them: they are theirs until then.

    `seen_mark` says which words the writer saw: left as they were, what a colleague wrote meanwhile stays; where both wrote it is refused.
    """
    states.hold(FINDING, finding, "upload", actor=actor)
    change = "act" if finding.status in FINDING["act"].sources else "upload"
    _check(finding, again, action, statement, today)
    if statement is not None and seen_mark == seen.mark(statement.strip()):
        statement = None
    if statement is not None and statement.strip() != finding.statement and seen.is_passed_over(seen_mark, [finding.statement]):
        raise Invalid.one("statement", "changed_meanwhile", writing_together.told(finding.statement))
    fresh = _fresh(finding, files)
    reused = [document for document in again if not finding.evidence.filter(document=document).exists()]
    says_more = statement is not None and statement.strip() != finding.statement
    if not fresh and not reused and not says_more and removed is None:
        return
    states.advance(FINDING, finding, change, actor=actor, now=now, changes={"files": len(fresh) + len(reused)})
    _add(finding, [*_kept(finding, fresh, actor=actor, now=now, today=today), *reused], action=action, now=now)
    if statement is not None and says_more:
        rows.write(finding, statement=statement.strip())
    if removed is not None:
        _take_away(finding, removed)


@transaction.atomic
def finish_action(
    *, finding: Finding, action: CorrectiveAction, actor: User, now: datetime, today: date, files: Sequence[KeptFile] = ()
) -> None:
    """One action of the accepted plan is done: its date is met, and what shows it is ours to read from now on."""
    states.hold(FINDING, finding, "finish_action", actor=actor)
    rows.lock(action)
    if action.plan.finding_id != finding.pk or action.verdict != CorrectiveAction.Verdict.ACCEPTED:
        raise Invalid.one("action", "unknown_action", _("One of the actions is not part of this plan."))
    if action.done_on is not None:
        raise WrongState(_("You have said already that this is done."))
    _add(finding, _kept(finding, _fresh(finding, files), actor=actor, now=now, today=today), action=action, now=now)
    shown = _deliver(finding.evidence.filter(action=action), now=now)
    changes = {"action": action.text, "files": [document.name_for_all for document in shown]}
    states.advance(FINDING, finding, "finish_action", actor=actor, now=now, changes=changes)
    _done(action, today=today, now=now)
    _receipt(finding, shown, {"action": action.text[:300]}, actor=actor, now=now)


@transaction.atomic
def submit(
    *, finding: Finding, actor: User, now: datetime, today: date, files: Sequence[KeptFile] = (), statement: str | None = None
) -> None:
    """It is put right, and this shows it. Needs a file or words; after it was sent back, such as were not sent in before."""
    states.hold(FINDING, finding, "evidence", actor=actor)
    _check(finding, (), None, statement, today)
    _add(finding, _kept(finding, _fresh(finding, files), actor=actor, now=now, today=today), now=now)
    if statement is not None:
        rows.write(finding, statement=statement.strip())
    waiting = finding.evidence.filter(submitted_at=None)
    if not waiting.exists() and not finding.statement:
        raise Invalid.one("files", "required", _("Add a file that shows what was done, or write what was done."))
    _must_say_more(finding)
    shown = _deliver(waiting, now=now)
    changes = {"files": [document.name_for_all for document in shown], "statement": finding.statement}
    states.advance(FINDING, finding, "evidence", actor=actor, now=now, changes=changes)
    for action in CorrectiveAction.objects.filter(plan__finding=finding, verdict="accepted", done_on=None).select_related("deadline"):
        if action.deadline.is_open:
            _done(action, today=today, now=now)
    finding_clocks.hand_to_us(finding, "evidence", today=today, now=now)
    events.tell("finding.evidenced", about_type="finding", about_id=finding.pk, now=now)
    _receipt(finding, shown, {"statement": finding.statement}, actor=actor, now=now)


@transaction.atomic
def return_(*, finding: Finding, comment: str, actor: User, now: datetime, today: date, due_on: date | None = None) -> None:
    """It does not show enough. The date stands if there is time left, else there are two weeks."""
    states.hold(FINDING, finding, "return_evidence", actor=actor)
    comment = must_say(comment, "comment", _("Say what is missing. The supplier reads it."))
    must_be_ahead(due_on, today)
    finding_clocks.hand_back(finding, now=now)
    finding_clocks.give_back(finding, today=today, now=now)
    due_on = due_on or _enough(finding, today)
    states.advance(FINDING, finding, "return_evidence", actor=actor, now=now, changes={"comment": comment, "due_on": due_on})
    finding_clocks.give(finding, W.CORRECTION, due_on=due_on, today=today, now=now)
    said = {"clock": W.CORRECTION, "comment": comment, "due_on": due_on.isoformat()}
    finding_clocks.tell_supplier(finding, "finding_returned", today=today, now=now, said=said)


def _enough(finding: Finding, today: date) -> date:
    at_least, clock = dates.due_on(today, WITHOUT_A_CLOCK, Unit.DAYS), finding_clocks.running(finding, W.CORRECTION)
    return max(at_least, clock.deadline.due_on) if clock else at_least


def _check(finding: Finding, again: Sequence[Document], action: CorrectiveAction | None, statement: str | None, today: date) -> None:
    if faults := [fault for each in again if (fault := documents.fault_when_used_again(each, finding.supplier_id, today))]:
        raise Invalid(faults[:1])
    if action is not None and action.plan.finding_id != finding.pk:
        raise Invalid.one("action", "unknown_action", _("One of the actions is not part of this plan."))
    if statement is not None and len(statement) > MOST_TEXT:
        text = _("Write at most %(most)d characters, and put the rest into a file.")
        raise Invalid.one("statement", "max_length", text % {"most": MOST_TEXT})


def _must_say_more(finding: Finding) -> None:
    """What was sent in once and did not do, does not do the second time; nor does the same file under another name."""
    last = History.objects.of(finding).filter(verb="evidence").order_by("-at", "-id").first()
    if last is None or finding.statement not in ("", last.changes.get("statement")):
        return
    sent_in = finding.evidence.filter(submitted_at__lte=last.at).values("document__sha256")
    if not finding.evidence.exclude(document__sha256__in=sent_in).exists():
        text = _("This is what you sent in before, and we asked for more. Add what is new, or write what has changed.")
        raise Invalid.one("files", "unchanged", text)


def _add(finding: Finding, documents: Sequence[Document], *, now: datetime, action: CorrectiveAction | None = None) -> None:
    FindingEvidence.objects.bulk_create(
        [FindingEvidence(finding=finding, action=action, document=document, added_at=now) for document in documents]
    )


def _kept(finding: Finding, files: Sequence[KeptFile], *, actor: User, now: datetime, today: date) -> list[Document]:
    """What shows how people are paid holds their names and their pay: only those who review read it."""
    access = Document.Access.RESTRICTED if finding.theme == Theme.WAGES else Document.Access.ORDINARY
    return documents.keep(finding.supplier, files, actor=actor, now=now, received_on=today, access=access)


def _fresh(finding: Finding, files: Sequence[KeptFile]) -> list[KeptFile]:
    return documents.fresh(files, Document.objects.filter(finding_evidence__finding=finding))


def _receipt(finding: Finding, shown: Sequence[Document], said: dict[str, str], *, actor: User, now: datetime) -> None:
    """Tell whoever sent it in, at once, what we have, with checksums: as for a document request."""
    outbox.publish(
        kind="evidence_receipt",
        people=[actor.person],
        organisation=finding.supplier,
        scope_id=finding.framework_id,
        about_id=finding.pk,
        context={**finding_clocks.brief_of(finding), **said, "documents": documents.listed(shown), "submitted_at": now.isoformat()},
        key=f"{finding.pk}:{now.isoformat()}",
        now=now,
    )


def _deliver(evidence: QuerySet[FindingEvidence], *, now: datetime) -> list[Document]:
    """From now on these are ours to read."""
    waiting = list(evidence.filter(submitted_at=None).select_related("document"))
    documents.deliver([one.document_id for one in waiting], now=now)
    FindingEvidence.objects.filter(pk__in=[one.pk for one in waiting]).update(submitted_at=now)
    return [one.document for one in waiting]


def _take_away(finding: Finding, removed: UUID) -> None:
    """A file that is not sent in; when nothing else holds it, it is gone."""
    for one in finding.evidence.filter(document=removed, submitted_at=None).select_related("document"):
        one.delete()
        documents.let_go(one.document)


def _done(action: CorrectiveAction, *, today: date, now: datetime) -> None:
    rows.write(action, done_on=today)
    deadlines.close(action.deadline, now=now)
