"""A supplier on one page, as PDF: what is open, how each requirement stands, the last audits, and a few figures. For a meeting."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from contracts import matrix, standings
from contracts.models import Framework, Obligation, Verified
from core import files, locales, status_words
from core.files import CheckedFile
from followup import open_points
from followup.models import Audit, DocumentRequest, Finding

TEMPLATE = Path(__file__).parent / "typst" / "pack.typ"
MOST_OPEN, MOST_REQUIREMENTS, MOST_AUDITS = 18, 18, 4
"""So many lines fit on the page. What is longer than its column is cut there (`pack.typ`)."""
WORST_FIRST = ("not_met", "not_documented", "partly_met", "expired", "to_judge", "unknown", "met", "waived", "not_applicable")


def words(supplier: Organisation, *, framework: Framework | None, viewer: User, today: date) -> dict[str, Any]:
    """What stands on the page, in the reader's language, as far as the reader may see it. About a dozen queries."""
    points = open_points.of(supplier, framework=framework, viewer=viewer, today=today)
    bound = _bound(supplier, framework, viewer, today)
    in_figures = _figures(supplier, framework, [_outcome(each, today) for each in bound], points, viewer)
    audits = _audits(supplier, framework, viewer)
    return {
        "title": supplier.name,
        "subtitle": framework.title if framework else _("All agreements"),
        "body": settings.ORGANISATION_NAME,
        "language": (get_language() or settings.LANGUAGE_CODE)[:2],
        "facts": _facts(supplier, framework, today),
        "figures": in_figures,
        "headings": {
            "figures": _("In figures"),
            "open": _("Open now"),
            "requirements": _("Requirements"),
            "audits": _("Latest audits"),
        },
        "open_head": [_("What"), _("Which"), _("State"), _("Due date")],
        "open": [_open_row(point, today, is_one=framework is not None) for point in points[:MOST_OPEN]],
        "open_more": _more(len(points) - MOST_OPEN),
        "nothing_open": _("Nothing is open."),
        "requirements_head": [_("Requirement"), _("Outcome"), _("How we know"), _("Checked")],
        "requirements": [_requirement_row(each, today, is_one=framework is not None) for each in bound[:MOST_REQUIREMENTS]],
        "requirements_more": _more(len(bound) - MOST_REQUIREMENTS),
        "nothing_required": _("No requirement binds the supplier."),
        "audits_head": [_("Held"), _("Kind"), _("Result")],
        "audits": [_audit_row(each) for each in audits],
        "foot": _("%(body)s, %(date)s. For the meeting, not to be passed on.")
        % {"body": settings.ORGANISATION_NAME, "date": locales.long_day(today)},
    }


def made(said: dict[str, Any]) -> CheckedFile:
    """The file, tagged (PDF/UA-1) so that it can be read aloud."""
    content = typst.compile(TEMPLATE, format="pdf", pdf_standards=["ua-1"], sys_inputs={"pack": json.dumps(said)})
    return files.made(f"{files.plain_stem(said['title'])}.pdf", content, "application/pdf")


def _facts(supplier: Organisation, framework: Framework | None, today: date) -> list[dict[str, str]]:
    until = framework.runs_until if framework else None
    known = [
        (_("Organisation number:"), supplier.identifier),
        (_("Reference:"), framework.reference if framework else ""),
        (_("Runs until:"), locales.long_day(until) if until else ""),
    ]
    return [{"label": label, "value": value} for label, value in known if value]


def _bound(supplier: Organisation, framework: Framework | None, viewer: User, today: date) -> list[Obligation]:
    """The worst first; what nobody has assessed before what is met."""
    rows = Obligation.objects.visible_to(viewer).on(today).filter(supplier=supplier, **_on(framework))
    found = list(rows.select_related("requirement", "lot", "framework").order_by("requirement__number", "id"))
    standings.attach(found, user=viewer)
    return sorted(found, key=lambda each: WORST_FIRST.index(_outcome(each, today)))


def _outcome(each: Obligation, today: date) -> str:
    """As on the agreement's page: what was found since comes before what was judged, and past its date a check is none."""
    if each.verified == Verified.UNKNOWN and not matrix.is_overruled(each):
        return Verified.UNKNOWN
    return matrix.reading(each, today).code


def _audits(supplier: Organisation, framework: Framework | None, viewer: User) -> list[Audit]:
    rows = Audit.objects.visible_to(viewer).reported().filter(supplier=supplier, performed_on__isnull=False, **_on(framework))
    return list(rows.order_by("-performed_on", "-id")[:MOST_AUDITS])


def _figures(
    supplier: Organisation, framework: Framework | None, outcomes: Sequence[str], points: Sequence[open_points.Point], viewer: User
) -> list[dict[str, str]]:
    """Each a count of how many of how many, so that nobody reads a share without what it is a share of. The supplier has been told of
    every finding that is counted here, and praise is none."""
    place = {"supplier": supplier, **_on(framework)}
    asked = Counter(DocumentRequest.objects.visible_to(viewer).exclude(status="draft").filter(**place).values_list("status", flat=True))
    told = Finding.objects.visible_to(viewer).of_weight().filter(**place, told_at__isnull=False)
    found = Counter(told.values_list("status", flat=True))
    return [
        {"value": f"{outcomes.count(Verified.MET)}/{len(outcomes)}", "label": _("requirements met, checked by us")},
        {"value": f"{asked['accepted']}/{sum(asked.values())}", "label": _("requests with accepted documentation")},
        {"value": f"{found['closed']}/{sum(found.values())}", "label": _("findings closed")},
        {"value": str(len(points)), "label": _("things open now")},
    ]


def _on(framework: Framework | None) -> dict[str, Any]:
    return {"framework": framework} if framework else {}


def _open_row(point: open_points.Point, today: date, *, is_one: bool) -> list[str]:
    by = "–"
    if point.due_on:
        late = point.due_on < today and point.what != open_points.What.DOCUMENT
        by = _("%(date)s, late") % {"date": locales.long_day(point.due_on)} if late else locales.long_day(point.due_on)
    return [
        str(open_points.WORDS[point.what]),
        _placed(point.title, None if is_one else point.framework),
        capfirst(str(point.state)) or "–",
        by,
    ]


def _requirement_row(each: Obligation, today: date, *, is_one: bool) -> list[str]:
    name = f"{each.requirement.title} ({each.lot})" if each.lot else each.requirement.title
    return [
        _placed(name, None if is_one else each.framework),
        str(status_words.word("verified", _outcome(each, today)).label),
        capfirst(str(each.get_method_display())) if each.method else "–",
        locales.long_day(each.checked_on) if each.checked_on else "–",
    ]


def _audit_row(each: Audit) -> list[str]:
    return [
        locales.long_day(each.performed_on) if each.performed_on else "–",
        capfirst(str(each.get_kind_display())),
        str(status_words.word("audit_result", each.result).label) if each.result else "–",
    ]


def _placed(text: str, framework: Framework | None) -> str:
    """Over several agreements with the reference of its own, first: the end of a long line is cut."""
    return f"{framework.reference}: {text}" if framework else text


def _more(count: int) -> str:
    return ngettext("And %(count)d more.", "And %(count)d more.", count) % {"count": count} if count > 0 else ""
