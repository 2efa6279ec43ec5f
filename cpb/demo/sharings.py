"""Results shared with others: one sharing in force, one that waits for a yes, one that nobody answers; two files of theirs, one refused."""

import hashlib
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.base import ContentFile

from contracts.models import Clause, Obligation
from core import files
from cpb.demo.audits import LABOUR
from cpb.demo.requests import Event, Story, When, papers_named
from followup.models import Audit, Finding, Severity, Sharing
from followup.results import content, envelope, keys
from followup.services import audit_outcomes, audits, findings, receiving, sharing_consents, sharing_files, sharings, trusted_keys

HEALTH = {"body_name": "Helseinnkjøp Nord", "body_number": "100000016"}
REGION = {"body_name": "Regionrådet Sør", "body_number": "100000032"}
COUNTY = {"body_name": "Fylkesinnkjøp Øst", "body_number": "100000024"}
THEIR_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"Helseinnkjop Nord of the demo world").digest())
OBSERVATION = "Timelistene føres på papir og er vanskelige å kontrollere i ettertid."


def events() -> list[Event]:
    silent = [(38, _plan_visit), (37, _report_visit), (36, _ask_in_vain)]
    return [*silent, (14, _accept_key), (13, _share), (12, _fetch), (8, _plan), (7, _report), (5, _ask), (3, _read), (2, _fetch)]


def _plan_visit(story: Story, when: When) -> None:
    framework, supplier = story.agreements["office"], story.cast.organisations["polar"]
    audits.plan(
        framework=framework,
        supplier=supplier,
        kind=Audit.Kind.OFFICE_VISIT,
        planned_on=when["today"],
        announcement="unannounced",
        place="Kontoret i Tromsø",
        purpose="Hvordan leverandøren følger opp sine underleverandører.",
        obligations=list(Obligation.objects.filter(framework=framework, supplier=supplier)),
        actor=story.user("manager"),
        **when,
    )


def _report_visit(story: Story, when: When) -> None:
    with files.kept(papers_named(["Besøk hos Polar Kontor"])) as kept:
        audit_outcomes.log(
            audit=_seen().get(kind=Audit.Kind.OFFICE_VISIT, supplier=story.cast.organisations["polar"]),
            performed_on=when["today"] - timedelta(days=1),
            result="nothing_found",
            conclusion="Rutinene er skrevet ned og i bruk.",
            files=kept,
            actor=story.user("manager"),
            **when,
        )


def _ask_in_vain(story: Story, when: When) -> None:
    """Reminded, and never answered: the manager has a task."""
    it = _draft(story, when, "office", "polar", basis="consent", purpose="Kjøper kontorrekvisita fra samme leverandør.", **REGION)
    sharing_consents.ask(sharing=it, actor=story.user("manager"), **when)


def _share(story: Story, when: When) -> None:
    """By the clause on human rights, with a body that buys from the same factory."""
    clause = Clause.objects.filter(framework=story.agreements["furniture"]).earliest("created_at", "id")
    it = _draft(story, when, "furniture", "lotus", basis="clause", clause=clause, purpose="Kjøper stoler fra samme fabrikk.", **HEALTH)
    sharings.share(sharing=it, actor=story.user("manager"), **when)


def _fetch(story: Story, when: When) -> None:
    sharing_files.fetch(sharing=_sharing(HEALTH), actor=story.user("manager"), **when)


def _plan(story: Story, when: When) -> None:
    """Held the same day: there is something to ask Nordvare about."""
    framework, supplier = story.agreements["pc"], story.cast.organisations["nordvare"]
    audits.plan(
        framework=framework,
        supplier=supplier,
        kind=Audit.Kind.WAGE_CONTROL,
        planned_on=when["today"],
        announcement="unannounced",
        place="Lageret på Alnabru",
        purpose="Overtidstillegg for ansatte på lageret.",
        obligations=list(Obligation.objects.filter(framework=framework, supplier=supplier, requirement__theme__in=LABOUR)),
        actor=story.user("manager"),
        **when,
    )


def _report(story: Story, when: When) -> None:
    audit, specialist = _control(story), story.user("specialist")
    about: dict[str, Any] = {"framework": audit.framework, "supplier": audit.supplier, "audit": audit}
    severity = Severity.objects.get(code="observation")
    findings.log(severity=severity, text=OBSERVATION, theme="wages", actor=specialist, **about, **when)
    conclusion = "Overtidstillegget er betalt i den kontrollerte perioden. Ett forbedringspunkt."
    with files.kept(papers_named(["Kontroll av lønn Alnabru"])) as kept:
        held_on = when["today"] - timedelta(days=1)
        by = {"actor": story.user("manager"), **when}
        audit_outcomes.log(audit=audit, performed_on=held_on, result="improvements", conclusion=conclusion, files=kept, **by)
    found = Finding.objects.select_related("framework__organisation", "framework__scope", "supplier", "severity").get(text=OBSERVATION)
    if not found.is_told:
        findings.tell(finding=found, actor=specialist, **when)


def _ask(story: Story, when: When) -> None:
    purpose = "Vurderer å bruke samme leverandør på egen avtale om PC-er."
    it = _draft(story, when, "pc", "nordvare", basis="consent", purpose=purpose, includes_reports=True, **COUNTY)
    sharing_consents.ask(sharing=it, actor=story.user("manager"), **when)


def _draft(story: Story, when: When, agreement: str, supplier: str, **said: Any) -> Sharing:
    framework, organisation = story.agreements[agreement], story.cast.organisations[supplier]
    sharings.create(
        framework=framework,
        supplier=organisation,
        audits=list(sharings.shareable(framework, organisation)),
        body_scheme="NO-BRC",
        body_country="NO",
        starts_on=when["today"],
        ends_on=when["today"] + timedelta(days=365),
        actor=story.user("manager"),
        now=when["now"],
        **said,
    )
    return _sharing(said)


def _accept_key(story: Story, when: When) -> None:
    trusted_keys.accept(
        name=HEALTH["body_name"],
        number=HEALTH["body_number"],
        public_key=keys.written(keys.public(THEIR_KEY)),
        how_known="Ringte sentralbordet deres og sammenlignet navnet på nøkkelen.",
        actor=story.user("admin"),
        now=when["now"],
    )


def _read(story: Story, when: When) -> None:
    """One that is right, and one with a word changed on its way."""
    raw = envelope.sealed(_theirs(story, when), key=THEIR_KEY)
    for name, data in (
        ("delte-resultater-fjordtek.json", raw),
        ("delte-resultater-kopi.json", raw.replace(b'"payload":"e', b'"payload":"f')),
    ):
        checked = files.CheckedFile(
            name, len(data), hashlib.sha256(data).hexdigest(), "application/octet-stream", ContentFile(data, name=name)
        )
        with files.kept([checked]) as (kept,):
            uploaded = receiving.Uploaded(name, len(data), checked.sha256, kept)
            receiving.receive(uploaded=uploaded, raw=data, actor=story.user("specialist"), **when)


def _theirs(story: Story, when: When) -> dict[str, Any]:
    """What Helseinnkjøp Nord has found at Fjordtek."""
    body, supplier = story.agreements["pc"].organisation, story.cast.organisations["fjordtek"]
    today = when["today"]
    issuer = {"name": HEALTH["body_name"], "identifier": {"scheme": "NO-BRC", "id": HEALTH["body_number"]}, "country": "NO"}
    finding = {
        "id": "0197a000-0000-7000-8000-0000000000f1",
        "number": "HN-PC-1",
        "severity": "minor",
        "theme": "ilo_core",
        "text": "To av tolv innleide arbeidere hadde betalt rekrutteringsgebyr til byrået.",
        "status": "closed",
        "outcome": "put_right",
        "method": "workers",
        "told_on": (today - timedelta(days=190)).isoformat(),
        "mend_by": (today - timedelta(days=100)).isoformat(),
        "closed_on": (today - timedelta(days=104)).isoformat(),
    }
    audit = {
        "id": "0197a000-0000-7000-8000-0000000000a1",
        "kind": "supplier_audit",
        "status": "closed",
        "performed_on": (today - timedelta(days=200)).isoformat(),
        "result": "breaches",
        "purpose": "Rekruttering av innleide på monteringslinjen.",
        "conclusion": "Gebyrene er betalt tilbake, og byrået har fått nye vilkår.",
        "place": "",
        "site": {"name": "Penang Assembly", "address": "Lot 4, Bayan Lepas", "country": "MY"},
        "auditor": "Granskerne AS",
        "requirements": [{"title": "Rekruttering", "theme": "ilo_core", "text": "Arbeidere skal ikke betale for å få arbeid."}],
        "findings": [finding],
        "report": None,
    }
    said = {
        "sharing": "0197a000-0000-7000-8000-000000000001",
        "issuer": issuer,
        "recipient": content.party(body),
        "supplier": content.party(supplier),
        "agreement": {"reference": "HN-2024-7", "title": "Klienter og skjermer til sykehusene"},
        "basis": {"kind": "consent", "text": supplier.name, "on": (today - timedelta(days=12)).isoformat()},
        "valid": {"from": (today - timedelta(days=10)).isoformat(), "to": (today + timedelta(days=355)).isoformat()},
        "audits": [audit],
    }
    return content.stamped(said, serial=1, now=when["now"])


def _control(story: Story) -> Audit:
    return _seen().get(kind=Audit.Kind.WAGE_CONTROL, supplier=story.cast.organisations["nordvare"])


def _seen() -> Any:
    return Audit.objects.select_related("framework__organisation", "framework__scope", "supplier", "deadline__organisation", "lead__person")


def _sharing(body: dict[str, Any]) -> Sharing:
    """As the database has it now."""
    rows = Sharing.objects.select_related("framework__organisation", "framework__scope", "supplier", "clause", "decided_by")
    return rows.get(body_number=body["body_number"])
