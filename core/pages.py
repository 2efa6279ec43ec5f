"""What most pages do with what was sent: read it, do it, say so and lead on, or show the form again with its faults."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise

from core.forms import Form, ModelForm, blamed_on


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to; None where its page is only opened."""
    return request.POST if request.method == "POST" else None


def done(request: HttpRequest, text: str | Promise, url: str) -> HttpResponse:
    """Say what was done and go there."""
    messages.success(request, str(text))
    return HttpResponseRedirect(url)


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form's page: 422 when what was sent had faults, so that htmx shows it too."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def asked(
    request: HttpRequest,
    act: Callable[..., Any],
    *,
    form: Form | ModelForm | None = None,
    told: str | Promise,
    back_url: str,
    next_url: str | Callable[[Any], str] = "",
    template: str = "core/confirm.html",
    **words: Any,
) -> HttpResponse:
    """A page that says what happens and to whom, with one button and a form where there is something to say.

    The button calls `act` with what the form says, `told` is said, and it leads to `next_url` (which may say so of what `act` made), else
    back. What form or service finds invalid is said at its field. `words` are those of `core/confirm.html`: title, text, label, and if
    wished note, names, is_dangerous.
    """
    if form is None and request.method == "POST":
        return done(request, told, _after(act(), next_url, back_url))
    if form is not None and form.is_valid():
        with blamed_on(form):
            return done(request, told, _after(act(**form.cleaned_data), next_url, back_url))
    return form_page(request, template, {"form": form or "", "back_url": back_url, **words})


def _after(made: Any, next_url: str | Callable[[Any], str], back_url: str) -> str:
    return (next_url(made) if callable(next_url) else next_url) or back_url
