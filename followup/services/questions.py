"""Questions from the supplier. An open one is our turn: nobody is reminded until we have answered."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import states
from core.errors import WrongState, must_say
from followup.models import DocumentRequest, Item, Question
from followup.services import turns
from followup.states import DOCUMENT_REQUEST
from notifications import calendars, deadlines
from notifications.models import DeadlineKind


@transaction.atomic
def ask(*, request: DocumentRequest, text: str, actor: User, now: datetime, today: date, item: Item | None = None) -> Question:
    """The same question sent twice is asked once."""
    states.hold(DOCUMENT_REQUEST, request, "ask", actor=actor)
    text = must_say(text, "text", _("Write your question."))
    if asked := request.questions.filter(text=text, item=item, asked_by=actor, answered_at=None).first():
        return asked
    states.advance(DOCUMENT_REQUEST, request, "ask", actor=actor, now=now, changes={"question": text})
    due_on = calendars.due_from_us(DeadlineKind.QUESTION, today)
    deadline = turns.open_ours(request, kind=DeadlineKind.QUESTION, due_on=due_on, today=today, now=now)
    deadlines.wait_for_us(request.deadline, more=1)
    return Question.objects.create(request=request, item=item, text=text, asked_by=actor, asked_at=now, deadline=deadline)


@transaction.atomic
def answer(*, question: Question, text: str, actor: User, now: datetime, today: date) -> None:
    request = question.request
    states.hold(DOCUMENT_REQUEST, request, "answer", actor=actor)
    text = must_say(text, "answer", _("Write an answer."))
    states.advance(DOCUMENT_REQUEST, request, "answer", actor=actor, now=now, changes={"answer": text})
    answered = Question.objects.filter(pk=question.pk, answered_at=None).update(answer=text, answered_by=actor, answered_at=now)
    if not answered:
        raise WrongState(_("Somebody has answered this question already."))
    if question.deadline and question.deadline.is_open:
        deadlines.close(question.deadline, now=now)
    if request.deadline.waits_for_us:
        deadlines.wait_for_us(request.deadline, more=-1)
    turns.tell_supplier(
        request,
        "question_answered",
        now=now,
        today=today,
        context={"question": question.text, "answer": text},
        key=str(question.pk),
    )
