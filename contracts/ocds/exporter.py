"""Our agreements and call-offs → one OCDS 1.1 release package, written as it is read.

An agreement is a process of its own: its lots and requirements under the tender, one award for each supplier and lot, no
contracts, as the standard's guidance on frameworks has it. Each call-off is another process, related to it.

The prefix of ocids for what was made here is OCID_PREFIX (default `ocds-cpb000`, which is not registered: a body that
publishes asks the Open Contracting Partnership for its own).
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Organisation
from contracts.models import CallOff, Framework, Obligation, Participation
from contracts.ocds import ocids, wording
from contracts.ocds.orders import source_of
from contracts.ocds.wording import Json, filled
from contracts.services import clocks
from core import dates
from core.dates import Unit

EXTENSIONS = [
    f"https://raw.githubusercontent.com/open-contracting-extensions/ocds_{name}_extension/master/extension.json"
    for name in ("lots", "techniques", "requirements", "sustainability")
]
AT_A_TIME = 100


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def write(file: Writable, *, frameworks: QuerySet[Framework], publisher: Organisation, now: datetime) -> int:
    """Write the package; return how many releases it has."""
    head = json.dumps(_package(publisher, now), ensure_ascii=False, indent=1)
    file.write(head.removesuffix("\n}") + ',\n "releases": [')
    number = 0
    for number, release in enumerate(releases(frameworks, now=now), 1):
        file.write(("," if number > 1 else "") + "\n" + json.dumps(release, ensure_ascii=False))
    file.write("\n]}\n")
    return number


def _package(publisher: Organisation, now: datetime) -> Json:
    number = filled(scheme=publisher.identifier_scheme, uid=publisher.identifier) if publisher.identifier else {}
    return {
        "uri": f"{settings.BASE_URL}/frameworks/",
        "version": "1.1",
        "extensions": EXTENSIONS,
        "publishedDate": now.isoformat(timespec="seconds"),
        "publisher": {"name": publisher.name, **number, "uri": f"{settings.BASE_URL}/"},
    }


def releases(frameworks: QuerySet[Framework], *, now: datetime) -> Iterator[Json]:
    """Each agreement, then what was called off from it."""
    zone = ZoneInfo(settings.TIME_ZONE)
    rows = frameworks.select_related("organisation").prefetch_related(
        "cpv",
        "lots",
        "options",
        "participations__supplier",
        "participations__lot",
        "requirements__lots",
        "obligations__requirement",
        "obligations__supplier",
    )
    for framework in rows.order_by("created_at", "pk").iterator(AT_A_TIME):
        yield _identified(agreement(framework, zone=zone), now)
        call_offs = framework.call_offs.select_related("supplier", "agency", "lot").order_by("ocid", "created_at", "pk")
        for _ocid, group in groupby(call_offs.iterator(AT_A_TIME), key=ocids.of):
            yield _identified(process_of(list(group), framework, zone=zone), now)


def _identified(release: Json, now: datetime) -> Json:
    """A release's id comes from what it says: the same content twice is the same release."""
    digest = hashlib.sha256(json.dumps(release, sort_keys=True).encode()).hexdigest()[:16]
    return {"ocid": release["ocid"], "id": digest, "date": now.isoformat(timespec="seconds"), **release}


def agreement(framework: Framework, *, zone: tzinfo) -> Json:
    body = framework.organisation
    taking_part = list(framework.participations.all())
    awards = [_award(row, framework, zone=zone) for row in taking_part]
    suppliers = {row.supplier_id: row.supplier for row in taking_part}.values()
    return filled(
        ocid=ocids.of(framework),
        tag=["tender", "award"] if awards else ["planning"],
        initiationType="tender",
        language=settings.LANGUAGE_CODE,
        parties=[
            wording.party(body, ["procuringEntity", "centralPurchasingBody"]),
            *(wording.party(supplier, ["supplier", "tenderer"]) for supplier in suppliers),
        ],
        tender=_tender(framework, is_awarded=bool(awards), zone=zone),
        awards=awards,
    )


def _tender(framework: Framework, *, is_awarded: bool, zone: tzinfo) -> Json:
    requirements = [requirement for requirement in framework.requirements.all() if requirement.withdrawn_on is None]
    general = [requirement for requirement in requirements if not requirement.lots.all()]
    longest = sum(option.months for option in framework.options.all())
    at_most = framework.ends_on and dates.add(framework.ends_on, longest, Unit.MONTHS)
    runs = wording.period(framework.starts_on, framework.ends_on, at_most=at_most, zone=zone)
    value = wording.money(framework.value, framework.currency)
    return filled(
        id=framework.reference,
        title=framework.title,
        description=framework.description,
        status="complete" if is_awarded else "planned",
        procuringEntity=wording.reference(framework.organisation),
        value=value,
        contractPeriod=runs,
        items=wording.classifications(framework.cpv.all(), title=framework.title),
        lots=[wording.lot(lot, requirements) for lot in framework.lots.all()],
        techniques={"hasFrameworkAgreement": True, "frameworkAgreement": filled(period=runs, value=value)}
        if runs or value
        else {"hasFrameworkAgreement": True},
        criteria=[wording.criterion(requirement, zone=zone) for requirement in requirements],
        milestones=_milestones(framework, zone=zone),
        **wording.sustainability(general),
    )


def _milestones(framework: Framework, *, zone: tzinfo) -> list[Json]:
    """Signing, and the day by which each option must be decided."""
    signed = wording.start_of(framework.signed_on, zone=zone)
    notices = {period.option.pk: period.notice_on for period in clocks.periods(framework)}
    return [
        *([{"id": "signing", "type": "approval", "title": "Signing", "dateMet": signed, "status": "met"}] if signed else []),
        *(wording.option_milestone(option, notices.get(option.pk), zone=zone) for option in framework.options.all()),
    ]


def _award(row: Participation, framework: Framework, *, zone: tzinfo) -> Json:
    promised = [obligation for obligation in framework.obligations.all() if _is_of(obligation, row) and obligation.is_promised]
    return filled(
        id=str(row.pk),
        status="active",
        title=framework.title if row.lot is None else row.lot.title,
        description=f"Rank {row.rank}" if row.rank else "",
        suppliers=[wording.reference(row.supplier)],
        relatedLots=[wording.lot_id(row.lot)] if row.lot else [],
        contractPeriod=wording.period(row.starts_on or framework.starts_on, row.ends_on or framework.ends_on, zone=zone),
        requirementResponses=[wording.promise(obligation) for obligation in promised],
    )


def _is_of(obligation: Obligation, row: Participation) -> bool:
    return obligation.supplier_id == row.supplier_id and obligation.lot_id == row.lot_id


def process_of(call_offs: list[CallOff], framework: Framework, *, zone: tzinfo) -> Json:
    """The call-offs of one process; one award, and one contract under it, for each award that was made."""
    first = call_offs[0]
    parties = {first.agency_id: wording.party(first.agency, ["buyer"])} if first.agency else {}
    parties |= {call_off.supplier_id: wording.party(call_off.supplier, ["supplier"]) for call_off in call_offs}
    lots = {call_off.lot.pk: wording.lot(call_off.lot, []) for call_off in call_offs if call_off.lot}
    awards: dict[str, list[CallOff]] = {}
    for call_off in call_offs:
        awards.setdefault(source_of(call_off)[0], []).append(call_off)
    return filled(
        ocid=ocids.of(first),
        tag=["award", "contract"],
        initiationType="tender",
        language=settings.LANGUAGE_CODE,
        buyer=wording.reference(first.agency) if first.agency else {},
        parties=list(parties.values()),
        tender=filled(id=first.reference, title=first.title, status="complete", lots=list(lots.values())),
        awards=[_order(award_id, rows) for award_id, rows in awards.items()],
        contracts=[_contract(award_id, rows, zone=zone) for award_id, rows in awards.items()],
        relatedProcesses=[wording.related_framework(framework)],
    )


def _order(award_id: str, rows: list[CallOff]) -> Json:
    first = rows[0]
    return filled(
        id=award_id,
        status="active",
        title=first.title,
        value=wording.money(first.value, first.currency) if len(rows) == 1 else {},
        suppliers=[wording.reference(row.supplier) for row in rows],
        relatedLots=sorted({wording.lot_id(row.lot) for row in rows if row.lot}),
    )


def _contract(award_id: str, rows: list[CallOff], *, zone: tzinfo) -> Json:
    first = rows[0]
    return filled(
        id=award_id,
        awardID=award_id,
        status="active",
        title=first.title,
        value=wording.money(first.value, first.currency) if len(rows) == 1 else {},
        dateSigned=wording.start_of(first.signed_on, zone=zone),
    )
