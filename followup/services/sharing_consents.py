"""The supplier's consent to share its results: asked for, given, refused, taken back. Silence is none."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import rows, states
from core.errors import FieldError, Invalid, WrongState
from followup.models import Sharing
from followup.services import sharing_clocks, sharing_mail, sharings
from followup.states import SHARING


@transaction.atomic
def ask(*, sharing: Sharing, actor: User, now: datetime, today: date) -> None:
    """The supplier sees exactly what would be shared, and with whom, and answers on its page."""
    states.hold(SHARING, sharing, "ask_consent", actor=actor)
    _must_rest_on_consent(sharing)
    sharings.must_be_ready(sharing, today)
    states.advance(SHARING, sharing, "ask_consent", actor=actor, now=now, changes={"body_name": sharing.body_name})
    rows.write(sharing, told_at=now, decided_by=actor)
    sharing_clocks.wait_for_answer(sharing, today=today, now=now)
    assert sharing.answer_deadline is not None
    due_on = sharing.answer_deadline.due_on.isoformat()
    sharing_mail.tell_supplier(sharing, "sharing_asked", now=now, today=today, due_on=due_on)


@transaction.atomic
def register(*, sharing: Sharing, consent_by: str, consent_on: date, actor: User, now: datetime, today: date) -> None:
    """Given another way than on the portal: who gave it, and when. The supplier is told that it was written down."""
    states.hold(SHARING, sharing, "register_consent", actor=actor)
    _must_rest_on_consent(sharing)
    faults = []
    if not consent_by.strip():
        faults.append(FieldError("consent_by", "required", _("Write who gave it.")))
    if consent_on > today:
        faults.append(FieldError("consent_on", "future", _("A consent cannot be written down before it has been given.")))
    if faults:
        raise Invalid(faults)
    sharings.must_be_ready(sharing, today)
    sharing_clocks.stop_waiting(sharing, now=now)
    given = {"consent_by": " ".join(consent_by.split()), "consent_on": consent_on}
    sharings.begin(sharing, "register_consent", actor=actor, decided_by=actor, now=now, today=today, **given)


@transaction.atomic
def give(*, sharing: Sharing, actor: User, now: datetime, today: date) -> None:
    """Yes, by somebody who may say so for the supplier. From then on it is in force; who asked had decided that."""
    states.hold(SHARING, sharing, "give_consent", actor=actor)
    sharings.must_be_ready(sharing, today)
    sharing_clocks.stop_waiting(sharing, now=now)
    assert sharing.decided_by is not None
    given = {"consent_by": actor.name, "consent_on": today}
    sharings.begin(sharing, "give_consent", actor=actor, decided_by=sharing.decided_by, now=now, today=today, **given)
    sharing_mail.tell_us(sharing, "given", now=now, today=today)


@transaction.atomic
def refuse(*, sharing: Sharing, answer: str = "", actor: User, now: datetime, today: date) -> None:
    """No, with or without a reason. Nothing is shared."""
    states.hold(SHARING, sharing, "refuse_consent", actor=actor)
    sharing_clocks.stop_waiting(sharing, now=now)
    states.advance(SHARING, sharing, "refuse_consent", actor=actor, now=now, changes={"answer": answer.strip()})
    rows.write(sharing, answer=answer.strip())
    sharing_mail.tell_us(sharing, "refused", now=now, today=today)


@transaction.atomic
def take_back(*, sharing: Sharing, answer: str = "", actor: User, now: datetime, today: date) -> None:
    """No more files are made. What was read before stays read."""
    states.hold(SHARING, sharing, "take_back_consent", actor=actor)
    if sharing.basis != Sharing.Basis.CONSENT:
        raise WrongState(_("This does not rest on your consent, so it cannot be taken back. Write to us if you think it is wrong."))
    sharings.stop(sharing, "take_back_consent", reason=answer, actor=actor, now=now, today=today)
    sharing_mail.tell_us(sharing, "taken_back", now=now, today=today)


def _must_rest_on_consent(sharing: Sharing) -> None:
    if sharing.basis != Sharing.Basis.CONSENT:
        raise WrongState(_("This does not rest on consent."))
