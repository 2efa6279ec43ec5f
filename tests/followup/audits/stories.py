"""Audits brought to where a test begins, and small readings that the tests share."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Organisation
from contracts.models import Framework, Obligation
from core import files
from core.models import History
from followup.models import Audit
from followup.services import audit_outcomes, audits
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.conftest import pdf

DAY = date(2026, 4, 15)
"""A Wednesday, six weeks ahead."""

AT: dict[str, Any] = {"now": NOW, "today": TODAY}


def at(day: date) -> datetime:
    return NOW + (day - TODAY)


def on(day: date) -> dict[str, Any]:
    return {"now": at(day), "today": day}


def page_of(it: Audit, *parts: object) -> str:
    return "/".join(["", "audits", str(it.pk), *map(str, parts), ""])


def bound(framework: Framework, supplier: Organisation) -> list[Obligation]:
    return list(Obligation.objects.filter(framework=framework, supplier=supplier).order_by("requirement__number", "id"))


def planned(cast: Cast, **fields: Any) -> Audit:
    """At Nordvare on the PC agreement, by the manager, who checks everything."""
    framework, supplier = fields.pop("framework", cast.pc), fields.pop("supplier", cast.nordvare)
    said: dict[str, Any] = {
        "kind": "supplier_audit",
        "planned_on": DAY,
        "obligations": bound(framework, supplier),
        "actor": cast.manager,
        **AT,
        **fields,
    }
    return audits.plan(framework=framework, supplier=supplier, **said)


def announced(cast: Cast, **fields: Any) -> Audit:
    it = planned(cast, **fields)
    audits.announce(audit=it, actor=fields.get("actor", cast.manager), **AT)
    return it


def reported(cast: Cast, *names: str, held_on: date = TODAY, **fields: Any) -> Audit:
    """Held that day, with a report of each of these names."""
    it = planned(cast, **{"planned_on": held_on, **fields})
    log(cast, it, *(names or ("Report",)))
    return it


def log(cast: Cast, it: Audit, *names: str, result: str = "improvements", **fields: Any) -> None:
    with files.kept(papers(*names, about=it.supplier.name)) as kept:
        audit_outcomes.log(audit=it, result=result, files=kept, **{"actor": cast.manager, **AT, **fields})


def reused(cast: Cast, **fields: Any) -> Audit:
    said: dict[str, Any] = {
        "framework": cast.pc,
        "supplier": cast.nordvare,
        "scheme": "amfori BSCI",
        "place": "Site 4, Binh Duong",
        "performed_on": TODAY - timedelta(days=200),
        "result": "nothing_found",
        "is_as_strict": True,
        "is_similar": True,
        "accepted_because": "Punkt 4 mot klausul 12.",
        "actor": cast.manager,
        **AT,
    }
    return audit_outcomes.log_reused(**{**said, **fields})


def papers(*names: str, about: str = "") -> Sequence[files.CheckedFile]:
    return files.inspect_all([ContentFile(pdf(content=f"{name} {about}").read(), name=f"{name}.pdf") for name in names])


def verbs(it: Audit) -> list[str]:
    """Sorted: what a test does happens in one moment."""
    return sorted(History.objects.filter(object_id=it.pk).values_list("verb", flat=True))
