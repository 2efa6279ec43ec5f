"""The ladders that the product comes with, written into the tables by migrations. What an administrator has changed is left alone.

A rung that tells three roles is three rows. Offsets are days unless said otherwise.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

INSTALLED_AT = datetime(2026, 1, 1, tzinfo=UTC)


class Rung(NamedTuple):
    rung: int
    anchor: str
    offset: int
    audience: str
    kind: str
    unit: str = "days"
    only_if_unseen: bool = False
    opens: str = ""


DOCUMENT_REQUEST = (
    Rung(0, "start", 0, "responsible", "documents_requested"),
    Rung(1, "start", 7, "responsible", "reminder_unopened", only_if_unseen=True),
    Rung(2, "due", -14, "responsible", "reminder_before"),
    Rung(3, "due", -3, "responsible", "reminder_before"),
    Rung(4, "due", 1, "responsible", "overdue_first", unit="working_days"),
    Rung(4, "due", 1, "key_account", "overdue_first", unit="working_days"),
    Rung(5, "due", 8, "responsible", "overdue_second"),
    Rung(5, "due", 8, "key_account", "overdue_second"),
    Rung(5, "due", 8, "representative", "overdue_second"),
    Rung(5, "due", 8, "manager", "call_supplier"),
    Rung(6, "due", 15, "manager", "formal_notice_due", opens="formal_notice"),
    Rung(7, "due", 30, "owner", "escalation_to_owner"),
    Rung(7, "due", 30, "manager", "reminders_used", opens="task"),
)

DOCUMENT_REVIEW = (
    Rung(0, "start", 0, "manager", "review_waiting"),
    Rung(1, "due", -7, "manager", "review_waiting"),
    Rung(2, "due", 1, "manager", "review_overdue", unit="working_days"),
    Rung(3, "due", 8, "section_head", "review_overdue"),
)

QUESTION = (
    Rung(0, "start", 0, "manager", "question_waiting"),
    Rung(1, "due", 1, "manager", "question_waiting", unit="working_days"),
    Rung(2, "due", 8, "section_head", "question_waiting"),
)

TIME_REQUEST = (
    Rung(0, "start", 0, "manager", "more_time_wanted"),
    Rung(1, "due", 1, "manager", "more_time_wanted", unit="working_days"),
    Rung(2, "due", 8, "section_head", "more_time_wanted"),
)

FORMAL_NOTICE = (
    Rung(0, "start", 0, "manager", "formal_notice_due"),
    Rung(0, "start", 0, "owner", "formal_notice_due"),
    Rung(1, "due", 1, "manager", "formal_notice_due", unit="working_days"),
    Rung(2, "due", 8, "section_head", "formal_notice_due"),
)

FORMAL_REPLY = (
    Rung(1, "due", -3, "representative", "formal_reply_due"),
    Rung(2, "due", 1, "manager", "formal_reply_missing", unit="working_days", opens="task"),
)

SANCTION_REPLY = (
    Rung(1, "due", -3, "representative", "sanction_reply_due"),
    Rung(2, "due", 1, "owner", "sanction_to_decide", unit="working_days"),
    Rung(2, "due", 1, "manager", "sanction_reply_missing", unit="working_days", opens="task"),
)

FOLLOW_UP = (
    Rung(0, "start", 0, "manager", "task"),
    Rung(1, "due", 1, "manager", "task", unit="working_days"),
    Rung(2, "due", 8, "section_head", "task"),
)

OPTION_NOTICE = (
    Rung(0, "due", -60, "manager", "option_notice"),
    Rung(0, "due", -60, "owner", "option_notice"),
    Rung(1, "due", -30, "manager", "option_notice"),
    Rung(1, "due", -30, "owner", "option_notice"),
    Rung(2, "due", -7, "manager", "option_notice"),
    Rung(2, "due", -7, "owner", "option_notice"),
    Rung(2, "due", -7, "section_head", "option_notice"),
)

AGREEMENT_EXPIRY = (
    Rung(0, "due", -180, "manager", "agreement_expiry"),
    Rung(1, "due", -90, "manager", "agreement_expiry"),
    Rung(1, "due", -90, "owner", "agreement_expiry"),
    Rung(2, "due", -30, "manager", "agreement_expiry"),
    Rung(2, "due", -30, "owner", "agreement_expiry"),
)

RENEWAL = (
    Rung(0, "due", -60, "responsible", "renewal_due"),
    Rung(1, "due", -30, "responsible", "renewal_due"),
    Rung(2, "due", -7, "responsible", "renewal_due"),
    Rung(2, "due", -7, "manager", "renewal_due_ours"),
    Rung(3, "due", 1, "manager", "renewal_missed", unit="working_days", opens="task"),
)

AUDIT = (
    Rung(0, "due", -14, "manager", "audit_due"),
    Rung(1, "due", -3, "manager", "audit_due"),
    Rung(2, "due", 1, "manager", "audit_overdue", unit="working_days"),
    Rung(3, "due", 10, "owner", "audit_overdue"),
)

FINDING_RESPONSE = (
    Rung(0, "due", -2, "responsible", "finding_due", unit="working_days"),
    Rung(1, "due", 1, "responsible", "finding_overdue", unit="working_days"),
    Rung(1, "due", 1, "key_account", "finding_overdue", unit="working_days"),
    Rung(2, "due", 7, "owner", "finding_escalation"),
    Rung(2, "due", 7, "manager", "finding_silent", opens="task"),
)

FINDING_PLAN = (
    Rung(0, "due", -3, "responsible", "finding_due"),
    Rung(1, "due", 1, "responsible", "finding_overdue", unit="working_days"),
    Rung(1, "due", 1, "key_account", "finding_overdue", unit="working_days"),
    Rung(2, "due", 7, "representative", "finding_overdue"),
    Rung(2, "due", 7, "owner", "finding_escalation"),
    Rung(2, "due", 7, "manager", "finding_silent", opens="task"),
)

FINDING_CORRECTION = (
    Rung(0, "due", -14, "responsible", "finding_due"),
    Rung(1, "due", -3, "responsible", "finding_due"),
    Rung(2, "due", 1, "responsible", "finding_overdue", unit="working_days"),
    Rung(2, "due", 1, "key_account", "finding_overdue", unit="working_days"),
    Rung(3, "due", 8, "responsible", "finding_overdue"),
    Rung(3, "due", 8, "representative", "finding_overdue"),
    Rung(4, "due", 15, "owner", "finding_escalation"),
    Rung(4, "due", 15, "manager", "finding_silent", opens="task"),
)

CORRECTIVE_ACTION = (
    Rung(0, "due", -7, "responsible", "finding_due"),
    Rung(1, "due", 1, "responsible", "finding_overdue", unit="working_days"),
    Rung(2, "due", 8, "responsible", "finding_overdue"),
    Rung(2, "due", 8, "key_account", "finding_overdue"),
    Rung(3, "due", 15, "owner", "finding_escalation"),
    Rung(3, "due", 15, "manager", "finding_silent", opens="task"),
)

FINDING_JUDGEMENT = (
    Rung(0, "start", 0, "manager", "finding_to_judge"),
    Rung(1, "due", 1, "manager", "finding_to_judge", unit="working_days"),
    Rung(2, "due", 8, "section_head", "finding_to_judge"),
)

FINDING_MEETING = (
    Rung(0, "start", 0, "owner", "critical_finding"),
    Rung(0, "start", 0, "manager", "critical_finding"),
    Rung(1, "start", 1, "section_head", "critical_untaken"),
    Rung(2, "due", 1, "owner", "finding_meeting"),
    Rung(2, "due", 1, "manager", "finding_meeting"),
    Rung(3, "due", 4, "section_head", "finding_meeting"),
)

FINDING_EFFECT = (
    Rung(0, "due", -7, "manager", "finding_effect"),
    Rung(1, "due", 1, "manager", "finding_effect", unit="working_days"),
    Rung(2, "due", 15, "section_head", "finding_effect"),
)

AUDIT_REPORT = (
    Rung(0, "due", -7, "manager", "report_due"),
    Rung(1, "due", 1, "manager", "report_overdue", unit="working_days"),
    Rung(2, "due", 10, "owner", "report_overdue"),
)

REPORT_COMMENTS = (
    Rung(0, "due", -3, "responsible", "report_comments_due", unit="working_days"),
    Rung(1, "due", 1, "manager", "report_comments_missing", unit="working_days", opens="task"),
)

REPORT_ANSWER = (
    Rung(0, "start", 0, "manager", "report_to_finish"),
    Rung(1, "due", 1, "manager", "report_to_finish", unit="working_days"),
    Rung(2, "due", 8, "section_head", "report_to_finish"),
)

MEETING = (
    Rung(0, "due", -7, "manager", "meeting_coming"),
    Rung(1, "due", 2, "manager", "meeting_overdue", unit="working_days"),
    Rung(2, "due", 10, "owner", "meeting_overdue"),
)

MINUTES = (
    Rung(0, "due", -3, "responsible", "minutes_due"),
    Rung(1, "due", 1, "responsible", "minutes_overdue", unit="working_days"),
    Rung(2, "due", 8, "manager", "minutes_silent", opens="task"),
)

MINUTES_OBJECTION = (
    Rung(0, "start", 0, "manager", "minutes_objected"),
    Rung(1, "due", 1, "manager", "minutes_objected", unit="working_days"),
    Rung(2, "due", 8, "section_head", "minutes_objected"),
)

MEETING_ACTION = (
    Rung(0, "due", -7, "responsible", "meeting_action_due"),
    Rung(1, "due", 1, "responsible", "meeting_action_overdue", unit="working_days"),
    Rung(2, "due", 8, "responsible", "meeting_action_overdue"),
    Rung(2, "due", 8, "key_account", "meeting_action_overdue"),
    Rung(3, "due", 15, "manager", "meeting_action_silent", opens="task"),
)

MEETING_TASK = (
    Rung(0, "due", -7, "manager", "meeting_task_due"),
    Rung(1, "due", 1, "manager", "meeting_task_overdue", unit="working_days"),
    Rung(2, "due", 8, "owner", "meeting_task_overdue"),
)

AGENCY_REPORT = (
    Rung(0, "start", 0, "manager", "report_waiting"),
    Rung(1, "due", 1, "manager", "report_waiting", unit="working_days"),
    Rung(2, "due", 8, "section_head", "report_waiting"),
)

SHARING_CONSENT = (
    Rung(0, "due", -3, "responsible", "sharing_due"),
    Rung(0, "due", -3, "representative", "sharing_due"),
    Rung(1, "due", 1, "responsible", "sharing_overdue", unit="working_days"),
    Rung(1, "due", 1, "representative", "sharing_overdue", unit="working_days"),
    Rung(2, "due", 8, "manager", "sharing_silent", opens="task"),
)

LADDERS: dict[str, tuple[str, tuple[Rung, ...]]] = {
    "document_request": ("Dokumentasjonsforespørsel", DOCUMENT_REQUEST),
    "document_review": ("Vurdering av dokumentasjon", DOCUMENT_REVIEW),
    "question": ("Spørsmål fra leverandør", QUESTION),
    "time_request": ("Ønske om mer tid", TIME_REQUEST),
    "formal_notice": ("Reklamasjon", FORMAL_NOTICE),
    "formal_reply": ("Tilsvar til reklamasjon", FORMAL_REPLY),
    "sanction_reply": ("Tilsvar i sanksjonssak", SANCTION_REPLY),
    "follow_up": ("Oppgave for oss", FOLLOW_UP),
    "option_notice": ("Varslingsfrist for opsjon", OPTION_NOTICE),
    "renewal": ("Fornyelse av dokumentasjon", RENEWAL),
    "audit": ("Revisjon", AUDIT),
    "agreement_expiry": ("Avtalens utløp", AGREEMENT_EXPIRY),
    "finding_response": ("Første svar på et avvik", FINDING_RESPONSE),
    "finding_plan": ("Tiltaksplan for et avvik", FINDING_PLAN),
    "finding_correction": ("Retting av et avvik", FINDING_CORRECTION),
    "corrective_action": ("Tiltak i en plan", CORRECTIVE_ACTION),
    "finding_judgement": ("Vår vurdering av et avvik", FINDING_JUDGEMENT),
    "finding_meeting": ("Møte om et kritisk avvik", FINDING_MEETING),
    "finding_effect": ("Kontroll av virkning", FINDING_EFFECT),
    "audit_report": ("Revisjonsrapport som skal skrives", AUDIT_REPORT),
    "report_comments": ("Merknader til utkast til revisjonsrapport", REPORT_COMMENTS),
    "report_answer": ("Revisjonsrapport som skal gjøres ferdig", REPORT_ANSWER),
    "meeting": ("Møte med leverandør", MEETING),
    "minutes": ("Referat å bekrefte", MINUTES),
    "minutes_objection": ("Innsigelse mot et referat", MINUTES_OBJECTION),
    "meeting_action": ("Avtalt tiltak hos leverandøren", MEETING_ACTION),
    "meeting_task": ("Avtalt tiltak hos oss", MEETING_TASK),
    "agency_report": ("Melding fra en virksomhet", AGENCY_REPORT),
    "sharing_consent": ("Samtykke til deling av resultater", SHARING_CONSENT),
}
"""Kind of deadline: the policy's name (data of the organisation, in its own language) and its steps."""


OWN_TIME = {
    "document_review": (28, "days"),
    "question": (3, "working_days"),
    "time_request": (3, "working_days"),
    "report_answer": (10, "working_days"),
    "minutes_objection": (5, "working_days"),
    "formal_notice": (5, "working_days"),
    "follow_up": (5, "working_days"),
    "agency_report": (5, "working_days"),
}
"""How long we give ourselves with what has come to us or is ours to do, until a version of the policy says otherwise. For an agency's
report it is the time to the first answer."""


def install(policies: Any, versions: Any, steps: Any) -> None:
    """Write what is not there yet, and a next version where the product's own ladder is another than the one in force.

    Running cases keep theirs, and what an administrator has changed stays. Takes the three models, because a migration
    has its own of each.
    """
    for kind, (name, rungs) in LADDERS.items():
        policy, _is_new = policies.objects.get_or_create(code=kind, defaults={"kind": kind, "name": name})
        latest = versions.objects.filter(policy=policy).order_by("-number").first()
        if latest is None or (latest.created_by_id is None and not _is_as(latest, steps, rungs)):
            number = latest.number + 1 if latest else 1
            version = versions.objects.create(policy=policy, number=number, created_at=INSTALLED_AT)
            steps.objects.bulk_create(steps(version=version, **rung._asdict()) for rung in rungs)


def _is_as(version: Any, steps: Any, rungs: tuple[Rung, ...]) -> bool:
    return {Rung(*row) for row in steps.objects.filter(version=version).values_list(*Rung._fields)} == set(rungs)


def is_same(steps: Iterable[Any], rungs: Iterable[Rung]) -> bool:
    """Whether these steps say the same as those rungs, whatever their numbers are."""
    return {Rung(*(getattr(step, name) for name in Rung._fields))[1:] for step in steps} == {rung[1:] for rung in rungs}
