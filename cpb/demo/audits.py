"""Audits on the demo agreements: one planned, one announced, one reported, and one that others have made."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from accounts.models import Organisation
from contracts.models import Framework, Obligation
from core import files
from cpb.demo import sites
from cpb.demo.requests import Event, Story, When, papers_named
from followup.models import Audit
from followup.services import audit_outcomes, audits

LABOUR = ("human_rights", "ilo_core", "national_labour_law", "wages")


def events() -> list[Event]:
    return [
        (48, _plan_factory),
        (46, _announce("lotus")),
        (23, _report_factory),
        (19, _judge_factory),
        (15, _rely_on_another),
        (9, _plan_visit),
        (6, _announce("nordvare")),
        (4, _plan_wage_control),
    ]


def _plan_factory(story: Story, when: When) -> None:
    _plan(
        story,
        when,
        "furniture",
        "lotus",
        kind="supplier_audit",
        planned_on=story.today - timedelta(days=24),
        trigger="risk_sample",
        reason="Møbelproduksjon i Vietnam med innleide arbeidere. Leverandøren har ikke vært revidert før.",
        site=sites.site(story, "lotus"),
        programme=sites.programme(),
        purpose="How overtime is paid, and who pays the recruitment of migrant workers.",
        auditor=story.cast.organisations["revisor"],
    )


def _plan_visit(story: Story, when: When) -> None:
    _plan(
        story,
        when,
        "pc",
        "nordvare",
        kind="office_visit",
        planned_on=_working_day(story, 19),
        purpose="Hvordan dere følger opp celleprodusenter og andre ledd i leverandørkjeden.",
        place="Nordvare AS, hovedkontoret",
    )


def _plan_wage_control(story: Story, when: When) -> None:
    _plan(
        story,
        when,
        "cleaning",
        "blank",
        who="deputy",
        kind="wage_control",
        planned_on=_working_day(story, 12),
        trigger="agency_report",
        reason="En virksomhet melder at renholderne ikke får kveldstillegg.",
        announcement="unannounced",
        programme=sites.programme(),
        purpose="Lønn, arbeidstid og HMS-kort for dem som arbeider om kvelden.",
    )


def _announce(supplier: str) -> Any:
    return lambda story, when: audits.announce(audit=_audit(story, supplier), actor=story.user("manager"), **when)


def _report_factory(story: Story, when: When) -> None:
    with files.kept(papers_named(["Audit report Lotus Furniture"])) as kept:
        audit_outcomes.log(
            audit=_audit(story, "lotus"),
            performed_on=story.today - timedelta(days=24),
            result="breaches",
            conclusion="The records of hours do not show overtime, and two of twenty workers had paid an agent. Management corrects both.",
            files=kept,
            actor=story.user("manager"),
            **when,
        )


def _judge_factory(story: Story, when: When) -> None:
    """One requirement of several: the others wait for somebody."""
    audit = _audit(story, "lotus")
    audit_outcomes.judge(
        audit=audit,
        obligation=audit.obligations.filter(requirement__theme="national_labour_law").earliest("id"),
        verified="not_met",
        reason="Overtid er ikke registrert, og kan derfor ikke være betalt riktig.",
        actor=story.user("specialist"),
        **when,
    )


def _rely_on_another(story: Story, when: When) -> None:
    framework, supplier = story.agreements["office"], story.cast.organisations["papirhuset"]
    with files.kept(papers_named(["BSCI report Papirhuset"])) as kept:
        audit_outcomes.log_reused(
            framework=framework,
            supplier=supplier,
            scheme="amfori BSCI",
            place="Papirhusets leverandør av kopipapir, Jiangsu, Kina",
            performed_on=story.today - timedelta(days=300),
            grade="B",
            valid_until=story.today + timedelta(days=430),
            result="improvements",
            conclusion="Gode rutiner. Forbedringspunkter om brannøvelser.",
            is_as_strict=True,
            is_similar=True,
            accepted_because="Punkt 3 til 11 i rapporten er holdt opp mot klausul 12. Leverandørens egen aktsomhet er sjekket for seg.",
            obligations=_bound(framework, supplier),
            files=kept,
            actor=story.user("manager"),
            **when,
        )


def _plan(story: Story, when: When, agreement: str, supplier: str, *, who: str = "manager", **said: Any) -> None:
    framework, organisation = story.agreements[agreement], story.cast.organisations[supplier]
    bound = _bound(framework, organisation)
    audits.plan(framework=framework, supplier=organisation, obligations=bound, actor=story.user(who), **said, **when)


def _bound(framework: Framework, supplier: Organisation) -> Sequence[Obligation]:
    return list(Obligation.objects.filter(framework=framework, supplier=supplier, requirement__theme__in=LABOUR))


def _audit(story: Story, supplier: str) -> Audit:
    """As the database has it now: each service works on a fresh row, as a page does."""
    seen = Audit.objects.select_related("framework__organisation", "supplier", "deadline__organisation", "auditor", "lead__person")
    return seen.filter(supplier=story.cast.organisations[supplier]).earliest("created_at")


def _working_day(story: Story, ahead: int) -> Any:
    """About so many days ahead, and no Saturday or Sunday."""
    day = story.today + timedelta(days=ahead)
    return day - timedelta(days=max(day.weekday() - 4, 0))
