"""Tasks that the engine leaves to a person: a contact to find, something to decide."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock
from core.forms import blamed_on
from notifications import kinds, links, tasks_for_us, timeline
from notifications.forms import DecisionForm
from notifications.models import Deadline, DeadlineKind
from notifications.views.seen import seen


def _task(request: SignedInRequest, pk: UUID, kind: str) -> Deadline:
    visible = Deadline.objects.visible_to(request.user).select_related("scope", "organisation", "taken_by")
    found: Deadline = get_object_or_404(visible.filter(kind=kind, turn="cpb"), pk=pk)
    return found


def _case_url(task: Deadline) -> str:
    """The page of what the task came from."""
    about = task.brief.get("deadline")
    if "notice" in task.brief:
        return links.path_to(kinds.NOTICE, task.about_id)
    return links.path_to("notifications:deadline", UUID(about)) if about else links.path_to(kinds.REQUEST, task.about_id)


def task(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Something for us to do; the button says that it is done."""
    it = _task(request, pk, DeadlineKind.FOLLOW_UP)
    kind = kinds.told_by("task", it.brief)
    if kind.url_name != kinds.TASK and request.method != "POST":  # it is done on the page of what it is about
        return redirect(links.path_to(kind.url_name, it.about_id))
    seen(request, kinds.TASK, it.pk)
    form = DecisionForm(request.POST or None) if it.brief.get("task") in tasks_for_us.TO_DECIDE else None
    if form is not None and form.is_valid():
        with blamed_on(form):
            tasks_for_us.decided(task=it, decision=form.cleaned_data["decision"], actor=request.user, now=clock.now())
            messages.success(request, _("Done. Your decision is kept with the case."))
            return redirect("notifications:task", it.pk)
    if form is None and request.method == "POST":
        is_right = request.POST.get("decision") == "address_is_right"
        tasks_for_us.finish(task=it, address_is_right=is_right, actor=request.user, **clock.read())
        messages.success(request, _("Done. What could not be sent is on its way."))
        return redirect("notifications:task", it.pk)
    context = {
        "task": it,
        "name": kind.label,
        "supplier": tasks_for_us.supplier_of(it),
        "case_url": _case_url(it),
        "agreement_url": links.path_to("contracts:framework", it.scope_id),
        "form": form,
        "entries": timeline.of([it.pk], viewer=request.user),
        "may_finish": access.may(request.user, Action.CONTACT_EDIT, it) and it.is_open,
        "may_take": access.may(request.user, Action.DEADLINE_TAKE, it),
        "today": clock.today(),
    }
    return render(request, "notifications/task.html", context, status=422 if form and form.errors else 200)
