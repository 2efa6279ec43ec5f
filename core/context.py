"""What every page needs: who reads, where one can go from here, how many notices are unread."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import kept_text, menus
from core.menus import url_or_none

SCHEMES = {"auto": _("As the device"), "light": _("Light"), "dark": _("Dark")}


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
        return "agency" if self.user.agency_ids else "auditor"

    @cached_property
    def unread(self) -> int:
        """Counted by the app that owns the inbox; core only knows the name of the function."""
        counter = getattr(settings, "UNREAD_COUNT", "")
        return import_string(counter)(self.user) if counter and self.user.is_authenticated else 0

    @cached_property
    def menu(self) -> list[menus.Place]:
        return menus.shown(self.side, self.request.path)

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
