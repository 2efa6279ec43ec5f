"""How words become a mail: in the recipient's language and zone, the same sentences in text and HTML.

A line is a section; several lines make one mail, the most urgent first (`digests`). A link that opens a door is put in
last and is cut out of what we keep.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
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
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Organisation, Person, ScopeRole
from accounts.permissions import Role
from core import countries, dates, locales, status_words
from core.dates import Unit
from notifications import digests, kinds, links, mail_choices, minutes_words, subjects
from notifications.links import Link
from notifications.models import Delivery
from notifications.templatetags import mail as mail_tags

STOP = "[[stop]]"
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
    stop_url: str


def render(*, person: Person, lines: Sequence[Delivery], line_links: Mapping[UUID, Link]) -> Rendered:
    """One mail to one person. Rendering writes nothing and reads nothing."""
    ordered = digests.in_order(lines)
    hidden: dict[str, str] = {}
    shown = {line.pk: _without_secrets(number, line_links[line.pk], hidden) for number, line in enumerate(ordered)}
    stop_url = _stop_url(person, ordered)
    if stop_url:
        hidden[STOP] = stop_url
    with translation.override(person.language), timezone.override(locales.zone(person.time_zone)):
        mail = _mail(person, ordered, shown)
        subject = _subject(ordered, mail)
        text = _text("mail/layout.txt", {**mail, "sections": _sections(ordered, mail, shown, "txt")})
        html = _html("mail/layout.html", {**mail, "subject": subject, "sections": _sections(ordered, mail, shown, "html")})
        removed = _("(the link is not kept)")
    return Rendered(
        subject=subject,
        text=_put_in(text, hidden),
        html=_put_in(html, {mark: escape(url) for mark, url in hidden.items()}),
        kept_text=_put_in(text, dict.fromkeys(hidden, removed)),
        kept_html=_put_in(html, dict.fromkeys(hidden, "#")),
        reply_to=_reply_to(ordered),
        language=person.language,
        stop_url=stop_url,
    )


def _without_secrets(number: int, link: Link, hidden: dict[str, str]) -> Link:
    """The same with a mark in place of every address that opens a door; the addresses are put in last."""
    if not link.is_secret:
        return link

    def mark(name: str, url: str) -> str:
        if url:
            hidden[f"[[{number} {name}]]"] = url
        return f"[[{number} {name}]]" if url else ""

    return replace(link, url=mark("url", link.url), why=mark("why", link.why), others=mark("others", link.others))


def _stop_url(person: Person, lines: Sequence[Delivery]) -> str:
    """Where nothing in the mail is mandatory: the signed address that stops it."""
    names = {line.kind for line in lines}
    if not names <= kinds.OPTIONAL:
        return ""
    return links.absolute(reverse("notifications:mail-stop", args=[mail_choices.token(person.pk, names)]))


def preview(
    *, kind: str, person: Person, organisation: Organisation, context: dict[str, Any], due_on: date | None, now: datetime
) -> Rendered:
    """The mail as it would be if it were sent now; for the person who is about to press the button."""
    line = Delivery(kind=kind, person=person, organisation=organisation, context=context, due_on=due_on, created_at=now)
    return render(person=person, lines=[line], line_links={line.pk: Link(links.absolute("/"))})


def headline(line: Any) -> str:
    """A line or a notice in one sentence, in the language that is active: the subject that a mail about it alone has."""
    subject = _subject_of(line.kind, _context(line, link=Link("")))
    return capfirst(subject.removeprefix(f"{settings.ORGANISATION_NAME}: "))


def _mail(person: Person, lines: Sequence[Delivery], shown: Mapping[UUID, Link]) -> dict[str, Any]:
    """What the layout needs, and the context of every section."""
    form = {"is_digest": len(lines) > 1, "is_long": len(lines) > digests.MOST_IN_FULL}
    contexts = {line.pk: _context(line, link=shown[line.pk]) | form for line in lines}
    optional = all(line.kind in kinds.OPTIONAL for line in lines)
    return {
        "name": person.name,
        "organisation": settings.ORGANISATION_NAME,
        "phone": settings.ORGANISATION_PHONE,
        "style": mail_tags.STYLE,
        "language": person.language,
        "count": len(lines),
        "contexts": contexts,
        "why_url": shown[lines[0].pk].why if len(lines) == 1 else "",
        "asked_by": _only({"" if contexts[line.pk]["is_ours"] else line.context.get("asked_by", "") for line in lines}),
        "asker_phone": _only({line.context.get("asker_phone", "") for line in lines}),
        "is_letter": all(kinds.get(line.kind).is_letter for line in lines),
        "is_to_supplier": not any(contexts[line.pk]["is_ours"] for line in lines),
        "stop_url": STOP if optional else "",
        "choices_url": links.absolute(reverse("notifications:mail-settings")) if optional else "",
        **_why(lines),
    }


def _context(line: Any, *, link: Link) -> dict[str, Any]:
    """What the templates of a kind may use. Dates come as dates; what is missing in the brief is left out."""
    brief = line.context
    due = getattr(line, "due_on", None) or _date(brief.get("due_on"))
    day = _day_of(line)
    return {
        **brief,
        "label": kinds.get(line.kind).label,
        "organisation": settings.ORGANISATION_NAME,
        "phone": settings.ORGANISATION_PHONE,
        "style": mail_tags.STYLE,
        "url": link.url,
        "why_url": link.why,
        "needs_account": link.needs_account,
        "said_on": day,
        "due": due,
        "limit": dates.due_on(day, DAYS_OF_REMINDER, Unit.DAYS),
        "until": _date(brief.get("until")),
        "cure": _date(brief.get("cure_on")),
        "wanted": _date(brief.get("wanted_on")),
        "asked_day": _date(brief.get("asked_on")),
        "first": _date(brief.get("first_on")),
        "last": _date(brief.get("last_on")),
        "held": _date(brief.get("held_on")),
        "meeting_day": _date(brief.get("meeting_on")),
        "place": _place(brief),
        "audit_words": status_words.word("audit_kind", brief.get("audit_kind", "")).label,
        "result_words": status_words.word("audit_result", brief.get("result", "")).label,
        "on": _date(brief.get("on")),
        "meets": _moment(brief.get("starts_at")),
        "meeting_words": status_words.word("meeting_kind", brief.get("meeting_kind", "")).label,
        "response_by": _date(brief.get("response_on")),
        "plan_by": _date(brief.get("plan_on")),
        "correction_by": _date(brief.get("correction_on")),
        "count": brief.get("count") or len(brief.get("missing") or []) or 1,
        "plan_actions": [{**each, "due_on": _date(each["due_on"])} for each in brief.get("plan_actions") or []],
        "returned": [_in_words(item) for item in brief.get("returned") or []],
        "reason_words": status_words.word("close_reason", brief.get("reason", "")).label,
        "method_words": status_words.word("finding_method", brief.get("method", "")).label,
        "minutes_changed": [
            minutes_words.sentence(each, supplier=brief.get("supplier", ""), body=settings.ORGANISATION_NAME)
            for each in brief.get("minutes_changed") or []
        ],
        "is_ours": line.organisation is None or line.organisation.kind == Organisation.Kind.CPB,
        "take_url": _take_url(line),
    }


def _place(brief: Mapping[str, Any]) -> str:
    """Where an audit is held: the site with its country in the reader's language, and the place in words."""
    code = brief.get("audit_country", "")
    country = countries.name(code, get_language() or "nb") if code else ""
    site = ", ".join(part for part in (brief.get("audit_site", ""), country) if part)
    return "; ".join(part for part in (site, brief.get("place", "")) if part)


def _take_url(line: Any) -> str:
    """Where an escalation is taken. What reaches the section head or the owner has gone past somebody already."""
    is_up = getattr(line, "role", "") in (ScopeRole.Role.OWNER, ScopeRole.Role.SECTION_HEAD)
    if line.deadline_id is None or not (is_up or line.kind in kinds.CAN_BE_TAKEN):
        return ""
    return links.absolute(reverse("notifications:deadline-take", args=[line.deadline_id]))


def _in_words(item: Mapping[str, str]) -> dict[str, Any]:
    return {**item, "reason_words": RETURN_REASONS.get(item.get("reason", ""), "")}


def _why(lines: Sequence[Delivery]) -> dict[str, Any]:
    organisations = {line.organisation.name for line in lines if line.organisation}
    agreements = {line.context.get("agreement", "") for line in lines}
    place = [_only(organisations), _only(agreements)]
    return {
        "role": ROLE_WORDS.get(_only({line.role for line in lines}), ""),
        "belongs_to": " · ".join(each for each in place if each),
        "is_about_account": all(line.kind in kinds.ABOUT_ACCOUNT for line in lines),
    }


def _sections(lines: Sequence[Delivery], mail: dict[str, Any], shown: Mapping[UUID, Link], form: str) -> list[SafeString]:
    """One template says both forms; its tags lay it out (`templatetags/mail.py`)."""
    draw, contexts = _html if form == "html" else _text, mail["contexts"]
    return [
        draw(f"mail/{part[0].kind}.html", {**contexts[part[0].pk], "letter_layout": f"mail/letter.{form}"})
        if len(part) == 1
        else draw("mail/summary.html", digests.summary(part, contexts, shown, headline))
        for part in digests.parts(lines)
    ]


def _subject(lines: Sequence[Delivery], mail: dict[str, Any]) -> str:
    if len(lines) == 1:
        return subjects.fitted(partial(_subject_of, lines[0].kind), mail["contexts"][lines[0].pk])
    due = min(filter(None, map(_answer_by, lines)), default=None)
    agreement = _only({line.context.get("agreement", "") for line in lines})
    late = sum(line.due_on is not None and line.due_on < _day_of(line) for line in lines)
    about = {"organisation": mail["organisation"], "count": len(lines), "due": due, "late": late, "agreement": agreement}
    return subjects.fitted(partial(_subject_of, "digest"), {**about, "said_on": _day_of(lines[0])})


def _subject_of(kind: str, context: Mapping[str, Any]) -> str:
    return " ".join(_text(f"mail/{kind}.subject.txt", context).split())


def _answer_by(line: Delivery) -> date | None:
    """The date that the line speaks of; of a finding that is told, when we want the first answer."""
    return line.due_on or _date(line.context.get("response_on"))


def _day_of(line: Any) -> date:
    """The organisation's day on which it was said; late and early are counted from it."""
    return timezone.localtime(line.created_at, ZoneInfo(settings.TIME_ZONE)).date()


def _reply_to(lines: Sequence[Delivery]) -> str:
    """The agreement's own mailbox when the mail is about one agreement, else the organisation's."""
    return _only({line.context.get("mailbox", "") for line in lines}) or settings.ORGANISATION_EMAIL


def _only(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def _date(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def _moment(text: Any) -> datetime | None:
    """In the reader's zone."""
    return timezone.localtime(datetime.fromisoformat(text)) if isinstance(text, str) and text else None


def _text(name: str, context: Mapping[str, Any]) -> SafeString:
    text: str = get_template(name).template.render(Context(dict(context), autoescape=False))  # type: ignore[attr-defined]
    tidy = "\n".join(line.rstrip() if line != "-- " else line for line in text.strip().splitlines())
    return mark_safe(BLANK_LINES.sub("\n\n", tidy))  # noqa: S308 text/plain is not escaped


def _html(name: str, context: dict[str, Any]) -> SafeString:
    return get_template(name).template.render(Context(context))  # type: ignore[attr-defined]


def _put_in(text: str, urls: Mapping[str, str]) -> str:
    for mark, url in urls.items():
        text = text.replace(mark, url)
    return str(text)
