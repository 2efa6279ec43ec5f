"""The demo world: built once, and whoever signs in finds pages that all answer, lead on and lead back."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from functools import cache
from io import StringIO
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import resolve

from accounts.models import Organisation, User
from cpb.management.commands.serve import DEMO_PEOPLE
from tests import shipped

pytestmark = pytest.mark.django_db

MOST_PAGES = 150
"""Of one route one page is enough for most: what differs from agreement to agreement is seen by those who do the work."""

SUPPLIERS = ("csr@nordvare.example", "sales@nordvare.example", "csr@fjordtek.example", "csr@polar.example")


@pytest.fixture(scope="module", autouse=True)
def demo_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Built once for all tests here, inside a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        shipped.write_again()
        assert demo() == "The demo world is built.\n"
        yield
        transaction.set_rollback(True)


def demo() -> str:
    said = StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


def everything() -> dict[str, list[Any]]:
    """Every row of every table of ours."""
    return {model._meta.label: sorted(map(repr, model._default_manager.values_list())) for model in apps.get_models()}


def test_built_twice_it_is_the_same() -> None:
    before = everything()
    assert sum(map(len, before.values())) > 500
    assert "nothing was changed" in demo()
    assert everything() == before


def test_everybody_whom_the_command_names_can_sign_in_to_a_start_page() -> None:
    assert {*DEMO_PEOPLE} == set(User.objects.values_list("email", flat=True))


@pytest.mark.parametrize("email", DEMO_PEOPLE)
def test_every_page_that_can_be_reached_answers_and_leads_back(email: str) -> None:
    visit = crawl(email)
    assert visit.faults == []
    assert len(visit.seen) >= 5


@pytest.mark.parametrize("email", SUPPLIERS)
def test_a_supplier_never_reads_of_another(email: str) -> None:
    user = User.objects.get(email=email)
    own = {membership.organisation_id for membership in user.memberships.all()}
    others = Organisation.objects.filter(kind="supplier").exclude(pk__in=own).values_list("name", flat=True)
    text = "\n".join(crawl(email).texts.values())
    assert Organisation.objects.get(pk__in=list(own)[:1]).name.split()[0] in text
    assert [name for name in others if name.split()[0] in text] == []


@cache
def crawl(email: str) -> "Crawl":
    """One walk serves both tests. Suppliers have few pages, and none may tell of another."""
    each_kind = 5 if email in SUPPLIERS else 3 if email == "manager@cpb.example" else 1
    return Crawl(User.objects.get(email=email), each_kind=each_kind)


class Crawl:
    """Follows every link from a person's start page: so many of each kind of page, and not more than MOST_PAGES in all."""

    def __init__(self, user: User, *, each_kind: int) -> None:
        self.each_kind = each_kind
        self.client = Client(raise_request_exception=False)
        self.client.force_login(user)
        self.faults: list[str] = []
        self.texts: dict[str, str] = {}
        self.seen: set[str] = {"/"}
        self.kinds: Counter[str] = Counter()
        self.waiting = deque([("/", "the start page")])
        while self.waiting and len(self.texts) < MOST_PAGES:
            self.visit(*self.waiting.popleft())

    def visit(self, address: str, found_on: str) -> None:
        answer: Any = self.client.get(address, follow=True)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.texts[address] = content.decode(errors="ignore")
        if answer.status_code != 200:
            self.faults.append(f"{address}: {answer.status_code}, linked from {found_on}")
        elif answer.headers["Content-Type"].startswith("text/html"):
            self.read(address, lxml.html.fromstring(content))

    def read(self, address: str, page: lxml.html.HtmlElement) -> None:
        links = [urldefrag(urljoin(address, href))[0] for href in page.xpath("//a/@href")]
        if "/" not in links:
            self.faults.append(f"{address}: no way back")
        if len(page.xpath("//h1")) != 1 or not page.findtext(".//title", "").strip():
            self.faults.append(f"{address}: {len(page.xpath('//h1'))} first headings, title {page.findtext('.//title')!r}")
        self.faults += [f"{address}: nothing has the name {name}" for name in broken_anchors(page)]
        for link in links:
            self.follow(link, address)

    def follow(self, link: str, found_on: str) -> None:
        if not link.startswith("/") or link in self.seen or link.startswith("/static/"):
            return
        self.seen.add(link)
        kind = route_of(link)
        self.kinds[kind] += 1
        if self.kinds[kind] <= self.each_kind:
            self.waiting.append((link, found_on))


def route_of(link: str) -> str:
    """The route and which parameters the address has, not their values."""
    parts = urlsplit(link)
    names = sorted(set(re.findall(r"(?:^|&)(\w+)=", parts.query)))
    try:
        return f"{resolve(parts.path).view_name} {names}"
    except Exception:
        return link


def broken_anchors(page: lxml.html.HtmlElement) -> list[str]:
    names = {*page.xpath("//@id")}
    return [href for href in page.xpath("//a/@href") if href.startswith("#") and len(href) > 1 and href[1:] not in names]
