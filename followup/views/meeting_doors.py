"""What every page about a meeting does first, and the pages that are one form and one button."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.requests import SignedInRequest
from core import access, clock, states
from core.forms import Form
from core.pages import asked, posted
from followup.models import Meeting
from followup.states import MEETING

ABOUT = ("framework__organisation", "framework__scope", "supplier", "deadline__organisation", "created_by__person")


def meeting_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> Meeting:
    """The meeting, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    it: Meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
    if change is not None:
        access.require(request.user, MEETING[change].needs, it)
    return it


def meeting_to(request: SignedInRequest, pk: UUID, change: str) -> Meeting:
    """To make the change: as `meeting_for`, and it is possible now (409)."""
    it = meeting_for(request, pk, change)
    states.check(MEETING, it, change, actor=request.user)
    return it


def address_of(it: Meeting, anchor: str = "") -> str:
    return reverse("followup:meeting", args=[it.pk]) + (f"#{anchor}" if anchor else "")


def act_page(
    request: SignedInRequest, pk: UUID, change: str, act: Callable[..., Any], form: Callable[[Any], Form], **words: Any
) -> HttpResponse:
    """A page with one form and one button, which says what happens and to whom."""
    it = meeting_for(request, pk, change)
    states.check(MEETING, it, change, actor=request.user)
    act = partial(act, meeting=it, actor=request.user, **clock.read())
    return asked(request, act, form=form(posted(request)), text=f"{it} · {it.framework.title}", back_url=address_of(it), **words)
