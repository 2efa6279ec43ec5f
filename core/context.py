"""What every page needs: who reads, where one can go from here, how many notices are unread."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import kept_text

SCHEMES = {"auto": _("As the device"), "light": _("Light"), "dark": _("Dark")}


def _is_below(here: str, place: str) -> bool:
    return here == place or (place != "/" and here.startswith(place))


@dataclass(frozen=True)
class Entry:
    """One place in the menu; shown when its page exists, and current on the pages below it and below `also`. Below the
    start page is everything, so that one is current on itself only."""

    label: str | Promise
    url_name: str
    also: tuple[str, ...] = ()


MENUS = {
    "cpb": [
        Entry(_("Today"), "reports:today"),
        Entry(_("Agreements"), "contracts:frameworks", ("/imports/", "/lots/", "/options/", "/participations/", "/call-offs/")),
        Entry(_("Suppliers"), "contracts:suppliers", ("/organisations/",)),
        Entry(
            _("Follow-up"),
            "followup:document-requests",
            ("/deadlines/", "/documents/", "/contact-log/", "/request-templates/", "/document-kinds/", "/formal-notices/", "/sanctions/"),
        ),
        Entry(_("Audits"), "followup:audits"),
        Entry(_("Findings"), "followup:findings", ("/severities/",)),
        Entry(_("Requirements and terms"), "contracts:requirements", ("/obligations/", "/clauses/")),
        Entry(_("Reminders"), "notifications:forecast", ("/policies/", "/deliveries/", "/webhooks/", "/quiet-periods/")),
        Entry(_("Statistics"), "reports:index"),
    ],
    "supplier": [
        Entry(_("What we need from you"), "followup:wanted"),
        Entry(_("What must be put right"), "followup:to-mend"),
        Entry(_("Our documents"), "followup:own-documents"),
        Entry(_("What we have delivered"), "followup:delivered"),
        Entry(_("Letters from us"), "followup:formal-notices", ("/sanctions/",)),
        Entry(_("Audits"), "followup:audits"),
    ],
    "agency": [Entry(_("Agreements"), "contracts:frameworks"), Entry(_("Statistics"), "reports:index")],
    "auditor": [
        Entry(_("Start page"), "reports:today"),
        Entry(_("Audits"), "followup:audits"),
        Entry(_("Findings"), "followup:findings"),
        Entry(_("Help and contact"), "core:help"),
    ],
    "nobody": [],
}


class Reader:
    """The person in front of the page. Read lazily: a page that does not ask makes no query."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = request.user

    @cached_property
    def side(self) -> str:
        """Whose words the page uses: `cpb`, `supplier`, `agency`, `auditor` or `nobody`."""
        if not self.user.is_authenticated:
            return "nobody"
        if self.user.works_here:
            return "cpb"
        if self.user.supplier_ids:
            return "supplier"
        return "agency" if self.user.is_agency else "auditor"

    @cached_property
    def unread(self) -> int:
        """Counted by the app that owns the inbox; core only knows the name of the function."""
        counter = getattr(settings, "UNREAD_COUNT", "")
        return import_string(counter)(self.user) if counter and self.user.is_authenticated else 0

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        here = self.request.path
        entries = list(self._existing())
        below = [(place, url) for entry, url in entries for place in (url, *entry.also) if _is_below(here, place)]
        _, current = max(below, key=lambda found: len(found[0]), default=("", None))
        return [{"label": entry.label, "url": url, "is_current": url == current} for entry, url in entries]

    def _existing(self) -> Iterator[tuple[Entry, str]]:
        for entry in MENUS[self.side]:
            if url := url_or_none(entry.url_name):
                yield entry, url

    @cached_property
    def memberships(self) -> list[Any]:
        return self.user.active_memberships if self.user.is_authenticated else []

    @cached_property
    def membership(self) -> Any:
        """For which of their organisations somebody speaks now: the one chosen in the menu, else the first."""
        chosen = self.request.session.get("organisation")
        first = self.memberships[0] if self.memberships else None
        return next((each for each in self.memberships if str(each.organisation_id) == chosen), first)


def reader_of(request: HttpRequest) -> Reader:
    """One for a request: what a view learns about the reader, the header does not ask again."""
    known: Reader = vars(request).setdefault("reader", Reader(request))
    return known


def url_or_none(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def house(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Settings that are missing have the defaults of a Norwegian central body."""
    scheme = request.COOKIES.get("colour_scheme", "auto")
    return {
        "reader": SimpleLazyObject(lambda: reader_of(request)),
        "languages": settings.LANGUAGES,  # each under its own name, untranslated
        "organisation_name": settings.ORGANISATION_NAME,
        "organisation_email": settings.ORGANISATION_EMAIL,
        "organisation_phone": settings.ORGANISATION_PHONE,
        "colour_scheme": scheme if scheme in SCHEMES else "auto",
        "colour_schemes": SCHEMES.items(),
        "has_shortcuts": request.COOKIES.get("shortcuts") != "off",
        "search_url": url_or_none("search"),
        "inbox_url": url_or_none("notifications:inbox"),
        "settings_url": url_or_none("accounts:settings"),
        "switch_url": url_or_none("accounts:switch"),
        "kept": kept_text.current(),
        "text_waits": not request.user.is_authenticated and kept_text.SESSION_KEY in request.session,
    }
