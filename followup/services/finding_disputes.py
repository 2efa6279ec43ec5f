"""The supplier's first answer: it has read the finding, or disputes it. What we hold of the dispute takes another person."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import locales, rows, states
from core.errors import Invalid, NotAllowed, WrongState, must_say
from followup.models import Finding, FindingClock
from followup.services import agency_report_news, briefs, finding_clocks
from followup.states import FINDING
from notifications.webhooks import events

W = FindingClock.What
MOST_TEXT = 20_000


@transaction.atomic
def acknowledge(*, finding: Finding, actor: User, now: datetime, today: date) -> None:
    """“We have read this, and look into it.” The first answer is given; what else is owed stays."""
    states.hold(FINDING, finding, "acknowledge", actor=actor)
    if finding_clocks.running(finding, W.RESPONSE) is None:
        raise WrongState(_("You have answered this already."))
    states.advance(FINDING, finding, "acknowledge", actor=actor, now=now)
    finding_clocks.stop(finding, W.RESPONSE, now=now)


@transaction.atomic
def dispute(*, finding: Finding, reason: str, actor: User, now: datetime, today: date) -> None:
    """The supplier does not agree, and says why, within the time for its first answer."""
    states.hold(FINDING, finding, "dispute", actor=actor)
    reason = must_say(reason, "reason", _("Say why you do not agree."))
    if len(reason) > MOST_TEXT:
        raise Invalid.one("reason", "max_length", _("Write at most %(most)d characters.") % {"most": MOST_TEXT})
    _must_be_in_time(finding, today)
    states.advance(FINDING, finding, "dispute", actor=actor, now=now, changes={"reason": reason})
    rows.write(finding, dispute=reason, disputed_by=actor)
    finding_clocks.hand_to_us(finding, "dispute", today=today, now=now)
    events.tell("finding.disputed", about_type="finding", about_id=finding.pk, now=now)


def dispute_until(clocks: Iterable[FindingClock]) -> date | None:
    """The last day for a dispute, by the clocks of a finding; None where the severity sets no limit."""
    answers = [each.deadline for each in clocks if each.what == W.RESPONSE]
    return max(answers, key=lambda each: (each.created_at, each.pk)).due_on if answers else None


@transaction.atomic
def uphold(*, finding: Finding, grounds: str, actor: User, now: datetime, today: date) -> None:
    """The finding stands. Plan and correction get their whole time from today on."""
    states.hold(FINDING, finding, "uphold", actor=actor)
    must_be_another(finding, actor)
    grounds = must_say(grounds, "grounds", _("Write the grounds. The supplier reads them."))
    was = finding.mend_by
    finding_clocks.hand_back(finding, now=now)
    finding_clocks.count_anew(finding, today=today, now=now)
    changes = {"grounds": grounds, **finding_clocks.moved_since(finding, was)}
    states.advance(FINDING, finding, "uphold", actor=actor, now=now, changes=changes)
    rows.write(finding, decision=grounds)
    finding_clocks.tell_supplier(finding, "finding_decided", today=today, now=now, said={"outcome": "upheld", "grounds": grounds})


@transaction.atomic
def withdraw(*, finding: Finding, grounds: str, actor: User, now: datetime, today: date) -> None:
    """The finding does not stand, disputed or not. It stays in the history and counts nowhere."""
    states.hold(FINDING, finding, "withdraw", actor=actor)
    must_be_another(finding, actor)
    grounds = must_say(grounds, "grounds", _("Write the grounds. The supplier reads them."))
    was_told = finding.is_told
    changes = {"grounds": grounds}
    states.advance(FINDING, finding, "withdraw", actor=actor, now=now, changes=changes, is_internal=not was_told)
    rows.write(finding, decision=grounds, outcome=Finding.Outcome.WITHDRAWN, closed_by=actor, closed_on=today)
    finding_clocks.end_all(finding, now=now)
    agency_report_news.finding_ended(finding, now=now)
    if was_told:
        said = {"outcome": "withdrawn", "grounds": grounds}
        finding_clocks.tell_supplier(finding, "finding_decided", today=today, now=now, said=said)
        events.tell("finding.closed", about_type="finding", about_id=finding.pk, now=now)


def must_be_another(finding: Finding, actor: User) -> None:
    """Two people: who found it does not decide whether it stands."""
    if finding.was_found_by(actor):
        raise NotAllowed(_("You found this. Somebody else must decide whether it stands."))


def _must_be_in_time(finding: Finding, today: date) -> None:
    if finding.decision:
        raise WrongState(_("We have decided on your dispute already. You can say how you see it in your action plan."))
    until = dispute_until(finding.clocks.select_related("deadline"))
    if until is None or today <= until:
        return
    about = briefs.of_agreement(finding.framework)
    words = {"date": locales.weekday(until), "who": about["asked_by"] or about["mailbox"], "mailbox": about["mailbox"]}
    text = _(
        "A finding can be disputed until the limit for the first answer, which was %(date)s. You can still say how you see it: write it "
        "in your action plan, or write to %(who)s, %(mailbox)s. We can withdraw a finding that is wrong at any time."
    )
    raise WrongState(text % words)
