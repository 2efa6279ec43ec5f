"""An administrator writes down when nobody is reminded, and sees first what it does to the cases that run."""

import io
from datetime import date
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook

from core.models import History
from notifications.models import PlannedStep, QuietPeriod
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import NOW
from tests.notifications.engine import open_request

EASTER = {"name": "Påskestengt", "starts_on": "2026-03-28", "ends_on": "2026-04-06", "country": ""}


@pytest.fixture(autouse=True)
def monday_morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def first_reminder() -> date:
    return PlannedStep.objects.planned().get(step__rung=2).on


def test_what_moves_is_shown_before_it_is_saved(cast: Cast, sign_in: SignIn) -> None:
    deadline = open_request(cast)
    admin = sign_in(cast.admin)
    page = admin.post("/quiet-periods/new/", EASTER, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "1 running case has a reminder on another day" in text
    assert deadline.title in text
    assert "30 March 2026" in text
    assert "7 April 2026" in text
    assert not QuietPeriod.objects.exists()
    assert first_reminder() == date(2026, 3, 30)

    answer = admin.post("/quiet-periods/new/", EASTER | {"confirmed": page.context["shown"]})
    assert answer.status_code == 302
    assert QuietPeriod.objects.get().name == "Påskestengt"
    assert first_reminder() == date(2026, 4, 7)
    row = History.objects.get(object_type="quiet_period")
    assert (row.verb, row.changes["replanned_cases"], row.changes["replanned_steps"]) == ("create", 1, 1)


def test_other_dates_than_those_shown_are_shown_anew(cast: Cast, sign_in: SignIn) -> None:
    open_request(cast)
    admin = sign_in(cast.admin)
    shown = admin.post("/quiet-periods/new/", EASTER).context["shown"]
    page = admin.post("/quiet-periods/new/", EASTER | {"ends_on": "2026-04-08", "confirmed": shown})
    assert page.status_code == 200
    assert not QuietPeriod.objects.exists()


def test_what_moves_nothing_is_saved_at_once_and_can_be_changed_and_removed(cast: Cast, sign_in: SignIn) -> None:
    admin = sign_in(cast.admin)
    admin.post("/quiet-periods/new/", EASTER)
    period = QuietPeriod.objects.get()
    admin.post(f"/quiet-periods/{period.pk}/", EASTER | {"name": "Påske", "is_yearly": "on", "country": "VN"})
    period.refresh_from_db()
    assert (period.name, period.is_yearly, period.country) == ("Påske", True, "VN")
    assert admin.get(f"/quiet-periods/{period.pk}/remove/").status_code == 200
    admin.post(f"/quiet-periods/{period.pk}/remove/")
    assert not QuietPeriod.objects.exists()
    written = History.objects.filter(object_type="quiet_period").values_list("verb", flat=True)
    assert sorted(written) == ["create", "delete", "edit"]


def test_removing_moves_the_reminders_back(cast: Cast, sign_in: SignIn) -> None:
    period = factories.quiet_period("Påskestengt", date(2026, 3, 28), date(2026, 4, 6))
    open_request(cast)
    admin = sign_in(cast.admin)
    assert "30. mars 2026" in admin.get(f"/quiet-periods/{period.pk}/remove/").content.decode()
    assert first_reminder() == date(2026, 4, 7)
    admin.post(f"/quiet-periods/{period.pk}/remove/")
    assert first_reminder() == date(2026, 3, 30)


def test_all_changes_as_a_spreadsheet(cast: Cast, sign_in: SignIn) -> None:
    deadline = open_request(cast)
    answer = sign_in(cast.admin).post("/quiet-periods/new/", EASTER | {"sheet": "xlsx"})
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)  # type: ignore[attr-defined, union-attr]
    assert rows[1][0] == deadline.title
    assert [cell.date() for cell in rows[1][-2:]] == [date(2026, 3, 30), date(2026, 4, 7)]
    assert not QuietPeriod.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": "2026-03-01"}, "ends_on"),
        ({"ends_on": "2026-09-01"}, "ends_on"),
        ({"name": " "}, "name"),
        ({"country": "XX"}, "country"),
        ({"starts_on": "i sommer"}, "starts_on"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field(cast: Cast, sign_in: SignIn, wrong: dict[str, str], field: str) -> None:
    page = sign_in(cast.admin).post("/quiet-periods/new/", EASTER | wrong)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not QuietPeriod.objects.exists()


def test_the_common_holiday_is_offered_by_its_weeks_and_not_set(cast: Cast, sign_in: SignIn) -> None:
    admin = sign_in(cast.admin)
    assert "?suggest" in admin.get("/quiet-periods/").content.decode()
    form = admin.get("/quiet-periods/new/?suggest").context["form"]
    assert (form.initial["starts_on"], form.initial["ends_on"]) == (date(2026, 7, 6), date(2026, 7, 26))
    assert not QuietPeriod.objects.exists()


def test_staff_reads_and_administrators_write(cast: Cast, sign_in: SignIn) -> None:
    factories.quiet_period("Fellesferie", date(2026, 7, 6), date(2026, 7, 26))
    page = sign_in(cast.manager).get("/quiet-periods/")
    assert "Fellesferie" in page.content.decode()
    assert "/quiet-periods/new/" not in page.content.decode()
    assert sign_in(cast.manager).post("/quiet-periods/new/", EASTER).status_code == 403
    assert sign_in(cast.csr).get("/quiet-periods/").status_code == 403
