"""Use case: finding one's way: menu by role, language, colours, search, the person's own menu."""

import pytest
from django.http import HttpRequest
from django.test import Client

from core import context, menus
from tests.cast import Cast, SignIn


def menu(client: Client, url: str) -> list[tuple[str, bool]]:
    answer = client.get(url, headers={"accept-language": "en"})
    return [(str(place.label), place.is_current) for place in answer.context["reader"].menu]


@pytest.mark.django_db
@pytest.mark.urls("tests.core.gallery")
def test_every_page_has_one_heading_a_skip_link_and_no_inline_script(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.manager).get("/gallery/").content.decode()
    assert page.count("<h1") == 1
    assert page.index('href="#main"') < page.index("<header")
    assert ' style="' not in page
    assert "hx-on" not in page
    assert page.count("<script") == page.count(" defer></script>") == 2


@pytest.mark.django_db
def test_only_pages_that_exist_are_in_the_menu(cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = menus.Entry("Nowhere", "nowhere:at-all")
    monkeypatch.setitem(menus.MENUS, "cpb", [entry, menus.Entry("Help", "core:help")])
    assert menu(sign_in(cast.manager), "/help/") == [("Help", True)]


@pytest.mark.django_db
def test_the_menu_says_where_one_is_and_the_start_page_only_on_itself(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.manager)

    def current(url: str) -> list[str]:
        return [label for label, is_current in menu(client, url) if is_current]

    assert current("/") == ["Today"]
    assert current("/obligations/") == ["Requirements and terms"]
    assert current("/deadlines/") == ["Follow-up"]
    assert current("/sanctions/") == ["Follow-up"]
    assert current("/help/") == []


@pytest.mark.django_db
def test_a_section_shows_its_pages_and_which_of_them_one_is_below(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.manager)

    def open_pages(url: str) -> dict[str, list[str]]:
        places = client.get(url, headers={"accept-language": "en"}).context["reader"].menu
        return {str(place.label): [str(each.label) for each in place.below if each.is_current] for place in places if place.is_inside}

    assert open_pages("/severities/") == {"Follow-up": ["Findings"]}
    assert open_pages("/sanctions/") == {"Follow-up": ["Sanction cases"]}
    assert open_pages("/frameworks/") == {}


@pytest.mark.parametrize(
    ("who", "side"), [("manager", "cpb"), ("csr", "supplier"), ("csr_fjordtek", "supplier"), ("agency", "agency"), ("auditor", "auditor")]
)
def test_whose_words_a_page_uses(cast: Cast, who: str, side: str) -> None:
    request = HttpRequest()
    request.user = cast.everybody[who]
    assert context.Reader(request).side == side


@pytest.mark.django_db
def test_a_visitor_sees_no_menu_and_can_choose_the_language() -> None:
    client = Client()
    page = client.get("/help/").content.decode()
    assert 'id="site-menu"' not in page
    client.post("/language/", {"language": "en", "next": "/help/"})
    assert '<html lang="en"' in client.get("/help/").content.decode()


@pytest.mark.django_db
def test_colours_are_remembered_without_script() -> None:
    client = Client()
    assert 'data-color-scheme="auto"' in client.get("/help/").content.decode()
    answer = client.post("/appearance/", {"colour_scheme": "dark", "next": "/help/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/help/")
    assert 'data-color-scheme="dark"' in client.get("/help/").content.decode()


@pytest.mark.django_db
def test_an_unknown_colour_and_a_foreign_address_are_ignored() -> None:
    client = Client()
    answer = client.post("/appearance/", {"colour_scheme": "pink", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert 'data-color-scheme="auto"' in client.get("/help/").content.decode()


@pytest.mark.django_db
def test_single_keys_can_be_switched_off(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.manager)
    assert "data-shortcuts" in client.get("/help/").content.decode()
    client.post("/appearance/", {"shortcuts": "off", "next": "/help/"})
    assert "data-shortcuts" not in client.get("/help/").content.decode()


@pytest.mark.django_db
def test_pages_of_the_signed_in_are_not_kept_by_caches(cast: Cast, sign_in: SignIn) -> None:
    assert "private" in sign_in(cast.manager).get("/help/").headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.urls("tests.core.gallery")
def test_filters_keep_the_sorting_and_lose_the_place(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.manager).get("/gallery/?ordering=-due_on&cursor=abc&status=sent").content.decode()
    assert '<input type="hidden" name="ordering" value="-due_on">' in page
    assert 'name="cursor"' not in page
    assert 'aria-sort="descending"' in page
    assert 'href="?ordering=due_on&amp;status=sent"' in page


@pytest.mark.django_db
@pytest.mark.urls("tests.core.gallery")
@pytest.mark.parametrize(
    ("zone", "shown"), [("Europe/Oslo", "2 Nov 2026, 14:05"), ("Asia/Shanghai", "2 Nov 2026, 21:05"), ("Mars/Base", "14:05")]
)
def test_times_of_day_are_the_readers_own(cast: Cast, sign_in: SignIn, zone: str, shown: str) -> None:
    cast.csr.person.time_zone = zone
    cast.csr.person.save()
    assert shown in sign_in(cast.csr).get("/gallery/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.django_db
def test_who_speaks_for_two_organisations_sees_for_which(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.csr_fjordtek)
    assert "Frida Fjord · Fjordtek AS" in client.get("/help/").content.decode()
    client.post("/accounts/switch/", {"organisation": str(cast.nordvare.pk)})
    assert "Frida Fjord · Nordvare AS" in client.get("/help/").content.decode()
