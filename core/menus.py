"""What stands in the menu on each side: sections, and the pages of a section below it. Which of them exist, and where one is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """One place in the menu; shown when its page exists, and current on the pages below it and below `also`. Below the
    start page is everything, so that one is current on itself only. A section has its pages `below` it."""

    label: str | Promise
    url_name: str
    also: tuple[str, ...] = ()
    below: tuple["Entry", ...] = ()


@dataclass(frozen=True)
class Place:
    """An entry as shown to somebody who is on some page. `is_current`: that page is it, or lies below it."""

    label: str | Promise
    url: str
    is_current: bool
    below: Sequence["Place"] = ()

    @property
    def is_inside(self) -> bool:
        """Whether one of the pages of this section is the current one."""
        return any(place.is_current for place in self.below)


MENUS = {
    "cpb": [
        Entry(_("Today"), "reports:today"),
        Entry(_("Agreements"), "contracts:frameworks", ("/imports/", "/lots/", "/options/", "/participations/", "/call-offs/")),
        Entry(
            _("Suppliers"),
            "contracts:suppliers",
            below=(
                Entry(_("Suppliers"), "contracts:suppliers", ("/organisations/",)),
                Entry(_("Production sites"), "followup:sites"),
            ),
        ),
        Entry(
            _("Follow-up"),
            "followup:document-requests",
            below=(
                Entry(
                    _("Documentation"), "followup:document-requests", ("/documents/", "/request-templates/", "/document-kinds/", "/series/")
                ),
                Entry(_("Audits"), "followup:audits", ("/audit-programmes/", "/audit-schemes/", "/checklists/", "/written-reports/")),
                Entry(_("Findings"), "followup:findings", ("/severities/",)),
                Entry(_("Reported to us"), "followup:agency-reports"),
                Entry(
                    _("Shared results"),
                    "followup:sharings",
                    ("/sharing-files/", "/signing-keys/", "/received-results/", "/received-audits/", "/trusted-keys/"),
                ),
                Entry(_("Meetings"), "followup:meetings"),
                Entry(_("Formal notices"), "followup:formal-notices"),
                Entry(_("Sanction cases"), "followup:sanctions"),
                Entry(_("Deadlines"), "notifications:deadlines"),
            ),
        ),
        Entry(_("Requirements and terms"), "contracts:requirements", ("/obligations/", "/clauses/")),
        Entry(_("Reminders"), "notifications:forecast", ("/policies/", "/deliveries/", "/webhooks/", "/quiet-periods/")),
        Entry(_("Statistics"), "reports:index"),
    ],
    "supplier": [
        Entry(
            _("What we need from you"),
            "followup:wanted",
            below=(
                Entry(_("To deliver"), "followup:wanted", ("/document-requests/",)),
                Entry(_("What must be put right"), "followup:to-mend", ("/findings/",)),
                Entry(_("Audits"), "followup:audits", ("/written-reports/",)),
                Entry(_("Letters from us"), "followup:formal-notices", ("/sanctions/",)),
                Entry(_("Meetings"), "followup:meetings"),
            ),
        ),
        Entry(
            _("Our documents"),
            "followup:own-documents",
            below=(
                Entry(_("Our documents"), "followup:own-documents"),
                Entry(_("Production sites"), "followup:sites"),
                Entry(_("Who has access"), "followup:sharings"),
            ),
        ),
        Entry(_("What we have delivered"), "followup:delivered"),
    ],
    "agency": [
        Entry(_("Agreements"), "contracts:frameworks"),
        Entry(_("Report something"), "followup:agency-reports"),
        Entry(_("Statistics"), "reports:index"),
    ],
    "auditor": [
        Entry(_("Start page"), "reports:today"),
        Entry(_("Audits"), "followup:audits", ("/sites/", "/written-reports/")),
        Entry(_("Findings"), "followup:findings"),
        Entry(_("Help and contact"), "core:help"),
    ],
    "nobody": [],
}


def shown(side: str, here: str) -> list[Place]:
    """The menu of that side for somebody on the page `here` (its path). The nearest entry above the page is the current one."""
    nearest = max((length for entry in MENUS[side] for length in _heights(entry, here)), default=0)
    return list(_places(MENUS[side], here, nearest))


def url_or_none(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _places(entries: Sequence[Entry], here: str, nearest: int) -> Iterator[Place]:
    for entry in entries:
        url = url_or_none(entry.url_name)
        if url:
            is_current = nearest > 0 and nearest in _heights(entry, here)
            yield Place(entry.label, url, is_current, list(_places(entry.below, here, nearest)))


def _heights(entry: Entry, here: str) -> list[int]:
    """How much of the path each place of the entry, and of what is below it, has in common with the page that lies below it."""
    places = [place for place in (url_or_none(entry.url_name), *entry.also) if place]
    found = [len(place) for place in places if here == place or (place != "/" and here.startswith(place))]
    return found + [height for each in entry.below for height in _heights(each, here)]
