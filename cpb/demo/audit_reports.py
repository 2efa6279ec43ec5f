"""A report on the demo agreements that is out for comments: the supplier has begun to comment, and has not sent it in."""

from datetime import timedelta

from contracts.models import Obligation
from cpb.demo.audits import LABOUR
from cpb.demo.requests import Event, Story, When
from followup.models import Audit, ReportSection, WrittenReport
from followup.services import audit_outcomes, audit_reporting, audits, report_comments

K = ReportSection.Kind
TEXTS = {
    K.SUMMARY: "Leverandøren har gode rutiner for aktsomhetsvurderinger, men følger dem ikke i siste ledd før montering.",
    K.METHOD: "Vi gikk gjennom egenrapporteringen, aktsomhetsvurderingene for 2025 og leverandørlisten, og snakket med to ansatte.\n\n"
    "Fabrikkene er ikke besøkt.",
    K.REQUIREMENT: "Kravet er dokumentert for de to største produsentene. For de øvrige fant vi ingen dokumentasjon.",
    K.CONCLUSION: "Ingen brudd på kontrakten, men leverandøren bør kjenne produsentene av strømforsyning og kabler.",
}
COMMENT = "Vi har dokumentasjon for tre produsenter til. Den ligger ved."


def events() -> list[Event]:
    return [(30, _plan), (17, _hold), (9, _write), (5, _send), (2, _comment)]


def _audit() -> Audit:
    seen = Audit.objects.select_related("framework__organisation", "framework__scope", "supplier", "deadline__organisation", "lead__person")
    return seen.get(kind=Audit.Kind.DOCUMENT_REVIEW)


def _report() -> WrittenReport:
    return WrittenReport.objects.select_related("audit__framework__organisation", "audit__supplier", "audit__lead__person").get()


def _plan(story: Story, when: When) -> None:
    framework, supplier = story.agreements["pc"], story.cast.organisations["fjordtek"]
    audits.plan(
        framework=framework,
        supplier=supplier,
        kind=Audit.Kind.DOCUMENT_REVIEW,
        planned_on=story.today - timedelta(days=17),
        purpose="Hvor langt ned i leverandørkjeden aktsomhetsvurderingene går.",
        obligations=list(Obligation.objects.filter(framework=framework, supplier=supplier, requirement__theme__in=LABOUR)),
        actor=story.user("manager"),
        **when,
    )


def _hold(story: Story, when: When) -> None:
    audit_outcomes.log(audit=_audit(), result="improvements", actor=story.user("manager"), **when)


def _write(story: Story, when: When) -> None:
    report = audit_reporting.begin(audit=_audit(), language="nb", actor=story.user("manager"), **when)
    texts = {each.pk: TEXTS[K(each.kind)] for each in report.sections.exclude(kind=K.FINDING)}
    audit_reporting.edit(report=report, texts=texts, actor=story.user("specialist"), **when)


def _send(story: Story, when: When) -> None:
    audit_reporting.send(report=_report(), actor=story.user("manager"), **when)


def _comment(story: Story, when: When) -> None:
    report = _report()
    section = report.sections.get(kind=K.METHOD)
    report_comments.save(report=report, section=section, text=COMMENT, actor=story.user("csr-fjordtek"), **when)
