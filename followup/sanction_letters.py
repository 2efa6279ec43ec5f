"""The words of the two letters of a sanction case: the one that hears the supplier, and the one that tells what was decided."""

from collections.abc import Callable, Sequence
from datetime import date

from django.utils import formats, timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.locales import long_day
from followup import letters
from followup.letters import Head, Letter, Part, Point
from followup.models import DocumentRequest, Finding, FineTerms, FormalNotice, Sanction, SanctionReply
from followup.proofs import Proof
from notifications.models import Turn

M = Sanction.Means


def hearing(sanction: Sanction, head: Head, proofs: Sequence[Proof], *, reply_on: date) -> Letter:
    """What we consider, why, and the right to reply before anything is decided."""
    with translation.override(sanction.language):
        return letters.laid_out(
            head,
            language=sanction.language,
            title=_("You may reply before we decide on a sanction: %(means)s") % {"means": sanction.title},
            number=_number(sanction),
            parts=[
                Part(heading=_("What we consider"), points=[*_measure(sanction), _clause(sanction)]),
                _facts(sanction),
                Part(heading=_("What we have sent you before"), points=[letters.sent_before(proofs)]),
                Part(heading=_("Your right to reply"), points=_right_to_reply(sanction, reply_on)),
            ],
        )


def decision(
    sanction: Sanction, head: Head, *, applies_from: date, heard_on: date, reply_due_on: date, reply: SanctionReply | None
) -> Letter:
    """What was decided, on which grounds, from when, and what ends it."""
    with translation.override(sanction.language):
        applies = _("This applies from %(day)s.") % {"day": long_day(applies_from)}
        return letters.laid_out(
            head,
            language=sanction.language,
            title=_("Decision on a sanction: %(means)s") % {"means": sanction.title},
            number=_number(sanction),
            parts=[
                Part(heading=_("What we have decided"), points=[*_measure(sanction), Point(text=applies), _clause(sanction)]),
                Part(heading=_("Our grounds"), points=[Point(text=text) for text in letters.paragraphs(sanction.grounds)]),
                _facts(sanction),
                Part(heading=_("How you were heard"), points=[_heard(heard_on, reply_due_on, reply)]),
                Part(heading=_("What happens now"), points=_what_now(sanction)),
            ],
        )


def usual_measure(means: str, language: str) -> str:
    """What a person begins with; they say it more exactly."""
    with translation.override(language):
        return _USUAL[means]()


def usual_facts(
    requests: Sequence[DocumentRequest], notices: Sequence[FormalNotice], findings: Sequence[Finding], language: str
) -> list[str]:
    """What the tool knows of the requests, notices and findings that the case rests on."""
    with translation.override(language):
        asked = [_asked(each) for each in requests]
        sent = [
            _("On %(day)s we sent formal notice no. %(number)d about “%(title)s”.")
            % {"day": long_day(each.sent_on), "number": each.number, "title": each.request.title}
            for each in notices
            if each.sent_on
        ]
        return [*asked, *sent, *map(_found, findings)]


def _asked(request: DocumentRequest) -> str:
    """Of what the supplier still owes also what has not come."""
    deadline = request.deadline
    if deadline.is_open and deadline.turn == Turn.SUPPLIER:
        return letters.what_has_not_come(request)
    return _("We asked for “%(title)s” by %(due)s.") % {"title": request.title, "due": long_day(deadline.due_on)}


def _found(finding: Finding) -> str:
    """When we told of it, what it is, and by when it was to be put right."""
    words = {
        "day": long_day(timezone.localdate(finding.told_at)) if finding.told_at else "",
        "number": finding.number,
        "severity": finding.severity.get_code_display(),
        "text": finding.text,
    }
    told = _("On %(day)s we told you of finding no. %(number)d (%(severity)s): %(text)s") % words
    if finding.due_on is None or finding.is_closed:
        return told
    return " ".join([told, _("It was to be put right by %(due)s, and we have not closed it.") % {"due": long_day(finding.due_on)}])


def _number(sanction: Sanction) -> str:
    words = {"number": sanction.number, "agreement": letters.agreement(sanction.framework)}
    return _("Sanction case no. %(number)d, %(agreement)s") % words


def _measure(sanction: Sanction) -> list[Point]:
    lots = [str(lot) for lot in sanction.lots.all()]
    first: Point = {"text": _("%(means)s under the agreement.") % {"means": capfirst(sanction.title)}}
    if lots:
        first = {"text": _("%(means)s under the agreement, on these lots:") % {"means": capfirst(sanction.title)}, "rows": lots}
    return [first, *(Point(text=text) for text in letters.paragraphs(sanction.measure)), *_fine(sanction)]


def _fine(sanction: Sanction) -> list[Point]:
    """The terms of a daily fine, as they were taken or typed in from the clause."""
    terms: FineTerms | None = getattr(sanction, "fine", None)
    if terms is None:
        return []
    words = {
        "rate": formats.number_format(terms.rate.normalize()),
        "base": f"{terms.currency} {formats.number_format(terms.base, decimal_pos=2, force_grouping=True)}",
        "days": terms.get_unit_display(),
        "first": long_day(terms.starts_on),
    }
    points = [Point(text=_("The fine is %(rate)s per cent of %(base)s for each day (%(days)s), counted from %(first)s.") % words)]
    if terms.base_words:
        points.append(Point(text=_("The base is by the clause: %(base)s.") % {"base": terms.base_words.removesuffix(".")}))
    if terms.cap is not None:
        words["cap"] = formats.number_format(terms.cap.normalize())
        points.append(Point(text=_("It is no more than %(cap)s per cent of %(base)s in all.") % words))
    return points


def _clause(sanction: Sanction) -> Point:
    return letters.quoted(sanction.clause.number, sanction.clause.title, sanction.clause.text)


def _facts(sanction: Sanction) -> Part:
    return Part(heading=_("The facts"), points=[Point(text=fact) for fact in sanction.facts])


def _right_to_reply(sanction: Sanction, reply_on: date) -> list[Point]:
    words = {"day": long_day(reply_on), "span": letters.within(sanction.reply_days)}
    return [
        Point(text=_("Tell us by %(day)s, that is within %(span)s, how you see the matter. You reply on our portal.") % words),
        Point(text=_("Nothing is decided before then, or before we have read your reply. Whoever proposed it does not decide it.")),
        Point(text=_("If we hear nothing, we decide on what we know.")),
    ]


def _heard(heard_on: date, reply_due_on: date, reply: SanctionReply | None) -> Point:
    words = {"day": long_day(heard_on), "limit": long_day(reply_due_on)}
    if reply is None or reply.received_on is None:
        return Point(text=_("We wrote to you on %(day)s, and you could reply until %(limit)s. We have received no reply.") % words)
    words["replied"] = long_day(reply.received_on)
    return Point(text=_("We wrote to you on %(day)s. We received your reply on %(replied)s, and have considered it.") % words)


def _what_now(sanction: Sanction) -> list[Point]:
    points = [Point(text=_NOW[sanction.means]())] if sanction.means in _NOW else []
    if not sanction.is_suspension:
        points.append(Point(text=_agencies_see()))
    return [*points, Point(text=_("We tell you in writing when it is lifted or ends. If you have questions, answer this letter."))]


_USUAL: dict[str, Callable[[], str]] = {
    M.CORRECTION: lambda: _("You must put the breach right, and document that you have done so."),
    M.PLAN: lambda: _("You must send a plan for putting the breach right: what is done, by whom, and by when. The plan binds you."),
    M.WITHHELD: lambda: _("Part of the payment is withheld until the breach is put right."),
    M.DAILY_FINE: lambda: _("You must pay a daily fine until the breach is put right."),
    M.SUSPENSION: lambda: _("Your participation is suspended. Nobody may order from you until the breach is put right."),
    M.REPLACEMENT: lambda: _("What you have not delivered is bought from another supplier, at your cost as far as the agreement says so."),
    M.TERMINATION: lambda: _("The agreement with you is terminated."),
}

_NOW: dict[str, Callable[[], str]] = {
    M.SUSPENSION: lambda: _(
        "The agencies that order on the agreement are told that they cannot order from you here now. They are not told why. "
        "What is ordered already is delivered as agreed."
    ),
    M.DAILY_FINE: lambda: _("We compute the fine by the clause, and send you the computation before it is collected."),
}


def _agencies_see() -> str:
    return _("The agencies that order on the agreement see that this applies, and what it means for them. They are not told why.")
