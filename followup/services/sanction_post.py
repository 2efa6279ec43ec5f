"""Sending a letter of a sanction case: by the portal to the representative and the director, or marked as sent another way.

It is kept as it was sent, with its PDF. Only a letter that the mail brought back may be sent a second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from core import dates
from core.errors import Invalid, WrongState
from core.files import KeptFile
from core.locales import long_day
from followup import letters, proofs
from followup.addressees import Addressees
from followup.letters import Head, Letter
from followup.models import FormalNotice, Sanction, SanctionLetter
from followup.services import sanctions
from notifications.models import Deadline, Delivery

How = FormalNotice.How
PORTAL = How.PORTAL
Purpose = SanctionLetter.Purpose

KINDS = {
    Purpose.HEARING: ("sanction_hearing", "sanction_hearing_copy"),
    Purpose.DECISION: ("sanction_decision", "sanction_decision_copy"),
}
"""The mail to the representative, and the one to the director."""


@dataclass(frozen=True)
class Way:
    """How a letter goes, and on which day."""

    how: str
    on: date
    receipt_number: str = ""

    @property
    def is_portal(self) -> bool:
        return self.how == PORTAL


def way(how: str, sent_on: date | None, receipt_number: str, *, since: datetime, today: date) -> Way:
    """By the portal today; or another way, on a day that has come. `since` is when there was something to write: no letter is older."""
    if how not in How.values:
        raise Invalid.one("how", "invalid_choice", _("Say how the letter was sent."))
    if how == PORTAL:
        if sent_on is not None:
            raise Invalid.one(
                "sent_on", "not_by_portal", _("The portal sends it today. Another day is for a letter that was sent another way.")
            )
        return Way(how, today)
    if sent_on is None:
        raise Invalid.one("sent_on", "required", _("Say when the letter was sent."))
    if sent_on > today:
        raise Invalid.one("sent_on", "future", _("This day has not come yet. Choose the day the letter was sent."))
    first = dates.today(since, settings.TIME_ZONE)
    if sent_on < first:
        text = _("The letter cannot have been sent before %(day)s: then it was not written.")
        raise Invalid.one("sent_on", "too_early", text % {"day": long_day(first)})
    return Way(how, sent_on, receipt_number.strip())


def head(recipients: Addressees, sanction: Sanction, *, signer: User, title: str, day: date) -> Head:
    return Head(
        to=[*(each.line for each in recipients.to), sanction.supplier.name],
        copy=[each.line for each in recipients.copies],
        day=day,
        signature=[signer.name, title],
    )


@dataclass(frozen=True)
class Post:
    """The letters of a case, the oldest first, and the mails that carried them."""

    letters: Sequence[SanctionLetter]
    lines: Sequence[Delivery]

    def last(self, purpose: str) -> SanctionLetter | None:
        """The one that counts: what came back by mail and then went another way has gone that way."""
        sent = [each for each in self.letters if each.purpose == purpose]
        return next((each for each in sent if not each.is_by_portal), sent[0] if sent else None)

    def mails(self, purpose: str) -> list[Delivery]:
        return [line for line in self.lines if line.kind in KINDS[Purpose(purpose)]]

    def has_failed(self, purpose: str) -> bool:
        """Whether the letter that went last is known not to have arrived."""
        sent = self.last(purpose)
        return sent is not None and sent.is_by_portal and proofs.has_failed(self.mails(purpose), KINDS[Purpose(purpose)][0])


def post_of(sanction: Sanction, letters: Sequence[SanctionLetter] | None = None) -> Post:
    """`letters` where they are at hand."""
    sent = list(sanction.letters.all()) if letters is None else letters
    return Post(sent, proofs.letters_out(sanction.pk, *(kind for kinds in KINDS.values() for kind in kinds)))


def last(sanction: Sanction, purpose: str) -> SanctionLetter | None:
    return Post(list(sanction.letters.all()), ()).last(purpose)


def has_failed(sanction: Sanction, purpose: str) -> bool:
    return post_of(sanction).has_failed(purpose)


def must_be_another_try(sanction: Sanction, purpose: str, goes: Way) -> None:
    """A second time only another way, and only what came back."""
    if goes.is_portal or not has_failed(sanction, purpose):
        raise WrongState(_("This letter has been sent already."))


def told(goes: Way, recipients: Addressees, pdf: KeptFile) -> dict[str, Any]:
    """What the history says of it."""
    sent = {"how": goes.how, "sent_on": goes.on, "receipt_number": goes.receipt_number}
    return {**sent, "to": [each.person.email for each in recipients.everybody], "sha256": pdf.sha256}


def keep(
    sanction: Sanction, purpose: str, letter: Letter, recipients: Addressees, goes: Way, pdf: KeptFile, *, actor: User, now: datetime
) -> None:
    SanctionLetter.objects.create(
        **pdf.columns,
        sanction=sanction,
        purpose=purpose,
        letter=dict(letter),
        text=letters.as_text(letter),
        recipients=[each.kept for each in recipients.everybody],
        how=goes.how,
        receipt_number=goes.receipt_number,
        sent_on=goes.on,
        sent_at=now,
        signed_by=actor,
    )


def mail(
    sanction: Sanction, purpose: str, letter: Letter, recipients: Addressees, *, now: datetime, deadline: Deadline | None, **said: Any
) -> None:
    for kind, people in zip(KINDS[Purpose(purpose)], (recipients.to, recipients.copies), strict=True):
        context = {"letter": dict(letter), **said}
        sanctions.publish(sanction, kind, [each.person for each in people], context, now=now, deadline=deadline)
