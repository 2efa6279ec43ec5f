"""Tasks that the engine leaves to a person: a letter to approve, a contact to find."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock
from core.forms import Form, blamed_on
from notifications import drafts, kinds, links, tasks_for_us, timeline
from notifications.forms import DecisionForm, DropForm, LetterForm, SentForm
from notifications.models import Deadline, DeadlineKind
from notifications.views.seen import seen

HERE = "notifications:letter"


def _task(request: SignedInRequest, pk: UUID, kind: str) -> Deadline:
    visible = Deadline.objects.visible_to(request.user).select_related("scope", "organisation", "taken_by")
    found: Deadline = get_object_or_404(visible.filter(kind=kind, turn="cpb"), pk=pk)
    return found


def letter(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The drafted letter, to be read by all of us and corrected by those who may send it."""
    task = _task(request, pk, DeadlineKind.FORMAL_NOTICE)
    if request.method == "POST":
        access.require(request.user, Action.DOCUMENT_REQUEST_SEND, task)
    at = clock.read()
    seen(request, kinds.LETTER, task.pk)
    drafted = drafts.letter(task, signer=request.user, today=at["today"])
    form = LetterForm(request.POST or None, initial={"text": drafted.text})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            drafts.save(task=task, text=form.cleaned_data["text"], actor=request.user, now=at["now"])
            messages.success(request, _("The letter is saved."))
            return redirect(HERE, task.pk)
    return _show(request, task, drafted, form=form)


@require_safe
def letter_text(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The letter as a text file, to be put on paper with a head and a signature."""
    task = _task(request, pk, DeadlineKind.FORMAL_NOTICE)
    text = drafts.letter(task, signer=request.user, today=clock.today()).text
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(task.title) or "letter"}.txt"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def letter_sent(request: SignedInRequest, pk: UUID) -> HttpResponse:
    task = _task(request, pk, DeadlineKind.FORMAL_NOTICE)
    access.require(request.user, Action.DOCUMENT_REQUEST_SEND, task)
    at, form = clock.read(), SentForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            drafts.mark_as_sent(task=task, **form.cleaned_data, actor=request.user, **at)
            messages.success(request, _("The letter is marked as sent."))
            return redirect(HERE, task.pk)
    return _show(request, task, drafts.letter(task, signer=request.user, today=at["today"]), sent_form=form)


@require_POST
def letter_dropped(request: SignedInRequest, pk: UUID) -> HttpResponse:
    task = _task(request, pk, DeadlineKind.FORMAL_NOTICE)
    access.require(request.user, Action.DOCUMENT_REQUEST_SEND, task)
    at, form = clock.read(), DropForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            drafts.drop(task=task, reason=form.cleaned_data["reason"], actor=request.user, now=at["now"])
            messages.success(request, _("No letter is sent. Your reason is kept in the history."))
            return redirect(HERE, task.pk)
    return _show(request, task, drafts.letter(task, signer=request.user, today=at["today"]), drop_form=form)


def _show(request: SignedInRequest, task: Deadline, drafted: drafts.Letter, **forms: Form) -> HttpResponse:
    today = clock.today()
    context: dict[str, Any] = {
        "task": task,
        "letter": drafted,
        "supplier": drafts.supplier_of(task),
        "case_url": links.path_to("followup:document-request", task.about_id),
        "sent_on": date.fromisoformat(sent_on) if (sent_on := task.brief.get("sent_on")) else None,
        "may_send": access.may(request.user, Action.DOCUMENT_REQUEST_SEND, task) and task.is_open,
        "today": today,
        "form": forms.get("form") or LetterForm(initial={"text": drafted.text}),
        "sent_form": forms.get("sent_form") or SentForm(initial={"sent_on": today}),
        "drop_form": forms.get("drop_form") or DropForm(),
    }
    faulty = any(form.errors for form in forms.values())
    return render(request, "notifications/letter.html", context, status=422 if faulty else 200)


def task(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Something for us to do; the button says that it is done."""
    it = _task(request, pk, DeadlineKind.FOLLOW_UP)
    seen(request, kinds.TASK, it.pk)
    form = DecisionForm(request.POST or None) if it.brief.get("task") in tasks_for_us.TO_DECIDE else None
    if form is not None and form.is_valid():
        with blamed_on(form):
            tasks_for_us.decided(task=it, decision=form.cleaned_data["decision"], actor=request.user, now=clock.read()["now"])
            messages.success(request, _("Done. Your decision is kept with the case."))
            return redirect("notifications:task", it.pk)
    if form is None and request.method == "POST":
        is_right = request.POST.get("decision") == "address_is_right"
        tasks_for_us.finish(task=it, address_is_right=is_right, actor=request.user, **clock.read())
        messages.success(request, _("Done. What could not be sent is on its way."))
        return redirect("notifications:task", it.pk)
    context = {
        "task": it,
        "name": kinds.told_by("task", it.brief).label,
        "supplier": drafts.supplier_of(it),
        "case_url": links.path_to("followup:document-request", it.about_id),
        "agreement_url": links.path_to("contracts:framework", it.scope_id),
        "form": form,
        "entries": timeline.of([it.pk], viewer=request.user),
        "may_finish": access.may(request.user, Action.CONTACT_EDIT, it) and it.is_open,
        "may_take": access.may(request.user, Action.DEADLINE_TAKE, it),
        "today": clock.today(),
    }
    return render(request, "notifications/task.html", context, status=422 if form and form.errors else 200)
