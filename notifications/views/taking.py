"""“I have this”: said on a page that also the button in an escalation's mail leads to."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, locales
from core.forms import blamed_on
from notifications import taking
from notifications.forms import TakeForm
from notifications.models import Deadline


def take(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Looking takes nothing; the button does."""
    it = _found(request, pk)
    at = clock.read()
    form = TakeForm(request.POST or None, initial={"until": taking.usual_until(at["today"]), "had_by": it.taken_by_id})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            taking.take(deadline=it, actor=request.user, **form.cleaned_data, **at)
            messages.success(request, _("You have this until %(day)s.") % {"day": locales.long_day(form.cleaned_data["until"])})
            return redirect("notifications:deadline", it.pk)
    context = {"it": it, "form": form, "today": at["today"]}
    return render(request, "notifications/take.html", context, status=422 if form.errors else 200)


@require_POST
def release(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = _found(request, pk)
    taking.release(deadline=it, actor=request.user, now=clock.now())
    messages.success(request, _("Nobody has this any more. Whoever should be told is told again."))
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return HttpResponseRedirect(back)
    return redirect("notifications:deadline", it.pk)


def _found(request: SignedInRequest, pk: UUID) -> Deadline:
    visible = Deadline.objects.visible_to(request.user).select_related("scope", "organisation", "taken_by")
    found: Deadline = get_object_or_404(visible, pk=pk)
    access.require(request.user, Action.DEADLINE_TAKE, found)
    return found
