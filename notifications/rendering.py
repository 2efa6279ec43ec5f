"""How words become a mail: in the recipient's language and zone, the same sentences in text and HTML.

A line is a section; several lines make one mail, the most urgent first. A link that opens a door is put in last and is
cut out of what we keep.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person, ScopeRole
from accounts.permissions import Role
from core import dates, locales, status_words
from core.dates import Unit
from notifications import kinds, links
from notifications.links import Link
from notifications.models import Delivery

MOST_OF_A_KIND = 10
SHOWN_OF_MANY = 5
DAYS_OF_REMINDER = 7
BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")
ROLE_WORDS = {**dict(Role.choices), **dict(ScopeRole.Role.choices)}
RETURN_REASONS = {
    "wrong_document": gettext_lazy("another document was asked for"),
    "expired": gettext_lazy("it has expired"),
    "too_old": gettext_lazy("it is too old"),
    "incomplete": gettext_lazy("it is not complete"),
    "unreadable": gettext_lazy("it cannot be read"),
    "wrong_company": gettext_lazy("it is about another company"),
    "unsigned": gettext_lazy("a signature is missing"),
}
TEXT = "font-family:'Inter',Arial,sans-serif;font-size:16px;line-height:1.5"
STYLE = {
    "body": f"margin:0;padding:16px;{TEXT}",
    "page": "max-width:600px;margin:0 auto",
    "brand": f"{TEXT};font-weight:600;margin:0 0 24px",
    "section": "margin:0 0 24px;padding:0 0 8px;border-bottom:1px solid #8a93a0",
    "title": f"{TEXT};font-size:20px;font-weight:600;margin:24px 0 12px",
    "lead": f"{TEXT};font-weight:600;margin:0 0 12px",
    "p": f"{TEXT};margin:0 0 12px",
    "list": f"{TEXT};margin:0 0 12px;padding-left:24px",
    "table": f"{TEXT};margin:0 0 12px;border-collapse:collapse",
    "th": "text-align:left;vertical-align:top;padding:2px 16px 2px 0;font-weight:400",
    "td": "text-align:left;vertical-align:top;padding:2px 0;font-weight:600",
    "quote": f"{TEXT};margin:0 0 12px;padding-left:12px;border-left:3px solid #8a93a0",
    "button": f"{TEXT};display:inline-block;padding:10px 18px;background:#0a4ea3;color:#ffffff;text-decoration:none;border-radius:4px",
    "checksum": "font-family:'Inter',Arial,sans-serif;font-size:14px;line-height:1.5;word-break:break-all",
    "foot": "margin:32px 0 0",
    "small": "font-family:'Inter',Arial,sans-serif;font-size:14px;line-height:1.5;margin:0 0 8px",
}


@dataclass(frozen=True)
class Rendered:
    """`text` and `html` are what leaves, `kept_text` and `kept_html` what is stored."""

    subject: str
    text: str
    html: str
    kept_text: str
    kept_html: str
    reply_to: str
    language: str
    unsubscribe_url: str


def render(*, person: Person, lines: Sequence[Delivery], line_links: Mapping[UUID, Link]) -> Rendered:
    """One mail to one person. Rendering writes nothing and reads nothing."""
    ordered = sorted(lines, key=lambda line: (line.due_on or date.max, line.created_at, line.pk))
    with translation.override(person.language), timezone.override(locales.zone(person.time_zone)):
        hidden = {f"[[{number}]]": line_links[line.pk].url for number, line in enumerate(ordered) if line_links[line.pk].is_secret}
        shown = {line.pk: f"[[{n}]]" if line_links[line.pk].is_secret else line_links[line.pk].url for n, line in enumerate(ordered)}
        mail = _mail(person, ordered, line_links, shown)
        subject = _subject(ordered, mail)
        text = _text("mail/layout.txt", {**mail, "sections": _sections(ordered, mail, "txt")})
        html = _html("mail/layout.html", {**mail, "subject": subject, "sections": _sections(ordered, mail, "html")})
        removed = _("(the link is not kept)")
    return Rendered(
        subject=subject,
        text=_put_in(text, hidden),
        html=_put_in(html, {mark: escape(url) for mark, url in hidden.items()}),
        kept_text=_put_in(text, dict.fromkeys(hidden, removed)),
        kept_html=_put_in(html, dict.fromkeys(hidden, "#")),
        reply_to=_reply_to(ordered),
        language=person.language,
        unsubscribe_url=mail["unsubscribe_url"],
    )


def preview(
    *, kind: str, person: Person, organisation: Organisation, context: dict[str, Any], due_on: date | None, now: datetime
) -> Rendered:
    """The mail as it would be if it were sent now; for the person who is about to press the button."""
    line = Delivery(kind=kind, person=person, organisation=organisation, context=context, due_on=due_on, created_at=now)
    return render(person=person, lines=[line], line_links={line.pk: Link(links.absolute("/"))})


def headline(line: Any) -> str:
    """A line or a notice in one sentence, in the language that is active: the subject that a mail about it alone has."""
    context = _context(line, url="")
    subject = _one_line(_text(f"mail/{line.kind}.subject.txt", context))
    return capfirst(subject.removeprefix(f"{settings.ORGANISATION_NAME}: "))


def _mail(person: Person, lines: Sequence[Delivery], line_links: Mapping[UUID, Link], shown: Mapping[UUID, str]) -> dict[str, Any]:
    """What the layout needs, and the context of every section."""
    is_digest = len(lines) > 1
    contexts = {
        line.pk: _context(line, url=shown[line.pk]) | {"is_digest": is_digest, "needs_account": line_links[line.pk].needs_account}
        for line in lines
    }
    optional = all(not kinds.get(line.kind).is_mandatory for line in lines)
    return {
        "name": person.name,
        "organisation": settings.ORGANISATION_NAME,
        "phone": settings.ORGANISATION_PHONE,
        "style": STYLE,
        "language": person.language,
        "count": len(lines),
        "contexts": contexts,
        "cases": _cases(lines, contexts),
        "asked_by": _only({"" if contexts[line.pk]["is_ours"] else line.context.get("asked_by", "") for line in lines}),
        "asker_phone": _only({line.context.get("asker_phone", "") for line in lines}),
        "is_letter": all(kinds.get(line.kind).is_letter for line in lines),
        "is_to_supplier": not any(contexts[line.pk]["is_ours"] for line in lines),
        "unsubscribe_url": links.absolute(reverse("notifications:mail-settings")) if optional else "",
        **_why(lines),
    }


def _context(line: Any, *, url: str) -> dict[str, Any]:
    """What the templates of a kind may use. Dates come as dates; what is missing in the brief is left out."""
    brief = line.context
    due = getattr(line, "due_on", None) or _date(brief.get("due_on"))
    day = timezone.localtime(line.created_at, ZoneInfo(settings.TIME_ZONE)).date()
    return {
        **brief,
        "label": kinds.get(line.kind).label,
        "organisation": settings.ORGANISATION_NAME,
        "phone": settings.ORGANISATION_PHONE,
        "style": STYLE,
        "url": url,
        "due": due,
        "limit": dates.due_on(day, DAYS_OF_REMINDER, Unit.DAYS),
        "until": _date(brief.get("until")),
        "cure": _date(brief.get("cure_on")),
        "wanted": _date(brief.get("wanted_on")),
        "count": brief.get("count") or len(brief.get("missing") or []) or 1,
        "returned": [_in_words(item) for item in brief.get("returned") or []],
        "reason_words": status_words.word("close_reason", brief.get("reason", "")).label,
        "is_ours": line.organisation is None or line.organisation.kind == Organisation.Kind.CPB,
        "take_url": _take_url(line),
    }


def _take_url(line: Any) -> str:
    """Where an escalation is taken. What reaches the section head or the owner has gone past somebody already."""
    is_up = getattr(line, "role", "") in (ScopeRole.Role.OWNER, ScopeRole.Role.SECTION_HEAD)
    if line.deadline_id is None or not (is_up or line.kind in kinds.CAN_BE_TAKEN):
        return ""
    return links.absolute(reverse("notifications:deadline-take", args=[line.deadline_id]))


def _in_words(item: Mapping[str, str]) -> dict[str, Any]:
    return {**item, "reason_words": RETURN_REASONS.get(item.get("reason", ""), "")}


def _cases(lines: Sequence[Delivery], contexts: Mapping[UUID, dict[str, Any]]) -> list[dict[str, str]]:
    """The cases that have a timeline to look at, each once: ours, on the pages of requests."""
    found: dict[UUID, dict[str, str]] = {}
    for line in lines:
        if line.about_id and line.deadline_id and contexts[line.pk]["is_ours"] and kinds.get(line.kind).url_name == kinds.REQUEST:
            url = f"{contexts[line.pk]['url']}#timeline"
            found.setdefault(line.about_id, {"title": contexts[line.pk].get("title", ""), "url": url})
    return list(found.values())


def _why(lines: Sequence[Delivery]) -> dict[str, Any]:
    organisations = {line.organisation.name for line in lines if line.organisation}
    agreements = {line.context.get("agreement", "") for line in lines}
    place = [_only(organisations), _only(agreements)]
    return {
        "role": ROLE_WORDS.get(_only({line.role for line in lines}), ""),
        "belongs_to": " · ".join(each for each in place if each),
        "is_about_account": all(line.kind in kinds.ABOUT_ACCOUNT for line in lines),
    }


def _sections(lines: Sequence[Delivery], mail: dict[str, Any], form: str) -> list[SafeString]:
    """Each line by itself; of a kind that has more than ten, one summary where the first of them would stand."""
    amounts = Counter(line.kind for line in lines)
    draw = _html if form == "html" else _text
    sections, summed_up = [], set()
    for line in lines:
        if amounts[line.kind] <= MOST_OF_A_KIND:
            sections.append(draw(f"mail/{line.kind}.{form}", mail["contexts"][line.pk]))
        elif line.kind not in summed_up:
            summed_up.add(line.kind)
            sections.append(draw(f"mail/summary.{form}", _summary(line.kind, lines, mail)))
    return sections


def _summary(kind: str, lines: Sequence[Delivery], mail: dict[str, Any]) -> dict[str, Any]:
    of_kind = [line for line in lines if line.kind == kind]
    return {
        "label": kinds.get(kind).label,
        "count": len(of_kind),
        "titles": [headline(line) for line in of_kind[:SHOWN_OF_MANY]],
        "more": len(of_kind) - SHOWN_OF_MANY,
        "url": links.absolute("/"),
        "style": mail["style"],
    }


def _subject(lines: Sequence[Delivery], mail: dict[str, Any]) -> str:
    if len(lines) == 1:
        return _one_line(_text(f"mail/{lines[0].kind}.subject.txt", mail["contexts"][lines[0].pk]))
    due = min((line.due_on for line in lines if line.due_on), default=None)
    agreement = _only({line.context.get("agreement", "") for line in lines})
    about = {"organisation": mail["organisation"], "count": len(lines), "due": due, "agreement": agreement}
    return _one_line(_text("mail/digest.subject.txt", about))


def _reply_to(lines: Sequence[Delivery]) -> str:
    """The agreement's own mailbox when the mail is about one agreement, else the organisation's."""
    return _only({line.context.get("mailbox", "") for line in lines}) or settings.ORGANISATION_EMAIL


def _only(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def _date(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def _text(name: str, context: dict[str, Any]) -> SafeString:
    text: str = get_template(name).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
    tidy = "\n".join(line.rstrip() if line != "-- " else line for line in text.strip().splitlines())
    return mark_safe(BLANK_LINES.sub("\n\n", tidy))  # noqa: S308 text/plain is not escaped


def _html(name: str, context: dict[str, Any]) -> SafeString:
    return get_template(name).template.render(Context(context))  # type: ignore[attr-defined]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _put_in(text: str, urls: Mapping[str, str]) -> str:
    for mark, url in urls.items():
        text = text.replace(mark, url)
    return str(text)
