"""What a mail about a request says: gathered from the domain once, whenever any of it changes."""

from typing import Any

from django.db.models import F

from accounts.models import ScopeRole
from contracts.models import Clause, Framework, Requirement
from followup.models import DocumentRequest, Item
from notifications import deadlines


def of(request: DocumentRequest) -> dict[str, Any]:
    """The brief that `notifications.Deadline` carries: words and names, no rows."""
    clause, items = _clause(request), list(request.items.all())
    number = request.rounds.count() or 1
    parts = {
        **of_agreement(request.framework),
        "supplier": request.supplier.name,
        "title": request.title,
        "sentence": request.sentence,
        "clause": {"title": clause.title, "number": clause.number, "text": clause.text} if clause else None,
        **_wanted(items),
        "round": number,
        "returned": _returned(items),
    }
    return {name: value for name, value in parts.items() if value not in (None, "", [])}


def of_agreement(framework: Framework) -> dict[str, Any]:
    """Which agreement it is, and whom to call about it."""
    manager = ScopeRole.objects.filter(scope_id=framework.pk, role=ScopeRole.Role.MANAGER, ends_on=None).select_related("person").first()
    return {
        "agreement": framework.title,
        "reference": framework.reference,
        "mailbox": framework.mailbox,
        "asked_by": manager.person.name if manager else "",
        "asker_phone": manager.person.phone if manager else "",
    }


def refresh(request: DocumentRequest) -> None:
    """Say it anew on the deadline of the present round."""
    deadlines.rewrite(request.deadline, brief=of(request), title=request.title)


def _clause(request: DocumentRequest) -> Clause | None:
    """The clause that gives us the right to ask: one with a deadline rule before one without."""
    requirements = Requirement.objects.filter(obligations__items__request=request, clause__isnull=False)
    first = requirements.order_by(F("rule").asc(nulls_last=True), "number").select_related("clause").first()
    return first.clause if first else None


def _wanted(items: list[Item]) -> dict[str, list[str]]:
    """What a mail counts is what must come; the rest it names as welcome. Where nothing must come, all is counted."""
    still = [item for item in items if item.state in (Item.State.OPEN, Item.State.RETURNED)]
    must = [item.title for item in still if item.is_required]
    may = [item.title for item in still if not item.is_required]
    return {"missing": must, "welcome": may} if must else {"missing": may}


def _returned(items: list[Item]) -> list[dict[str, str]]:
    returned = [item for item in items if item.state == Item.State.RETURNED]
    return [{"title": item.title, "reason": item.reason, "comment": item.comment} for item in returned]
