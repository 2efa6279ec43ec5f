"""A letter with legal effect: a title, numbered points and a signature, in the language of whom it goes to; and the words of
a formal notice.

Written once as plain parts; mail, page, text and PDF only lay them out, so that they cannot say different things.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.models import Framework
from core.errors import WrongState
from core.locales import long_day
from followup import seen
from followup.models import DocumentRequest, FormalNotice
from followup.proofs import Proof


class Point(TypedDict, total=False):
    """One numbered point: a sentence or more, what it quotes, and what it lists."""

    number: int
    text: str
    quote: str
    rows: list[str]


class Letter(TypedDict):
    """`sender`, `to` and `signature` are lines. The points are numbered throughout, over all parts."""

    language: str
    title: str
    number: str
    day: str
    sender: list[str]
    to: list[str]
    copy_to: str
    parts: list["Part"]
    closing: str
    signature: list[str]


class Part(TypedDict):
    heading: str
    points: list[Point]


@dataclass(frozen=True)
class Head:
    """Who a letter goes to, on which day, and who signs it, as lines."""

    to: Sequence[str]
    copy: Sequence[str]
    day: date
    signature: Sequence[str]


@dataclass(frozen=True)
class Terms(Head):
    """What changes from draft to draft of a notice: the head, and the days it gives."""

    cure_on: date
    reply_on: date


def laid_out(head: Head, *, language: str, title: str, number: str, parts: list[Part]) -> Letter:
    """In the language that is active."""
    return Letter(
        language=language,
        title=title,
        number=number,
        day=long_day(head.day),
        sender=[settings.ORGANISATION_NAME, settings.ORGANISATION_EMAIL],
        to=list(head.to),
        copy_to=_("Copy: %(names)s") % {"names": "; ".join(head.copy)} if head.copy else "",
        parts=_numbered(parts),
        closing=_("Yours sincerely"),
        signature=[line for line in (*head.signature, settings.ORGANISATION_NAME) if line],
    )


def _numbered(parts: list[Part]) -> list[Part]:
    for number, point in enumerate((point for part in parts for point in part["points"]), start=1):
        point["number"] = number
    return parts


def write(notice: FormalNotice, terms: Terms, proofs: Iterable[Proof], clause: dict[str, str] | None) -> Letter:
    with translation.override(notice.language):
        return laid_out(
            terms,
            language=notice.language,
            title=_("Formal notice of breach of the duty to document"),
            number=_("Notice no. %(number)d, %(agreement)s") % {"number": notice.number, "agreement": agreement(notice.framework)},
            parts=[
                Part(heading=_("The facts"), points=[*(Point(text=fact) for fact in notice.facts), _clause(clause)]),
                Part(heading=_("What we have sent you before"), points=[sent_before(list(proofs))]),
                Part(heading=_("What you must do now"), points=_to_do(notice, terms)),
                Part(heading=_("What happens otherwise"), points=[{"text": notice.consequences}]),
            ],
        )


def mark_of(letter: Letter) -> str:
    """Goes with the letter to whoever reads it, and comes back when they send it."""
    return seen.mark(json.dumps(letter, sort_keys=True))


def must_be_as_read(letter: Letter, mark: str | None) -> None:
    """Nothing leaves under somebody's name that they have not read. Without a mark nobody said what they read."""
    if mark and mark != mark_of(letter):
        raise WrongState(_("The letter is another than the one you read, so it was not sent. Read it again, and then send it."))


def as_text(letter: Letter) -> str:
    return render_to_string("followup/letter.txt", {"letter": letter}).strip() + "\n"


def usual_facts(request: DocumentRequest, language: str) -> list[str]:
    """What a person begins with. They correct it before anything is sent."""
    with translation.override(language):
        words = {"supplier": request.supplier.name, "agreement": request.framework.title}
        return [
            _("%(supplier)s is a supplier on the agreement “%(agreement)s”.") % words,
            what_has_not_come(request),
            _("We have not received the documentation. This is a breach of the duty to document under the agreement."),
        ]


def what_has_not_come(request: DocumentRequest) -> str:
    """What was asked for, by when, and what of it is missing; in the language of the moment."""
    deadline = request.deadline
    words = {
        "title": request.title,
        "first": long_day(deadline.original_due_on),
        "due": long_day(deadline.due_on),
        "missing": "; ".join(deadline.brief.get("missing") or [request.title]),
    }
    if deadline.due_on != deadline.original_due_on:
        return _("We asked for “%(title)s” by %(first)s, and gave more time until %(due)s. This has not come: %(missing)s.") % words
    return _("We asked for “%(title)s” by %(due)s. This has not come: %(missing)s.") % words


def usual_consequences(language: str) -> str:
    with translation.override(language):
        return _(
            "If the breach is not put right by then, we will consider the sanctions that the agreement allows. "
            "You will be heard before anything is decided."
        )


def agreement(framework: Framework) -> str:
    return f"{framework.title} ({framework.reference})" if framework.reference else framework.title


def paragraphs(text: str) -> list[str]:
    """With an empty line between them."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def _clause(clause: dict[str, str] | None) -> Point:
    if clause is None:
        return {"text": _("The agreement gives us the right to ask for documentation that its requirements are met.")}
    return quoted(clause.get("number", ""), clause.get("title", ""), clause["text"])


def quoted(number: str, title: str, text: str) -> Point:
    """What a clause of the agreement says."""
    name = " ".join(part for part in (number, title) if part)
    return {"text": _("The agreement says, in clause %(clause)s:") % {"clause": name}, "quote": _("“%(text)s”") % {"text": text}}


def sent_before(proofs: Sequence[Proof]) -> Point:
    if not proofs:
        return {"text": _("None of our earlier messages about this is known to have reached you.")}
    return {"text": _("We have written to you or spoken with you about this:"), "rows": [_proof(proof) for proof in proofs]}


def within(days: int) -> str:
    return ngettext("%(number)d working day", "%(number)d working days", days) % {"number": days}


def _proof(proof: Proof) -> str:
    told = [f"{long_day(proof.on)}: {proof.subject}", proof.recipient, proof.message_id]
    if proof.message_id:
        told.append(_("delivered") if proof.is_delivered else _("not delivered"))
    return ", ".join(part for part in told if part)


def _to_do(notice: FormalNotice, terms: Terms) -> list[Point]:
    cure: dict[str, Any] = {"day": long_day(terms.cure_on), "span": within(notice.cure_days)}
    reply: dict[str, Any] = {"day": long_day(terms.reply_on), "span": within(notice.reply_days)}
    return [
        {"text": _("Put the breach right by %(day)s, that is within %(span)s: send the documentation on our portal.") % cure},
        {
            "text": _(
                "You have the right to reply. Tell us by %(day)s, that is within %(span)s, how you see the matter, on the same portal."
            )
            % reply
        },
    ]
