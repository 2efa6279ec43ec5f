"""How much more time may be given on a request, by the policy it runs by, and who may give more than that."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext

from accounts.models import User
from accounts.permissions import at_least
from core.errors import NotAllowed
from core.locales import long_day
from followup.models import DocumentRequest


@dataclass(frozen=True)
class Limits:
    """`left` is how often more time may still be given (None: as often as one likes), `latest_on` the latest date (None: any).

    `beyond` is the role that may give more than that; those above it may too.
    """

    left: int | None
    latest_on: date | None
    beyond: str

    @property
    def is_used_up(self) -> bool:
        """Whether any later date needs somebody higher up."""
        return self.left == 0

    def allow(self, due_on: date) -> bool:
        return not self.is_used_up and (self.latest_on is None or due_on <= self.latest_on)

    def allow_to(self, actor: Any, due_on: date, it: DocumentRequest) -> bool:
        """Whether this person may give this date: within the limits anybody who may move dates, beyond them whom the policy names."""
        if self.allow(due_on) or not isinstance(actor, User):
            return True
        roles = actor.roles_for(scope_id=it.scope_id, organisation_id=it.organisation_id)
        return bool(roles & at_least(self.beyond))

    @property
    def beyond_words(self) -> str:
        """Who may give more, as the end of a sentence."""
        words = {"owner": gettext("the agreement owner or the section head"), "section_head": gettext("the section head")}
        return words.get(self.beyond, gettext("the contract manager"))

    @property
    def words(self) -> str:
        """What is possible, in one sentence; empty where nothing limits."""
        if self.is_used_up:
            return gettext("More time has been given as often as our rules allow.")
        parts = []
        if self.latest_on is not None:
            parts.append(gettext("More time can be given until %(day)s.") % {"day": long_day(self.latest_on)})
        if self.left is not None:
            often = ngettext("It can be given %(number)d more time.", "It can be given %(number)d more times.", self.left)
            parts.append(often % {"number": self.left})
        return " ".join(parts)


def of(it: DocumentRequest) -> Limits:
    """Those of the policy version that the present round runs by. A draft has none yet."""
    deadline, policy = it.deadline, it.deadline.policy_version
    if policy is None:
        return Limits(None, None, "owner")
    longest, most = policy.longest_extension, policy.most_extensions
    return Limits(
        left=None if most is None else max(0, most - deadline.round.extensions),
        latest_on=None if longest is None else deadline.original_due_on + timedelta(days=longest),
        beyond=policy.beyond_limits,
    )


def must_allow(actor: Any, due_on: date, it: DocumentRequest) -> None:
    """Raise NotAllowed, and say what the limit is and who may go beyond it. An earlier date is no more time."""
    limits = of(it)
    if due_on > it.deadline.due_on and not limits.allow_to(actor, due_on, it):
        text = gettext("%(limit)s Only %(who)s can give this date.")
        raise NotAllowed(text % {"limit": limits.words, "who": limits.beyond_words})
