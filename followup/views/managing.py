"""What we decide about a request: dates, rest, an end, answers, and documentation that came another way."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock, files, forms, uploads
from core.forms import Form
from core.pages import asked, done, form_page, posted
from followup import limits
from followup.forms.managing import (
    AnswerForm,
    CloseForm,
    DecideTimeForm,
    ExtendForm,
    HoldForm,
    RefuseTimeForm,
    RegisterForm,
    RegisterItemForm,
    WithdrawForm,
)
from followup.models import DocumentRequest, TimeRequest
from followup.services import asking, delivering, more_time, questions
from followup.services.answering import NewFile
from followup.views import staff_page
from followup.views.doors import page_of, request_for, warn_of_day_off


def _decide(request: SignedInRequest, it: DocumentRequest, *, form: Form, act: Callable[..., None], **words: Any) -> HttpResponse:
    answer = asked(
        request,
        partial(act, request=it, actor=request.user, **clock.read()),
        form=form,
        text=f"{it.title} · {it.supplier.name}",
        back_url=page_of(it),
        **words,
    )
    if isinstance(answer, HttpResponseRedirect):
        warn_of_day_off(request, it, form.cleaned_data.get("due_on"))
    return answer


def extend(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk, "extend")
    return _decide(
        request,
        it,
        form=ExtendForm(posted(request)),
        act=more_time.extend,
        note=_limits(request, it),
        title=_("Give another date"),
        label=_("Give the new date"),
        told=_("The date is changed, and the supplier is told."),
    )


def _limits(request: SignedInRequest, it: DocumentRequest) -> str:
    """How far this person may go, said before a date is chosen."""
    room = limits.of(it)
    return room.words if not room.allow_to(request.user, date.max, it) else ""


def hold(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk, "hold")
    if request.method == "POST" and "go_on" in request.POST:
        asking.hold(request=it, until=None, reason="", actor=request.user, **clock.read())
        return done(request, _("The reminders go on."), page_of(it))
    return _decide(
        request,
        it,
        form=HoldForm(posted(request)),
        act=asking.hold,
        title=_("Let the reminders rest"),
        label=_("Let them rest"),
        told=_("The reminders rest until the day you chose."),
    )


def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk, "withdraw")
    return _decide(
        request,
        it,
        form=WithdrawForm(posted(request)),
        act=asking.withdraw,
        title=_("Withdraw the request"),
        label=_("Withdraw it"),
        told=_("The request is withdrawn."),
        note=_("Nothing has been sent yet, so nobody is told.")
        if it.status == DocumentRequest.Status.DRAFT
        else _("The supplier gets a mail, and need not do anything more. This cannot be undone."),
        is_dangerous=True,
    )


def close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk, "close")
    return _decide(
        request,
        it,
        form=CloseForm(posted(request)),
        act=asking.close,
        title=_("Close the request"),
        label=_("Close it"),
        told=_("The request is closed."),
        note=_("The supplier gets a mail with the reason. Nothing more can be sent in. This cannot be undone."),
        is_dangerous=True,
    )


@require_POST
def answer(request: SignedInRequest, pk: UUID, question: UUID) -> HttpResponse:
    it = request_for(request, pk, "answer")
    asked = get_object_or_404(it.questions.visible_to(request.user).select_related("deadline__organisation"), pk=question)
    form = AnswerForm(request.POST, prefix=f"answer-{question}")
    if form.is_valid():
        asked.request = it
        with forms.blamed_on(form):
            questions.answer(question=asked, text=form.cleaned_data["answer"], actor=request.user, **clock.read())
    if form.errors:
        return staff_page.show(request, it, **{f"answer-{question}": form})
    return done(request, _("Your answer is sent."), page_of(it, "questions"))


@require_POST
def decide_time(request: SignedInRequest, pk: UUID, wish: UUID) -> HttpResponse:
    it = request_for(request, pk, "decide_time")
    row: TimeRequest = get_object_or_404(it.time_requests.visible_to(request.user).select_related("deadline__organisation"), pk=wish)
    row.request = it
    is_granted = request.POST.get("decision") == "granted"
    form: Form = DecideTimeForm(request.POST) if is_granted else RefuseTimeForm(request.POST)
    if form.is_valid():
        with forms.blamed_on(form):
            (more_time.grant if is_granted else more_time.refuse)(wish=row, actor=request.user, **form.cleaned_data, **clock.read())
    if form.errors:
        return staff_page.show(request, it, **{"time_form" if is_granted else "refuse_form": form})
    answer = done(request, _("The supplier is told."), page_of(it))
    if is_granted:
        warn_of_day_off(request, it, form.cleaned_data.get("due_on") or row.wanted_on)
    return answer


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
def register(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Documentation that came by mail, on paper or in a meeting, registered on the supplier's behalf."""
    return csrf_protect(_register)(request, request_for(request, pk, "register"))


def _register(request: SignedInRequest, it: DocumentRequest) -> HttpResponse:
    items = [item for item in it.items.select_related("document_kind") if not item.is_settled]
    form = RegisterForm(posted(request), initial={"received_on": clock.today()})
    parts = [(item, RegisterItemForm(posted(request), prefix=f"item-{item.pk}")) for item in items]
    if form.is_valid() and _registered(request, it, form, parts):
        return done(request, _("The documentation is registered, and can be reviewed."), page_of(it))
    return form_page(request, "followup/register.html", {"it": it, "form": form, "parts": parts})


def _registered(request: SignedInRequest, it: DocumentRequest, form: RegisterForm, parts: list[Any]) -> bool:
    """All files at once, or none: what we register is delivered at the same time."""
    checked = []
    with forms.blamed_on(form):
        if refused := request.META.get(uploads.REFUSED):
            raise refused
    for item, part in parts:
        with forms.blamed_on(part):
            checked += [(item.pk, file) for file in files.inspect_all(request.FILES.getlist(part.add_prefix("files")))]
    if form.errors or any(part.errors for _item, part in parts):
        return False
    with forms.blamed_on(form), files.kept([file for _key, file in checked]) as kept:
        new = [NewFile(file=file, item_ids=[key]) for file, (key, _checked) in zip(kept, checked, strict=True)]
        delivering.register(request=it, files=new, actor=request.user, **form.cleaned_data, **clock.read())
    return not form.errors
