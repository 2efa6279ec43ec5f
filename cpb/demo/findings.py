"""Findings on the demo agreements: a critical one of yesterday, serious and minor ones on their way, one put right, and good practice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from contracts.models import Obligation
from core import files
from cpb.demo.requests import Event, Happening, Story, When, papers_named
from followup.models import Audit, Finding, Severity
from followup.services import action_plans, finding_closing, finding_disputes, finding_evidence, findings
from followup.services.action_plans import NewAction

MINOR = "Arbeidsmiljøutvalget har ikke hatt møte siden i fjor."
SERIOUS = "Fire av ti kontrollerte ansatte på lageret har ikke fått overtidstillegg i juni og juli."
SILENT = "Workers in the paint shop have no written contract."
CRITICAL = "The passports of eleven migrant workers are kept in the office safe."
DISPUTED = "Databladet for skjermene oppgir en andel resirkulert plast som ikke er dokumentert."
GOOD = "Alle innleide har fått opplæring i varsling, på eget språk."


def events() -> list[Event]:
    return [
        (110, _log("pc", "nordvare", "minor", MINOR, "human_rights")),
        (95, _mended),
        (90, _closed),
        (10, _lasted),
        (24, _log("pc", "nordvare", "major", SERIOUS, "human_rights")),
        (6, _planned),
        (21, _log("furniture", "lotus", "major", SILENT, "ilo_core", of_audit=True)),
        (15, _log("pc", "fjordtek", "good_practice", GOOD, "human_rights")),
        (9, _log("pc", "fjordtek", "minor", DISPUTED, "environment")),
        (4, _disputed),
        (1, _log("furniture", "lotus", "critical", CRITICAL, "ilo_core", of_audit=True)),
    ]


def _log(agreement: str, supplier: str, severity: str, text: str, theme: str, *, of_audit: bool = False) -> Happening:
    """Found by the specialist, and told at once."""

    def happen(story: Story, when: When) -> None:
        framework, organisation = story.agreements[agreement], story.cast.organisations[supplier]
        it = findings.log(
            framework=framework,
            supplier=organisation,
            audit=Audit.objects.filter(framework=framework, supplier=organisation).first() if of_audit else None,
            severity=Severity.objects.get(code=severity),
            text=text,
            theme=theme,
            obligations=list(Obligation.objects.filter(framework=framework, supplier=organisation, requirement__theme=theme)[:1]),
            actor=story.user("specialist"),
            **when,
        )
        if not it.is_told:
            findings.tell(finding=it, actor=story.user("specialist"), **when)

    return happen


def _found(text: str) -> Finding:
    """As the database has it now."""
    found: Finding = Finding.objects.select_related("framework__organisation", "framework__scope", "supplier", "severity").get(text=text)
    return found


def _mended(story: Story, when: When) -> None:
    with files.kept(papers_named(["Referat fra arbeidsmiljøutvalget"])) as kept:
        said = "Utvalget har hatt møte, og møtene for resten av året er satt opp."
        finding_evidence.submit(finding=_found(MINOR), files=kept, statement=said, actor=story.user("csr"), **when)


def _closed(story: Story, when: When) -> None:
    it, manager = _found(MINOR), story.user("manager")
    finding_closing.close(finding=it, method="document", note="Referatet og møteplanen viser det.", actor=manager, **when)
    figure: dict[str, Any] = {"what": "workers", "amount": Decimal(85), "method": "Ansatte som utvalget er for"}
    finding_closing.record_effect(finding=it, actor=manager, **figure, **when)


def _lasted(story: Story, when: When) -> None:
    note = "Utvalget har hatt to møter til."
    finding_closing.check_effect(finding=_found(MINOR), has_helped=True, note=note, actor=story.user("manager"), **when)


def _planned(story: Story, when: When) -> None:
    actions = [
        NewAction("correction", "Etterbetale overtidstillegget til de fire.", "Lønnsansvarlig", story.today + timedelta(days=10)),
        NewAction("preventive", "Kontrollere timelister mot lønn hver måned.", "Lønnsansvarlig", story.today + timedelta(days=30)),
    ]
    cause = "Skiftleder førte timene for hånd, og ingen kontrollerte dem mot lønnskjøringen."
    finding_disputes.acknowledge(finding=_found(SERIOUS), actor=story.user("csr"), **when)
    action_plans.submit(finding=_found(SERIOUS), root_cause=cause, actions=actions, actor=story.user("csr"), **when)


def _disputed(story: Story, when: When) -> None:
    reason = "Dokumentasjonen ligger hos produsenten og ble sendt dere i april."
    finding_disputes.dispute(finding=_found(DISPUTED), reason=reason, actor=story.user("csr-fjordtek"), **when)
