"""Requests that come back: made in time, once, from the anchor; left out, moved, rested and ended with their history."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.models import Framework
from core.models import History
from followup.models import DocumentRequest, Occurrence, RequestTemplate, Series, TemplateItem
from followup.services import library, series
from followup.services.series import Wording
from notifications.models import Delivery
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit

ANCHOR = date(2026, 5, 29)
LEAD = 42
DAY = timedelta(days=1)


def at(day: date) -> dict[str, Any]:
    return {"today": day, "now": NOW + (day - TODAY)}


@pytest.fixture
def template(db: None) -> RequestTemplate:
    row = RequestTemplate.objects.create(title="Egenerklæring", instructions="Fyll ut skjemaet.", created_at=NOW)
    TemplateItem.objects.create(template=row, number=1, title="Egenerklæring", theme="human_rights")
    return row


def wording(template: RequestTemplate, **more: Any) -> Wording:
    return {"title": "Årlig egenerklæring", "template": template, "suppliers": [], "lead_days": LEAD, "sends": False, **more}  # type: ignore[typeddict-item]


@pytest.fixture
def yearly(cast: Cast, template: RequestTemplate) -> Series:
    Framework.objects.filter(pk=cast.pc.pk).update(ends_on=None, expiry=None)
    cast.pc.refresh_from_db()
    return begin(cast, wording(template))


def begin(cast: Cast, words: Wording, *, anchor_on: date = ANCHOR, interval: int = 12, unit: str = "months") -> Series:
    return series.start(
        framework=cast.pc, wording=words, anchor_on=anchor_on, interval=interval, unit=unit, actor=cast.manager, **at(TODAY)
    )


def times(it: Series) -> list[tuple[int, date, str, str]]:
    return list(it.occurrences.order_by("number").values_list("number", "on", "outcome", "because"))


def test_the_requests_are_made_in_time_and_once(cast: Cast, yearly: Series) -> None:
    day = ANCHOR - timedelta(days=LEAD)
    assert series.sweep(**at(day - DAY)) == 0
    assert series.sweep(**at(day)) == 1
    assert series.sweep(**at(day)) == 0
    made = DocumentRequest.objects.filter(batch=yearly.occurrences.get(number=0).pk)
    assert {(it.supplier, it.title, it.status) for it in made} == {
        (cast.nordvare, "Årlig egenerklæring", "draft"),
        (cast.fjordtek, "Årlig egenerklæring", "draft"),
        (cast.polar, "Årlig egenerklæring", "draft"),
    }
    assert {it.deadline.due_on for it in made} == {ANCHOR}
    assert made.get(supplier=cast.nordvare).items.get().obligations.count() == 2, "both lots"
    assert times(yearly) == [(0, ANCHOR, "created", ""), (1, date(2027, 5, 29), "planned", "")]
    told = Delivery.objects.get(kind="series_drafted")
    assert (told.person, told.context["count"]) == (cast.manager.person, 3)


def test_sent_by_itself_only_to_the_chosen_and_moved_off_their_days_off(cast: Cast, yearly: Series, template: RequestTemplate) -> None:
    words = wording(template, suppliers=[cast.nordvare], sends=True)
    series.end(series=yearly, reason="Ny", actor=cast.manager, now=NOW)
    other = begin(cast, words, anchor_on=date(2026, 5, 17))  # a Sunday, and the national day
    series.sweep(**at(date(2026, 4, 5)))
    made = DocumentRequest.objects.get(batch=other.occurrences.get(number=0).pk)
    assert (made.supplier, made.status, made.deadline.due_on) == (cast.nordvare, "sent", date(2026, 5, 18))
    assert Delivery.objects.filter(kind="documents_requested", person=cast.csr.person).count() == 1
    assert not Delivery.objects.filter(kind="series_drafted").exists()


@pytest.mark.both
def test_after_an_outage_only_the_latest_time_is_asked_for(cast: Cast, yearly: Series, template: RequestTemplate) -> None:
    monthly = begin(cast, wording(template), anchor_on=date(2026, 5, 31), interval=1)
    series.sweep(**at(date(2026, 8, 25)))
    assert times(monthly) == [
        (0, date(2026, 5, 31), "skipped", "overtaken"),
        (1, date(2026, 6, 30), "skipped", "overtaken"),
        (2, date(2026, 7, 31), "skipped", "overtaken"),
        (3, date(2026, 8, 31), "skipped", "overtaken"),
        (4, date(2026, 9, 30), "created", ""),
        (5, date(2026, 10, 31), "planned", ""),
    ]
    assert DocumentRequest.objects.filter(batch__in=monthly.occurrences.values("pk")).count() == 3


def test_a_broken_one_stops_no_other(cast: Cast, template: RequestTemplate, yearly: Series) -> None:
    broken, good = sorted((yearly, begin(cast, wording(template))), key=lambda each: each.pk)  # in the order in which they are swept
    Series.objects.filter(pk=broken.pk).update(unit="fortnights")
    assert series.sweep(**at(ANCHOR - LEAD * DAY)) == 1
    assert [outcome for _number, _on, outcome, _why in times(good)] == ["created", "planned"]


def test_moving_one_moves_no_other(cast: Cast, yearly: Series) -> None:
    series.move(series=yearly, on=date(2026, 6, 15), reason="Ferie", actor=cast.manager, **at(TODAY))
    assert series.sweep(**at(ANCHOR - timedelta(days=LEAD))) == 0
    series.sweep(**at(date(2026, 6, 15) - timedelta(days=LEAD)))
    made = DocumentRequest.objects.filter(batch=yearly.occurrences.get(number=0).pk)
    assert {(it.deadline.due_on, it.due_reason) for it in made} == {(date(2026, 6, 15), "Ferie")}
    assert times(yearly)[1][1] == date(2027, 5, 29)


def test_leaving_one_out_keeps_why(cast: Cast, yearly: Series) -> None:
    series.skip(series=yearly, reason="Nettopp kontrollert", actor=cast.manager, now=NOW)
    assert times(yearly) == [(0, ANCHOR, "skipped", ""), (1, date(2027, 5, 29), "planned", "")]
    assert yearly.occurrences.get(number=0).reason == "Nettopp kontrollert"
    assert History.objects.get(object_id=yearly.pk, verb="skip").changes == {"number": 0, "reason": "Nettopp kontrollert"}
    assert series.sweep(**at(ANCHOR)) == 0


def test_what_comes_while_it_rests_is_left_out(cast: Cast, yearly: Series) -> None:
    series.pause(series=yearly, reason="Tvist", actor=cast.manager, now=NOW + DAY)
    assert series.sweep(**at(ANCHOR)) == 0
    series.resume(series=yearly, actor=cast.manager, **at(ANCHOR))
    assert times(yearly) == [(0, ANCHOR, "skipped", "paused"), (1, date(2027, 5, 29), "planned", "")]
    assert [row.verb for row in History.objects.filter(object_id=yearly.pk).order_by("at", "id")] == ["create", "pause", "resume"]


def test_a_rest_that_ends_before_the_date_loses_no_time(cast: Cast, yearly: Series) -> None:
    series.pause(series=yearly, reason="Tvist", actor=cast.manager, now=NOW + DAY)
    series.resume(series=yearly, actor=cast.manager, **at(ANCHOR - 5 * DAY))
    assert times(yearly) == [(0, ANCHOR, "planned", "")], "its asking day has passed, its date has not"
    series.sweep(**at(ANCHOR - 5 * DAY))
    assert times(yearly)[0][2:] == ("created", "")


@pytest.mark.parametrize(("behind", "status"), [(14, "sent"), (15, "draft")])
def test_after_a_long_rest_a_person_looks_before_it_is_sent(cast: Cast, yearly: Series, behind: int, status: str) -> None:
    Series.objects.update(sends=True)
    series.sweep(**at(yearly.occurrences.get().asks_on + behind * DAY))
    assert {it.status for it in DocumentRequest.objects.all()} == {status}
    assert Delivery.objects.filter(kind="series_drafted").exists() == (status == "draft")


def test_an_ended_series_asks_no_more_and_is_still_there(cast: Cast, yearly: Series) -> None:
    series.end(series=yearly, reason="Ikke lenger krav", actor=cast.manager, now=NOW)
    assert series.sweep(**at(ANCHOR)) == 0
    assert times(yearly) == [(0, ANCHOR, "skipped", "ended")]


def test_it_ends_with_its_agreement(cast: Cast, yearly: Series) -> None:
    Framework.objects.filter(pk=cast.pc.pk).update(status="terminated")
    series.sweep(**at(ANCHOR))
    yearly.refresh_from_db()
    assert yearly.status == "ended"
    assert not DocumentRequest.objects.exists()


def test_a_time_that_concerns_nobody_says_so(cast: Cast, yearly: Series, template: RequestTemplate) -> None:
    TemplateItem.objects.filter(template=template).update(theme="anti_corruption")
    cast.pc.participations.update(ends_on=TODAY)
    series.sweep(**at(ANCHOR))
    assert times(yearly)[0][2:] == ("skipped", "nobody")


def test_a_template_in_use_is_not_deleted(cast: Cast, yearly: Series, template: RequestTemplate, visit: Visit) -> None:
    assert visit(cast.manager).post(f"/request-templates/{template.pk}/delete/").status_code == 409
    series.end(series=yearly, reason="Slutt", actor=cast.manager, now=NOW)
    library.delete_template(template=template, actor=cast.manager, now=NOW)
    assert Series.objects.get().template is None


# On the pages


def test_a_series_is_begun_changed_and_ended_on_its_pages(cast: Cast, template: RequestTemplate, visit: Visit) -> None:
    manager = visit(cast.manager)
    assert f"/series/new/?framework={cast.pc.pk}" in manager.get(f"/frameworks/{cast.pc.pk}/follow-up/").content.decode()
    sent = {"title": "Rapport", "template": template.pk, "lead_days": "30", "suppliers": [cast.nordvare.pk]}
    answer = manager.post(f"/series/new/?framework={cast.pc.pk}", sent | {"anchor_on": "31.8.2026", "interval": "3", "unit": "months"})
    it = Series.objects.get()
    assert answer.headers["Location"] == f"/series/{it.pk}/"
    page = text(manager.get(f"/series/{it.pk}/"))
    for words in ("Every 3 months", "31 August 2026", "Nordvare AS", "requests are prepared"):
        assert words in page
    manager.post(f"/series/{it.pk}/move/", {"on": "15.9.2026", "reason": "Ferie"})
    manager.post(f"/series/{it.pk}/skip/", {"reason": "Nei"})
    assert [(number, on, outcome) for number, on, outcome, _because in times(it)] == [
        (0, date(2026, 9, 15), "skipped"),
        (1, date(2026, 11, 30), "planned"),
    ]
    manager.post(f"/series/{it.pk}/edit/", sent | {"lead_days": "10", "sends": "on", "suppliers": []})
    it.refresh_from_db()
    assert (it.lead_days, it.sends, it.suppliers.count()) == (10, True, 0)
    assert it.occurrences.get(number=1).asks_on == date(2026, 11, 20)
    manager.post(f"/series/{it.pk}/pause/", {"reason": "Tvist"})
    manager.post(f"/series/{it.pk}/resume/")
    assert manager.post(f"/series/{it.pk}/end/", {"reason": ""}).status_code == 422
    manager.post(f"/series/{it.pk}/end/", {"reason": "Slutt"})
    it.refresh_from_db()
    assert it.status == "ended"
    assert manager.post(f"/series/{it.pk}/skip/", {"reason": "Nei"}).status_code == 409
    assert "Rapport" in text(manager.get("/series/"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"anchor_on": "1.1.2026"}, "anchor_on"),
        ({"interval": "0"}, "interval"),
        ({"interval": "3", "unit": "days"}, "interval"),
        ({"lead_days": "400"}, "lead_days"),
        ({"title": ""}, "title"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field(
    cast: Cast, template: RequestTemplate, visit: Visit, wrong: dict[str, str], field: str
) -> None:
    sent = {"title": "Rapport", "template": template.pk, "lead_days": "30", "anchor_on": "31.8.2026", "interval": "3", "unit": "months"}
    page = visit(cast.manager).post(f"/series/new/?framework={cast.pc.pk}", sent | wrong)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Series.objects.exists()


def test_how_we_plan_is_ours(cast: Cast, yearly: Series, visit: Visit) -> None:
    assert visit(cast.csr).get(f"/series/{yearly.pk}/").status_code == 404
    assert visit(cast.csr).get("/series/").status_code == 403
    assert visit(cast.other_manager).post(f"/series/{yearly.pk}/end/", {"reason": "x"}).status_code == 403
    assert visit(cast.reader).get(f"/series/{yearly.pk}/").status_code == 200


def test_the_list_costs_the_same_however_many_there_are(
    cast: Cast, yearly: Series, template: RequestTemplate, visit: Visit, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        begin(cast, wording(template))
    browser = visit(cast.manager)
    browser.get("/series/")
    with django_assert_max_num_queries(10):
        browser.get("/series/")
    assert Occurrence.objects.count() == 21
