"""Pages about oneself and one's own people."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts import forms, services
from accounts.models import Invitation, Membership, Organisation, User
from accounts.permissions import ROLES_OF_KIND, Action
from accounts.requests import SignedInRequest
from core import clock
from core.errors import NotAllowed
from core.forms import blamed_on
from core.menus import url_or_none
from core.pages import asked

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ORGANISATION_KEY = "organisation"


@login_not_required
def invitation(request: HttpRequest, text: str) -> HttpResponse:
    """Looking at it uses nothing up; only the button joins. Whoever has an account already signs in first."""
    found = services.invitation_from(text)
    if found is None:
        raise Http404
    now, target = clock.now(), _safe_next(request)
    if found.accepted_at and request.user.is_authenticated:
        return HttpResponseRedirect(target)
    form = _join_form(request, found)
    if request.method == "POST" and form is not None and form.is_valid():
        with blamed_on(form):
            user = services.accept_invitation(
                invitation=found, now=now, user=request.user if request.user.is_authenticated else None, **form.cleaned_data
            )
            _sign_in(request, user)
            return HttpResponseRedirect(target)
    context = {"invitation": found, "form": form, "is_open": found.is_open(now), "next": target, "here": request.get_full_path()}
    return render(request, "accounts/invitation.html", context, status=422 if form and form.errors else 200)


def _join_form(request: HttpRequest, found: Invitation) -> forms.Form | None:
    """None where the way goes by signing in (as somebody else)."""
    data = request.POST if request.method == "POST" else None
    if request.user.is_authenticated:
        return forms.JoinForm(data) if request.user.person_id == found.person_id else None
    if services.has_account(found.person):
        return None
    return forms.NewAccountForm(data, initial={"name": found.person.name})


def _sign_in(request: HttpRequest, user: User) -> None:
    if not request.user.is_authenticated:
        login(request, user, backend=BACKEND)


def _safe_next(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/"


@require_POST
def switch(request: SignedInRequest) -> HttpResponse:
    """Remember for which of their organisations somebody speaks."""
    wanted = request.POST.get("organisation")
    if wanted not in [str(key) for key in request.user.organisation_ids]:
        raise Http404
    request.session[ORGANISATION_KEY] = wanted
    return HttpResponseRedirect("/")


@login_not_required
def language(request: HttpRequest) -> HttpResponseBase:
    """Of the pages; for somebody who is signed in it is a choice of theirs, which mails and the next sign-in keep to."""
    response = set_language(request)
    chosen = request.POST.get("language", "")
    if isinstance(request.user, User) and chosen in dict(settings.LANGUAGES):
        services.choose_language(user=request.user, language=chosen)
    return response


def my_settings(request: SignedInRequest) -> HttpResponse:
    person = request.user.person
    initial = {name: getattr(person, name) for name in ("name", "phone", "language", "time_zone")}
    form = forms.SettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.save_settings(user=request.user, **form.cleaned_data)
        messages.success(request, _("Your settings are saved."))
        response = redirect("accounts:settings")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], samesite="Lax", secure=request.is_secure())
        return response
    context = {
        "form": form,
        "mail_settings_url": url_or_none("notifications:mail-settings"),
        "calendar_url": url_or_none("notifications:calendar"),
        "may_see_people": any(request.user.may(Action.PEOPLE_INVITE, organisation_id=key) for key in request.user.organisation_ids),
    }
    return render(request, "accounts/settings.html", context, status=422 if form.errors else 200)


def tokens(request: SignedInRequest) -> HttpResponse:
    """Keys for programs. A new one is shown in the answer to its making, and never again."""
    form = forms.TokenForm(request.POST or None)
    new = ""
    if request.method == "POST" and form.is_valid():
        new = services.issue_token(user=request.user, name=form.cleaned_data["name"], now=clock.now())
        form = forms.TokenForm()
    rows = request.user.api_tokens.filter(revoked_at=None).order_by("created_at")
    response = render(request, "accounts/tokens.html", {"form": form, "tokens": rows, "new": new}, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_token(request: SignedInRequest, pk: UUID) -> HttpResponse:
    services.revoke_token(token=get_object_or_404(request.user.api_tokens, pk=pk), now=clock.now())
    messages.success(request, _("The token no longer works."))
    return redirect("accounts:tokens")


def people(request: SignedInRequest) -> HttpResponse:
    """Who has access to an organisation, and who is invited: one's own, or for administrators any."""
    organisations = _managed(request.user)
    organisation = _chosen(request, organisations)
    form = _invite_form(request, organisation)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            get_adapter(request).invite(organisation=organisation, actor=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": form.cleaned_data["email"]})
            return HttpResponseRedirect(_people_url(organisation))
    now = clock.now()
    context = {"organisation": organisation, "organisations": organisations, "form": form, **_members(organisation, now)}
    return render(request, "accounts/people.html", context, status=422 if form.errors else 200)


def _managed(user: User) -> list[Organisation]:
    """The organisations whose people this person sees to; nobody else has this page."""
    seen = Organisation.objects.visible_to(user).order_by("kind", "name")
    if not user.may(Action.PEOPLE_MANAGE):
        seen = seen.filter(pk__in=user.organisation_ids)
    managed = [organisation for organisation in seen if user.may(Action.PEOPLE_INVITE, organisation_id=organisation.pk)]
    if not managed:
        raise NotAllowed
    return managed


def _chosen(request: SignedInRequest, organisations: list[Organisation]) -> Organisation:
    wanted = request.GET.get("organisation")
    if wanted is None:
        own = [organisation for organisation in organisations if organisation.pk in request.user.organisation_ids]
        return (own or organisations)[0]
    for organisation in organisations:
        if str(organisation.pk) == wanted:
            return organisation
    raise Http404


def _members(organisation: Organisation, now: datetime) -> dict[str, Any]:
    members = organisation.memberships.filter(ended_at=None).select_related("user__person").order_by("role", "user__person__name")
    invitations = organisation.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=now).select_related("person")
    return {"members": members, "invitations": invitations.order_by("-created_at")}


def _invite_form(request: SignedInRequest, organisation: Organisation) -> forms.InviteForm:
    return forms.InviteForm(request.POST or None, roles=ROLES_OF_KIND[organisation.kind])


def _people_url(organisation: Organisation) -> str:
    return f"{reverse('accounts:people')}?organisation={organisation.pk}"


def remove_member(request: SignedInRequest, pk: UUID) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.visible_to(request.user).select_related("user__person", "organisation"), pk=pk)
    if not request.user.may(Action.PEOPLE_INVITE, organisation_id=membership.organisation_id):
        raise NotAllowed
    return asked(
        request,
        partial(services.end_membership, membership=membership, actor=request.user, now=clock.now()),
        title=_("Remove %(name)s?") % {"name": membership.user.name},
        text=_("%(name)s loses access to %(organisation)s, and gets no more mail about its agreements.")
        % {"name": membership.user.name, "organisation": membership.organisation.name},
        label=_("Remove"),
        told=_("%(name)s no longer has access.") % {"name": membership.user.name},
        back_url=_people_url(membership.organisation),
        is_dangerous=True,
    )


@require_POST
def revoke_invitation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Invitation.objects.visible_to(request.user).select_related("person", "organisation"), pk=pk)
    services.revoke(invitation=found, actor=request.user, now=clock.now())
    messages.success(request, _("The invitation to %(email)s no longer works.") % {"email": found.person.email})
    return HttpResponseRedirect(_people_url(found.organisation))
