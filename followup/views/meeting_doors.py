"""What every page about a meeting does first, and the pages that are one form and one button."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.requests import SignedInRequest
from core import access, clock, states
from core.forms import Form, blamed_on
from followup.models import Meeting
from followup.states import MEETING

ABOUT = ("framework__organisation", "framework__scope", "supplier", "deadline__organisation", "created_by__person")


def meeting_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> Meeting:
    """The meeting, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    it: Meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
    if change is not None:
        access.require(request.user, MEETING[change].needs, it)
    return it


def address_of(it: Meeting, anchor: str = "") -> str:
    return reverse("followup:meeting", args=[it.pk]) + (f"#{anchor}" if anchor else "")


def done(request: SignedInRequest, text: str, it: Meeting, anchor: str = "") -> HttpResponse:
    """Say what was done and go back to the meeting's page."""
    messages.success(request, text)
    return HttpResponseRedirect(address_of(it, anchor))


def asked(
    request: SignedInRequest, pk: UUID, change: str, act: Callable[..., Any], form: Callable[[Any], Form], *, told: str, **words: Any
) -> HttpResponse:
    """A page with one form and one button, which says what happens and to whom."""
    it = meeting_for(request, pk, change)
    states.check(MEETING, it, change, actor=request.user)
    sent = form(request.POST if request.method == "POST" else None)
    if sent.is_valid():
        with blamed_on(sent):
            act(meeting=it, actor=request.user, **sent.cleaned_data, **clock.read())
            return done(request, told, it)
    context = {"text": f"{it} · {it.framework.title}", "form": sent, "back_url": address_of(it), **words}
    return render(request, "core/confirm.html", context, status=422 if request.method == "POST" else 200)
