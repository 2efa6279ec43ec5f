"""Production sites: told by the supplier, confirmed or sent back by us, found again, and remembered by audits."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from followup.forms.sites import CoordinatesField
from followup.models import Site
from followup.services import sites
from notifications.models import Delivery
from tests.cast import Cast
from tests.contracts.pages import filled, html, said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit

AT: dict[str, Any] = {"now": NOW, "today": TODAY}
FACTORY = {"name": "Binh Duong  Electronics", "country": "VN", "address": "Road 5, Thuan An", "os_id": "vn2020052sv22ht"}


def added(cast: Cast, **written: Any) -> Site:
    supplier, actor = written.pop("supplier", cast.nordvare), written.pop("actor", cast.manager)
    return sites.add(supplier=supplier, actor=actor, now=NOW, **{**FACTORY, **written})


def suggested(cast: Cast, **written: Any) -> Site:
    return sites.suggest(supplier=cast.nordvare, actor=cast.sales, **{**FACTORY, **written}, **AT)


def test_a_supplier_tells_of_a_site_and_we_confirm_it(cast: Cast, visit: Visit) -> None:
    theirs, ours = visit(cast.sales), visit(cast.manager)
    assert "You have not told us of any site" in text(theirs.get("/sites/"))
    page = theirs.get("/sites/new/")
    assert "supplier" not in filled(page), "it has one supplier only"
    form = {**FACTORY, "products": "Bærbare PC-er", "tier": "1", "workers": "420", "coordinates": "10,98050; 106.65190"}
    assert "Thank you." in said(theirs.post("/sites/new/", form, follow=True))
    it = Site.objects.get()
    assert (it.supplier, it.status, it.name, it.os_id, it.tier) == (
        cast.nordvare,
        "suggested",
        "Binh Duong Electronics",
        "VN2020052SV22HT",
        1,
    )
    assert (it.latitude, it.longitude) == (Decimal("10.9805"), Decimal("106.6519"))
    told = Delivery.objects.get(kind="site_suggested")
    assert (told.person, told.about_id) == (cast.manager.person, it.pk)
    assert "Vietnam" in text(ours.get("/sites/?view=to_confirm"))
    assert "Binh Duong" not in text(ours.get("/sites/")), "it is not in use before it is confirmed"

    page = ours.get(f"/sites/{it.pk}/")
    assert "Suggested, to be confirmed" in text(page)
    assert html(page).count('class="ds-button" href') == 1, "one obvious next step"
    answer = ours.post(f"/sites/{it.pk}/send-back/", {"comment": "Adressen er kontoret."}, follow=True)
    assert "The supplier gets a mail." in said(answer)
    assert Delivery.objects.get(kind="site_returned", cancelled_at=None).person == cast.sales.person
    shown = text(theirs.get(f"/sites/{it.pk}/"))
    assert "Must be corrected" in shown
    assert "Adressen er kontoret." in shown
    same = {name: values[0] for name, values in filled(theirs.get(f"/sites/{it.pk}/edit/")).items()}
    assert theirs.post(f"/sites/{it.pk}/edit/", same).status_code == 422, "sent back and left as it was"
    theirs.post(f"/sites/{it.pk}/edit/", {**same, "address": "Road 7, Thuan An"})
    ours.post(f"/sites/{it.pk}/confirm/")
    assert "Confirmed" in text(theirs.get(f"/sites/{it.pk}/"))
    assert "Binh Duong" in text(ours.get("/sites/"))
    verbs = History.objects.filter(object_id=it.pk).values_list("verb", flat=True)
    assert sorted(verbs) == ["confirm", "correct", "send_back", "suggest_site"]


def test_what_the_supplier_corrects_is_looked_at_again(cast: Cast, visit: Visit) -> None:
    it = added(cast)
    assert it.status == "confirmed"
    assert "When you change it, we look at it again." in text(visit(cast.csr).get(f"/sites/{it.pk}/edit/"))
    sites.correct(site=it, workers=380, actor=cast.csr, **AT)
    assert it.is_corrected
    assert "the supplier has corrected it since" in text(visit(cast.manager).get(f"/sites/{it.pk}/"))
    with pytest.raises(WrongState, match="confirmed this site"):
        sites.remove(site=it, actor=cast.csr, now=NOW)


@pytest.mark.parametrize(
    ("written", "field", "code"),
    [
        ({"latitude": 91, "longitude": 10}, "coordinates", "outside"),
        ({"latitude": 59, "longitude": -181}, "coordinates", "outside"),
        ({"latitude": 59}, "coordinates", "half"),
        ({"os_id": "VN123"}, "os_id", "invalid"),
        ({"country": "XX"}, "country", "required"),
        ({"name": " "}, "name", "required"),
        ({"name": "BINH DUONG electronics", "os_id": ""}, "name", "twice"),
        ({"name": "Another", "os_id": "VN2020052SV22HT"}, "os_id", "twice"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(cast: Cast, written: dict[str, Any], field: str, code: str) -> None:
    added(cast)
    with pytest.raises(Invalid) as refused:
        added(cast, **{"name": "New", "os_id": "", **written})
    assert [(fault.field, fault.code) for fault in refused.value.errors] == [(field, code)]


def test_two_suppliers_may_use_the_same_factory_and_know_nothing_of_it(cast: Cast, visit: Visit) -> None:
    added(cast)
    foreign = added(cast, supplier=cast.polar)
    for path in ("", "edit/", "confirm/", "remove/", "send-back/", "retire/", "restore/"):
        assert visit(cast.csr).get(f"/sites/{foreign.pk}/{path}").status_code == 404
    assert "1 site" in text(visit(cast.csr).get("/sites/"))
    assert visit(cast.csr).get(f"/sites/new/?supplier={cast.polar.pk}").status_code == 200, "the address does not choose another"
    with pytest.raises(NotAllowed):
        sites.suggest(supplier=cast.polar, actor=cast.csr, **FACTORY, **AT)


def test_coordinates_are_read_as_maps_write_them(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    form = {"name": "X", "country": "NO", "supplier": str(cast.nordvare.pk), "address": "Industriveien 4"}
    for wrong in ("somewhere", "59.9", "91.5, 10.7"):
        answer = browser.post("/sites/new/", {**form, "coordinates": wrong})
        assert answer.status_code == 422
        assert "Industriveien 4" in html(answer), "nothing written is lost"
    browser.post("/sites/new/", {**form, "coordinates": "59.91,10.75"})
    assert Site.objects.get().coordinates == "59.91000, 10.75000"
    for copied in ("10.9805° N, 6.6519° W", "10,9805 N 6,6519 V", "(10.9805, -6.6519)"):
        assert CoordinatesField().clean(copied) == (Decimal("10.9805"), Decimal("-6.6519"))


def test_the_list_is_narrowed_searched_and_downloaded(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    added(cast, products="Skjermer")
    for number in range(5):
        added(cast, name=f"Verk {number}", country="PL", os_id="", supplier=cast.fjordtek)
    browser: Client = visit(cast.reader)
    for query, wanted in (
        ("q=skjermer", "1 site"),
        ("country=PL", "5 sites"),
        (f"supplier={cast.nordvare.pk}", "1 site"),
        ("status=suggested", "Nothing matches"),
        ("q=VN2020052SV22HT", "1 site"),
    ):
        assert wanted in text(browser.get(f"/sites/?{query}")), query
    with django_assert_max_num_queries(8):
        assert "6 sites" in text(browser.get("/sites/"))
    answer: Any = browser.get("/sites/sheet/csv/?country=PL")
    sheet = b"".join(answer.streaming_content).decode()
    assert "Verk 4" in sheet
    assert "Binh Duong" not in sheet
    own: Any = visit(cast.csr_polar).get("/sites/sheet/csv/")
    assert "Verk" not in b"".join(own.streaming_content).decode()
