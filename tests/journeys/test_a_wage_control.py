"""A control of wages at a cleaning firm through the API: from the year's programme to the re-audit, with back pay recorded."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from core.models import History
from followup.models import ChecklistQuestion
from notifications.models import Deadline
from tests.api.conftest import Program, api, monday_morning, problem_of
from tests.api.test_sheets import entry
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.conftest import pdf
from tests.journeys.cleaning import Cleaning, cleaning

__all__ = ["api", "cleaning", "monday_morning"]
Api = Callable[[User], Program]


def test_from_the_programme_to_the_re_audit(cast: Cast, api: Api, cleaning: Cleaning, monday_morning: time_machine.Traveller) -> None:
    ours, owner, theirs = api(cast.manager), api(cast.owner), api(cleaning.contact)

    def go_to(day: date) -> None:
        monday_morning.move_to(NOW + (day - TODAY))

    audit = planned_in_a_programme(ours, cleaning)
    held_on = date.fromisoformat(audit["planned_on"])
    go_to(held_on)
    found = held_and_found(ours, audit, held_on)
    back_pay_is_planned(ours, theirs, found)
    go_to(held_on + timedelta(days=40))
    shown_and_closed_by_another(ours, owner, theirs, found)
    obligation = f"obligations/{audit['obligations'][0]}/"
    assert owner.get(obligation).json()["standing"] == "not_met", "it was judged so, and closing a finding turns nothing green"

    again = held_on + timedelta(days=60)
    second = ours.post("audits/", plan(cleaning, again, kind="follow_up", trigger="re_audit", re_audit_of=audit["id"])).json()
    ours.post(f"audits/{second['id']}/announce/")
    go_to(again)
    said = {"performed_on": again.isoformat(), "result": "nothing_found", "conclusion": "Rett lønn."}
    ours.upload(f"audits/{second['id']}/log/", **said, report=pdf())
    judged = {"obligation": audit["obligations"][0], "verified": "met", "valid_until": (again + timedelta(days=365)).isoformat()}
    ours.post(f"audits/{second['id']}/judge/", judged)
    assert ours.post(f"audits/{second['id']}/close/").json()["status"] == "closed"
    assert ours.post(f"audits/{audit['id']}/close/").json()["status"] == "closed"
    checked = ours.post(f"findings/{found}/check_effect/", {"has_helped": True, "note": "Alle fikk rett lønn i den nye kontrollen."}).json()
    assert checked["effect_checked_on"] == again.isoformat()
    assert owner.get(obligation).json()["standing"] == "met"
    assert theirs.get(f"audits/{second['id']}/").json()["re_audit_of"] == audit["id"]
    everything_is_in_the_history(audit["id"], second["id"], found)


def plan(cleaning: Cleaning, day: date, **fields: Any) -> dict[str, Any]:
    place = {"framework": str(cleaning.agreement.pk), "supplier": str(cleaning.firm.pk), "requirements": [str(cleaning.pay.pk)]}
    return {**place, "planned_on": day.isoformat(), **fields}


def planned_in_a_programme(ours: Program, cleaning: Cleaning) -> dict[str, Any]:
    said = {"title": "Lønn i renhold", "year": 2026, "purpose": "Får de som vasker, rett lønn?", "budget": "200000", "currency": "NOK"}
    programme = ours.post("audit-programmes/", said)
    assert programme.status_code == 201, programme.content
    asked = plan(cleaning, TODAY + timedelta(days=28), kind="wage_control", trigger="programme", programme=programme.json()["id"])
    made = ours.post("audits/", asked)
    assert made.status_code == 201, made.content
    audit: dict[str, Any] = made.json()
    assert ours.post(f"audits/{audit['id']}/announce/").json()["status"] == "announced"
    assert audit["programme"] == programme.json()["id"]
    return audit


def held_and_found(ours: Program, audit: dict[str, Any], day: date) -> str:
    """With a sheet, a judgement and one finding; the supplier is told."""
    sheet = ours.post("sheets/", {"audit": audit["id"], "checklists": ["wage-control"]}).json()
    question = ChecklistQuestion.objects.filter(version__sheets__sheet=sheet["id"], kind="yes_no").earliest("number")
    sending = {"device": "tablet", "entries": [entry(question, "no"), entry(question, "Fire av ti får for lite.", part="note")]}
    assert {each["outcome"] for each in ours.post(f"sheets/{sheet['id']}/merge/", sending).json()["results"]} == {"applied"}
    path = f"audits/{audit['id']}/"
    reported = ours.upload(f"{path}log/", performed_on=day.isoformat(), result="breaches", conclusion="For lav lønn.", report=pdf()).json()
    assert reported["status"] == "reported"
    judged = {"obligation": audit["obligations"][0], "verified": "not_met", "reason": "Fire av ti fikk for lite."}
    ours.post(f"{path}judge/", judged)
    body = {"audit": audit["id"], "severity": "major", "text": "Fire av ti fikk for lite.", "obligations": [audit["obligations"][0]]}
    found: str = ours.post("findings/", body).json()["id"]
    assert ours.post(f"findings/{found}/tell/").json()["told_at"]
    return found


def back_pay_is_planned(ours: Program, theirs: Program, found: str) -> None:
    due_on = (TODAY + timedelta(days=60)).isoformat()
    pay = {"kind": "correction", "text": "Etterbetale fire ansatte.", "responsible": "Berit Blank", "due_on": due_on}
    prevent = {"kind": "preventive", "text": "Kontrollere satsene hvert kvartal.", "responsible": "Berit Blank", "due_on": due_on}
    planned = theirs.post(f"findings/{found}/plan/", {"root_cause": "Gamle satser i lønnssystemet.", "actions": [pay, prevent]}).json()
    assert planned["status"] == "plan_submitted"
    assert ours.post(f"findings/{found}/accept_plan/").json()["status"] == "plan_accepted"


def shown_and_closed_by_another(ours: Program, owner: Program, theirs: Program, found: str) -> None:
    path = f"findings/{found}/"
    for number, action in enumerate(theirs.get(path).json()["actions"]):
        slip = SimpleUploadedFile(f"bilag-{number}.txt", f"Lønnsslipp {number}".encode(), content_type="text/plain")
        theirs.upload(f"{path}finish_action/", action=action["id"], files=slip)
    assert theirs.upload(f"{path}evidence/", statement="Alle fire har fått pengene.").json()["status"] == "evidence_submitted"
    problem_of(ours.post(f"{path}close/", {"method": "document"}), 403)  # who found it
    closed = owner.post(f"{path}close/", {"method": "workers", "note": "To av dem bekreftet det."}).json()
    assert (closed["status"], closed["outcome"]) == ("closed", "put_right")
    repaid = {"what": "repaid", "amount": "38400.00", "currency": "NOK", "method": "Lønnsslipper for fire ansatte, mars til juni"}
    assert ours.post(f"{path}record_effect/", repaid).json()["effects"][0]["amount"] == 38400
    assert ours.post(f"{path}record_effect/", {"what": "workers", "amount": "4", "method": "Navneliste"}).status_code == 200


def everything_is_in_the_history(first: str, second: str, found: str) -> None:
    def verbs(key: str) -> set[str]:
        return set(History.objects.filter(object_id=key).values_list("verb", flat=True))

    assert verbs(first) >= {"plan", "announce", "report", "judge", "close"}
    assert verbs(second) >= {"plan", "announce", "report", "judge", "close"}
    assert verbs(found) >= {"log", "tell", "plan", "accept_plan", "finish_action", "evidence", "close", "record_effect", "check_effect"}
    assert not Deadline.objects.open().filter(about_id__in=[first, second, found]).exists()
