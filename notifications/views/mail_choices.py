"""What one wants by mail and when; and the address in a mail that stops it without sign-in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from accounts.requests import SignedInRequest
from core import clock
from notifications import kinds, mail_choices
from notifications.forms import MailForm


def mail_settings(request: SignedInRequest) -> HttpResponse:
    person, told = request.user.person, _told_to(request.user)
    offered = [kind for kind in told if not kind.is_mandatory]
    form = MailForm(request.POST if request.method == "POST" else None, initial=mail_choices.as_it_is(person, offered), offered=offered)
    if request.method == "POST" and offered and form.is_valid():
        names = [kind.name for kind in offered]
        mail_choices.choose(person=person, offered=names, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Your choice is saved."))
        return redirect("notifications:mail-settings")
    context = {"form": form, "offered": offered, "mandatory": [kind.label for kind in told if kind.is_mandatory]}
    return render(request, "notifications/mail_settings.html", context, status=422 if form.errors else 200)


def _told_to(user: User) -> tuple[kinds.Kind, ...]:
    """What this side is told at all, whatever of it a person's role brings."""
    if user.works_here:
        return kinds.TO_US
    if user.supplier_ids:
        return kinds.TO_SUPPLIERS
    return kinds.TO_FIRMS if user.auditor_ids else ()


@csrf_exempt  # a mail program posts here without having seen a page; the signature in the address says whose mail it is
@login_not_required
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: posting stops the mail. Opening shows the button, in the language of whom the mail is for."""
    found = mail_choices.read(token)
    if found is None:
        return render(request, "notifications/mail_stop.html", {"is_unknown": True}, status=404)
    person, names = found
    if request.method == "POST" and request.POST.get("again"):
        mail_choices.begin_again(person=person, names=names)
    elif request.method == "POST":
        mail_choices.stop(person=person, names=names, now=clock.now())
    context = {
        "labels": [kinds.get(name).label for name in names],
        "is_stopped": mail_choices.stopped(person=person, names=names),
        "is_on_again": request.method == "POST" and bool(request.POST.get("again")),
    }
    with translation.override(person.language):
        return render(request, "notifications/mail_stop.html", context)
