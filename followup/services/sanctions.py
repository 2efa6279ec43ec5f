"""A sanction case as it is proposed, corrected and dropped, and what every step of it tells.

Nothing here imposes anything: the supplier is heard (`hearings.py`), and another person decides (`sanction_decisions.py`).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person, ScopeRole, User
from accounts.permissions import Action
from contracts.models import Clause, DeadlineRule, Framework, Lot
from core import access, history, rows, states
from core.errors import Invalid, must_say
from followup import addressees, clause_days, sanction_grounds, sanction_letters
from followup.models import DocumentRequest, Finding, FormalNotice, Sanction
from followup.services import briefs, fine_terms, replies
from followup.states import SANCTION
from notifications import audience, calendars, deadlines, outbox, reminders
from notifications.models import Deadline, DeadlineKind, Turn

COLUMNS = ("facts", "measure", "reply_days")
R = ScopeRole.Role
SAY_WHY = gettext_lazy("Write a sentence that says why.")


@transaction.atomic
def propose(
    *,
    framework: Framework,
    supplier: Organisation,
    means: str,
    clause: Clause,
    actor: User,
    now: datetime,
    today: date,
    lots: Sequence[Lot] = (),
    requests: Sequence[DocumentRequest] = (),
    notices: Sequence[FormalNotice] = (),
    findings: Sequence[Finding] = (),
    fine: dict[str, Any] | None = None,
    **written: Any,
) -> Sanction:
    """Begin a case. `written` may hold facts, measure, reply_days; `fine` the terms of a daily fine that the clause leaves open."""
    access.require(actor, Action.SANCTION_PROPOSE, framework)
    rows.lock(framework.scope)  # two at once must not take the same number
    _check_place(framework, supplier, clause, means, today)
    given: dict[str, Any] = {"framework": framework, "supplier": supplier, "means": means, "clause": clause}
    fields = {**suggested(**given, requests=requests, notices=notices, findings=findings, today=today), **written}
    _check(fields)
    number = rows.next_number(Sanction.objects.filter(framework=framework, supplier=supplier))
    sanction = Sanction.objects.create(**given, **fields, number=number, proposed_by=actor, created_at=now)
    _rest_on(sanction, lots=lots, requests=requests, notices=notices, findings=findings, fine=fine, today=today)
    changes = {"means": means, "clause": str(clause), "lots": [lot.number for lot in lots]}
    history.record(actor=actor, now=now, verb="propose", about=sanction, changes=changes, is_internal=True)
    return sanction


def suggested(
    *,
    framework: Framework,
    supplier: Organisation,
    means: str,
    clause: Clause,
    today: date,
    requests: Sequence[DocumentRequest] = (),
    notices: Sequence[FormalNotice] = (),
    findings: Sequence[Finding] = (),
) -> dict[str, Any]:
    """What a person begins with, in the recipient's language: the facts as the tool knows them, and the clause's days."""
    language = addressees.of(framework, supplier, today=today).language
    country, clauses = supplier.country, Clause.objects.filter(pk=clause.pk)
    return {
        "language": language,
        "facts": sanction_letters.usual_facts(requests, notices, findings, language),
        "measure": sanction_letters.usual_measure(means, language),
        "reply_days": clause_days.of(clauses, DeadlineRule.Anchor.REPLY, framework=framework, country=country, today=today),
    }


@transaction.atomic
def edit(
    *,
    sanction: Sanction,
    actor: User,
    now: datetime,
    today: date,
    lots: Sequence[Lot] | None = None,
    requests: Sequence[DocumentRequest] | None = None,
    notices: Sequence[FormalNotice] | None = None,
    findings: Sequence[Finding] | None = None,
    fine: dict[str, Any] | None = None,
    **written: Any,
) -> None:
    """Correct it before the supplier is heard. What is not given stays."""
    states.hold(SANCTION, sanction, "edit", actor=actor)
    _check(written)
    _rest_on(
        sanction,
        lots=lots if lots is not None else list(sanction.lots.all()),
        requests=requests if requests is not None else list(sanction.requests.all()),
        notices=notices if notices is not None else list(sanction.notices.all()),
        findings=findings if findings is not None else list(sanction.findings.all()),
        fine=fine,
        today=today,
    )
    changed = sorted(history.difference(sanction, written))
    states.advance(SANCTION, sanction, "edit", actor=actor, now=now, changes={"changed": changed}, is_internal=True)
    if written:
        rows.write(sanction, **written)


@transaction.atomic
def drop(*, sanction: Sanction, reason: str, actor: User, now: datetime, today: date) -> None:
    """Go no further with it. A supplier that was heard is told so, with the reason."""
    states.hold(SANCTION, sanction, "drop", actor=actor)
    said = must_say(reason, "reason", SAY_WHY)
    was_told = sanction.told_at is not None
    states.advance(SANCTION, sanction, "drop", actor=actor, now=now, changes={"reason": said}, is_internal=not was_told)
    rows.write(sanction, ended_on=today, end_reason=said)
    end_clocks(sanction, now=now)
    if was_told:
        tell_supplier(sanction, "sanction_closed", {"outcome": sanction.status, "grounds": said}, now=now, today=today)


def brief_of(sanction: Sanction) -> dict[str, Any]:
    """What mails about the case say to the supplier and to us."""
    about = briefs.of_agreement(sanction.framework)
    return {**about, "supplier": sanction.supplier.name, "title": title_of(sanction), "means": sanction.means}


def title_of(sanction: Sanction) -> str:
    """In the supplier's language, as on the letters."""
    with translation.override(sanction.language):
        return _("Sanction case no. %(number)d: %(means)s") % {"number": sanction.number, "means": sanction.title}


def publish(sanction: Sanction, kind: str, people: Sequence[Person], said: dict[str, Any], *, now: datetime, **more: Any) -> None:
    outbox.publish(
        kind=kind,
        people=people,
        organisation=more.pop("organisation", sanction.supplier),
        scope_id=sanction.framework_id,
        about_id=sanction.pk,
        context={**brief_of(sanction), **said},
        key=more.pop("key", str(sanction.pk)),
        now=now,
        **more,
    )


def tell_supplier(sanction: Sanction, kind: str, said: dict[str, Any], *, now: datetime, today: date) -> None:
    publish(sanction, kind, replies.concerned(sanction, today=today), said, now=now)


def deciders(sanction: Sanction, *, today: date) -> list[Person]:
    """Those who may decide it: the agreement owner, else the section head, and never who proposed it.

    Whoever stands in for an owner who is away is told what the owner is told, and does not decide by that.
    """
    for role in (R.OWNER, R.SECTION_HEAD):
        people = audience.staff(scope_id=sanction.framework_id, role=role, today=today)
        if able := [person for person in people if _may_decide(sanction, person)]:
            return able
    return []


def _may_decide(sanction: Sanction, person: Person) -> bool:
    user = User.objects.filter(person=person, is_active=True).first()
    return user is not None and user.pk != sanction.proposed_by_id and access.may(user, Action.SANCTION_DECIDE, sanction)


def leave_to_us(sanction: Sanction, task: str, *, now: datetime, today: date, starts_on: date | None = None) -> Deadline:
    """The next step is ours: a task that says which, and leads to the case."""
    first = max(starts_on or today, today)
    deadline = deadlines.open_new(
        kind=DeadlineKind.FOLLOW_UP,
        about_id=sanction.pk,
        title=title_of(sanction),
        scope=sanction.framework_id,
        organisation=sanction.framework.organisation,
        turn=Turn.CPB,
        starts_on=first,
        due_on=calendars.due_from_us(DeadlineKind.FOLLOW_UP, first),
        brief={**brief_of(sanction), "task": task, "supplier_id": str(sanction.supplier_id)},
        now=now,
    )
    reminders.sweep(today=today, now=now, deadlines=[deadline.pk])
    return deadline


def end_clocks(sanction: Sanction, *, now: datetime) -> None:
    """The supplier's limit, and our tasks about the case."""
    deadlines.close_all(Deadline.objects.filter(about_id=sanction.pk), now=now)
    if sanction.reply_deadline is not None:
        sanction.reply_deadline.refresh_from_db(fields=["closed_at"])


def _check_place(framework: Framework, supplier: Organisation, clause: Clause, means: str, today: date) -> None:
    if not framework.participations.on(today).filter(supplier=supplier).exists():
        raise Invalid.one("supplier", "not_on_agreement", _("The supplier does not take part in this agreement."))
    if clause.framework_id != framework.pk:
        raise Invalid.one("clause", "other_agreement", _("The clause belongs to another agreement."))
    if not clause.gives(means):
        given = {"clause": clause, "means": ", ".join(str(each.label) for each in clause.named_means)}
        raise Invalid.one("means", "not_in_clause", _("The clause (%(clause)s) does not give this means. It gives: %(means)s.") % given)


def _check(written: dict[str, Any]) -> None:
    if "facts" in written and not any(fact.strip() for fact in written["facts"]):
        raise Invalid.one("facts", "required", _("Write at least one fact."))
    if "measure" in written and not written["measure"].strip():
        raise Invalid.one("measure", "required", _("Say what the sanction consists in."))
    if "reply_days" in written and not 1 <= written["reply_days"] <= clause_days.LONGEST:
        raise Invalid.one("reply_days", "range", _("Choose between 1 and %(most)d working days.") % {"most": clause_days.LONGEST})


def _rest_on(
    sanction: Sanction,
    *,
    lots: Sequence[Lot],
    requests: Sequence[DocumentRequest],
    notices: Sequence[FormalNotice],
    findings: Sequence[Finding],
    fine: dict[str, Any] | None,
    today: date,
) -> None:
    _check_lots(sanction, lots, today)
    own = {"framework_id": sanction.framework_id, "supplier_id": sanction.supplier_id}
    if any(getattr(row, name) != key for row in (*requests, *notices, *findings) for name, key in own.items()):
        raise Invalid.one("requests", "other_case", _("What the case rests on must be of this supplier on this agreement."))
    if any(it.status == DocumentRequest.Status.DRAFT for it in requests) or not all(notice.has_left for notice in notices):
        raise Invalid.one("requests", "not_sent", _("What has not been sent cannot be what a case rests on."))
    if names := sanction_grounds.fallen([*requests, *notices]):
        raise Invalid.one("requests", "withdrawn", sanction_grounds.withdrawn(names))
    if any(not it.is_told or sanction_grounds.has_fallen(it) for it in findings):
        raise Invalid.one(
            "findings", "not_told", _("A finding that the supplier has not been told of, or that is withdrawn, proves nothing.")
        )
    sanction.lots.set(lots)
    sanction.requests.set(requests)
    sanction.notices.set(notices)
    sanction.findings.set(findings)
    if fine is not None:
        fine_terms.keep(sanction, fine)


def _check_lots(sanction: Sanction, lots: Sequence[Lot], today: date) -> None:
    """Those on which the supplier takes part. A suspension says on which; the others may mean the whole agreement."""
    own = set(sanction.framework.participations.on(today).filter(supplier=sanction.supplier).values_list("lot_id", flat=True))
    if any(lot.framework_id != sanction.framework_id or not {lot.pk, None} & own for lot in lots):
        raise Invalid.one("lots", "not_on_lot", _("The supplier does not take part in this lot."))
    if sanction.is_suspension and not lots and sanction.framework.lots.exists():
        raise Invalid.one("lots", "required", _("Choose the lots on which the supplier is to be suspended."))
