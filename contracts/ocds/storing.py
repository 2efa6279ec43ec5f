"""A process that was read → an agreement or call-offs. Called inside one transaction a process."""

import copy
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, count
from typing import Any

from accounts import services
from accounts.models import Contact, Organisation
from contracts import cpv
from contracts.models import CpvCode, Framework, Lot, Participation
from contracts.ocds import ocids, organisations, reconcile
from contracts.ocds.problems import Problem, problem
from contracts.ocds.process import Place, Process
from contracts.ocds.reconcile import Change
from contracts.ocds.rows import Outcome, Row
from contracts.services import contacts, frameworks, participations
from core import history
from core.states import Actor

FIELDS = ("title", "description", "case_number", "signed_on", "starts_on", "ends_on", "value", "currency")
NEEDED = ("signed_on", "starts_on", "ends_on")
LOTS = "lots"
"""Where `Framework.imported` keeps what the notice said of each lot."""


@dataclass(frozen=True)
class Who:
    """Who imports, and when."""

    actor: Actor
    today: date
    now: datetime


def agreement(process: Process, *, who: Who) -> Row:
    services.central_body(now=who.now)
    found = ocids.framework(process.ocid)
    framework = Framework.objects.select_for_update().get(pk=found.pk) if found else None
    if framework and framework.status == Framework.Status.EVALUATED:
        reasons = [problem("closed", reference=framework.reference)]
        return Row(Outcome.UNCHANGED, process.ocid, framework.title, reasons=reasons, about_id=str(framework.pk))
    is_new = framework is None
    framework = framework or _create(process, who)
    changes = [] if is_new else _update(framework, process, who)
    problems = list(process.problems)
    lots, lot_changes = _lots(framework, process, who)
    added = _suppliers(framework, process.places, lots, problems, who)
    added += _contacts(framework, process.places, who)
    changes += [] if is_new else lot_changes
    is_changed = bool(added) or any(not change.is_kept for change in changes)
    if is_new or is_changed:
        _sign(framework, who)
    framework.refresh_from_db()
    outcome = Outcome.CREATED if is_new else Outcome.UPDATED if is_changed else Outcome.UNCHANGED
    return Row(
        outcome,
        process.ocid,
        framework.title,
        reasons=[_summary(framework), *added] if not is_new else [_summary(framework)],
        changes=changes,
        missing=missing(framework),
        problems=problems,
        about_id=str(framework.pk),
    )


def missing(framework: Framework) -> list[str]:
    """What must be known of an agreement before it can be signed and its suppliers followed up."""
    empty = [name for name in NEEDED if getattr(framework, name) is None]
    return empty if framework.participations.exists() else [*empty, "suppliers"]


def _summary(framework: Framework) -> Problem:
    return problem(
        f"agreement_{framework.status}",
        reference=framework.reference,
        lots=framework.lots.count(),
        suppliers=framework.participations.values("supplier").distinct().count(),
    )


def _create(process: Process, who: Who) -> Framework:
    facts = {name: value for name, value in _facts(process).items() if value not in (None, "")}
    details: Any = {**facts, "reference": _reference(process), "ocid": process.ocid, "cpv": _codes(process)}
    framework = frameworks.create(details=details, actor=who.actor, today=who.today, now=who.now)
    framework.imported = {**history.plain(facts), "cpv": sorted(process.cpv), LOTS: {}}
    framework.save(update_fields=["imported"])
    return framework


def _facts(process: Process) -> dict[str, Any]:
    facts = {name: getattr(process, name) for name in FIELDS}
    return facts if facts["value"] is not None else {**facts, "currency": ""}


def _reference(process: Process) -> str:
    """The best of its names that no other agreement has."""
    numbered = (f"{process.ocid[-70:]} ({number})" for number in count(2))
    candidates = chain(process.references, [process.ocid[-80:]], numbered)
    return next(name for name in candidates if not Framework.objects.filter(reference=name).exists())


def _codes(process: Process) -> list[CpvCode]:
    """A code that we do not have yet is stored under its description, or the name of the group it lies in."""
    known = CpvCode.objects.in_bulk(list(process.cpv))
    for code, description in process.cpv.items():
        if code not in known:
            wider = next(iter(CpvCode.objects.filter(pk__in=list(cpv.widening(code))).order_by("-pk")), None)
            names = {name: description or getattr(wider, name, "") or code for name in ("name_nb", "name_en")}
            known[code] = CpvCode.objects.create(code=code, **names)
    return [known[code] for code in sorted(process.cpv)]


def _update(framework: Framework, process: Process, who: Who) -> list[Change]:
    ours = {name: getattr(framework, name) for name in FIELDS} | {"cpv": sorted(framework.cpv.values_list("pk", flat=True))}
    theirs = _facts(process) | {"cpv": sorted(process.cpv)}
    result = reconcile.reconcile(ours=ours, theirs=theirs, last=framework.imported)
    reconcile.hold_back_dates(result, ours=ours, last=framework.imported)
    values: Any = dict(result.values)
    if "cpv" in values:
        values["cpv"] = _codes(process)
    if values:
        frameworks.edit(framework=framework, changes=values, actor=who.actor, today=who.today, now=who.now)
    result.disputed.pop("cpv", None)  # a list of codes is shown in the preview, not asked about
    _remember(framework, imported=result.imported, disputed=result.disputed)
    return result.changes


def _remember(framework: Framework, *, imported: dict[str, Any], disputed: dict[str, Any]) -> None:
    framework.refresh_from_db()
    before = (framework.imported, framework.disputed)
    still = {name: value for name, value in framework.disputed.items() if name not in imported}
    framework.imported, framework.disputed = {**framework.imported, **imported}, {**still, **disputed}
    if before != (framework.imported, framework.disputed):
        framework.save(update_fields=["imported", "disputed"])


def _lots(framework: Framework, process: Process, who: Who) -> tuple[dict[str, Lot], list[Change]]:
    """Our lots by the notice's ids. One typed in here before is recognised by its title."""
    existing = list(framework.lots.all())
    by_id = {lot.source_id: lot for lot in existing if lot.source_id}
    by_title = {lot.title.casefold(): lot for lot in existing if not lot.source_id}
    last: dict[str, Any] = framework.imported.get(LOTS, {})
    imported: dict[str, Any] = copy.deepcopy(last)
    changes: list[Change] = []
    for theirs in process.lots:
        lot = by_id.get(theirs.source_id) or by_title.get(theirs.title.casefold())
        said = {"title": theirs.title, "description": theirs.description}
        if lot is None:
            lot = frameworks.add_lot(framework=framework, title=theirs.title, description=theirs.description, actor=who.actor, now=who.now)
            changes.append(Change(f"lot {lot.number}", "", lot.title, is_kept=False))
            imported[theirs.source_id] = said
        else:
            changes += _edit_lot(lot, said, imported.setdefault(theirs.source_id, {}), who)
        if lot.source_id != theirs.source_id:
            Lot.objects.filter(pk=lot.pk).update(source_id=theirs.source_id)
        by_id[theirs.source_id] = lot
    if imported != last:
        _remember(framework, imported={LOTS: imported}, disputed={})
    return by_id, changes


def _edit_lot(lot: Lot, said: dict[str, str], last: dict[str, Any], who: Who) -> list[Change]:
    """`last` is brought up to what the notice now says."""
    ours = {"title": lot.title, "description": lot.description}
    result = reconcile.reconcile(ours=ours, theirs=said, last=last)
    if result.values:
        frameworks.edit_lot(lot=lot, **{**ours, **result.values}, actor=who.actor, now=who.now)
    last.update(result.imported)
    return [Change(f"lot {lot.number}", change.ours, change.theirs, change.is_kept) for change in result.changes]


def _suppliers(framework: Framework, places: list[Place], lots: dict[str, Lot], problems: list[Problem], who: Who) -> list[Problem]:
    """Take in who is new, end what the notice ends. Whom we ended, or the notice no longer names, stays as it is here."""
    news: list[Problem] = []
    named: set[Any] = set()
    for place in places:
        supplier = organisations.supplier(place.supplier, actor=who.actor, now=who.now)
        lot = lots[place.lot] if place.lot else None
        rows = list(Participation.objects.filter(framework=framework, supplier=supplier, lot=lot))
        named.add(supplier.pk)
        if not rows:
            news.append(problem("supplier_added", name=_at(supplier, lot)))
            rows = [_take_in(framework, supplier, lot, place, who)]
        elif all(row.ends_on for row in rows) and place.ends_on is None:
            problems.append(problem("ended_here", name=_at(supplier, lot)))
        news += _end(rows, place, supplier, lot, who)
    others = framework.participations.filter(ends_on=None).exclude(supplier__in=named) if named else framework.participations.none()
    problems += [problem("no_longer_named", name=name) for name in sorted(set(others.values_list("supplier__name", flat=True)))]
    return news


def _at(supplier: Organisation, lot: Lot | None) -> str:
    return f"{supplier.name} ({lot})" if lot else supplier.name


def _take_in(framework: Framework, supplier: Organisation, lot: Lot | None, place: Place, who: Who) -> Participation:
    return participations.add(
        framework=framework,
        supplier=supplier,
        lot=lot,
        rank=place.rank,
        starts_on=place.starts_on,
        actor=who.actor,
        today=who.today,
        now=who.now,
    )


def _end(rows: list[Participation], place: Place, supplier: Organisation, lot: Lot | None, who: Who) -> list[Problem]:
    row = next((row for row in rows if row.ends_on is None), None)
    if row is None or place.ends_on is None or (row.starts_on and place.ends_on < row.starts_on):
        return []
    reason = str(problem("ended_by_notice"))
    participations.end(participation=row, ends_on=place.ends_on, reason=reason, actor=who.actor, today=who.today, now=who.now)
    return [problem("supplier_ended", name=_at(supplier, lot), on=place.ends_on)]


def _contacts(framework: Framework, places: list[Place], who: Who) -> list[Problem]:
    """Contacts of a notice, unconfirmed and in no role. Whom we know already, ended or not, is left alone."""
    news: list[Problem] = []
    for party in dict.fromkeys(place.supplier for place in places if place.supplier.email):
        supplier = organisations.supplier(party, actor=who.actor, now=who.now)
        if Contact.objects.filter(organisation=supplier, person__email__iexact=party.email).exists():
            continue
        contacts.add(
            framework=framework,
            supplier=supplier,
            email=party.email,
            name=party.contact_name,
            phone=party.phone,
            roles=[],
            source=Contact.Source.IMPORTED,
            actor=who.actor,
            today=who.today,
            now=who.now,
        )
        news.append(problem("contact_added", name=party.contact_name or party.email, organisation=supplier.name))
    return news


def _sign(framework: Framework, who: Who) -> None:
    """An agreement that was signed and has its dates and suppliers is not merely planned."""
    framework.refresh_from_db()
    if framework.status != Framework.Status.PLANNED or missing(framework) or framework.signed_on is None:
        return
    if framework.signed_on <= who.today:
        frameworks.sign(framework=framework, signed_on=framework.signed_on, actor=who.actor, today=who.today, now=who.now)
