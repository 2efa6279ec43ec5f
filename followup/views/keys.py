"""Our own key, which other bodies accept, and the keys of other bodies, which we do."""

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.services import organisations
from core import access, clock
from core.errors import Invalid, NotAllowed
from core.pages import asked, posted
from followup.forms.received_results import EndKeyForm, KeyForm
from followup.models import SigningKey, TrustedKey
from followup.results import keys
from followup.services import signing_keys, trusted_keys


def ours(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    present, *earlier = signing_keys.shown()
    context = {
        "present": present,
        "written": keys.written(bytes(present.public_key)),
        "earlier": earlier,
        "fits": signing_keys.fits(present),
        "body": organisations.central_body(),
        "address": settings.BASE_URL + reverse("followup:well-known-keys"),
        "may_renew": access.may(request.user, Action.RESULTS_TRUST),
    }
    return render(request, "followup/keys/ours.html", context)


@login_not_required
@require_safe
def well_known(request: HttpRequest) -> JsonResponse:
    """For other bodies' systems: who we are, and every key that we have signed with. Nothing in it is secret."""
    try:
        body = organisations.central_body()
        issuer = {"name": body.name, "identifier": {"scheme": body.identifier_scheme, "id": body.identifier}, "country": body.country}
    except Invalid:
        issuer = {"name": settings.ORGANISATION_NAME, "identifier": {"scheme": "", "id": ""}, "country": ""}
    return JsonResponse({"issuer": issuer, "keys": [_told(key) for key in signing_keys.shown()]})


def _told(key: SigningKey) -> dict[str, Any]:
    return {
        "keyid": key.key_id,
        "algorithm": keys.ALGORITHM,
        "public_key": keys.written(bytes(key.public_key)),
        "since": key.created_at,
        "ended": key.ended_at,
    }


def renew(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.RESULTS_TRUST)
    return asked(
        request,
        partial(signing_keys.renew, actor=request.user, now=clock.now()),
        title=_("Make a new key"),
        text=_("When the old one may have come into other hands, or SECRET_KEY has been changed."),
        note=_("Files are signed with the new key from now on. Each body must accept it before it can read the next file."),
        label=_("Make a new key"),
        told=_("There is a new key. Tell the bodies that read our files."),
        back_url=reverse("followup:signing-keys"),
        is_dangerous=True,
    )


def theirs(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    rows = TrustedKey.objects.visible_to(request.user).select_related("accepted_by__person").order_by("name", "-created_at")
    context = {
        "accepted": [key for key in rows if key.ended_on is None],
        "ended": [key for key in rows if key.ended_on is not None],
        "may_edit": access.may(request.user, Action.RESULTS_TRUST),
    }
    return render(request, "followup/keys/theirs.html", context)


def accept(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.RESULTS_TRUST)
    return asked(
        request,
        partial(trusted_keys.accept, actor=request.user, now=clock.now()),
        form=KeyForm(posted(request)),
        title=_("Accept a body's key"),
        text=_("Whose results we read."),
        label=_("Accept the key"),
        told=_("The key is accepted. Files signed with it can be read."),
        back_url=reverse("followup:trusted-keys"),
    )


def end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    key: TrustedKey = get_object_or_404(TrustedKey.objects.visible_to(request.user), pk=pk)
    access.require(request.user, Action.RESULTS_TRUST)
    return asked(
        request,
        partial(trusted_keys.end, key=key, actor=request.user, **clock.read()),
        form=EndKeyForm(posted(request)),
        title=_("Accept the key no more"),
        text=key.name,
        note=_("What was read before stays. Files signed with this key are refused from now on."),
        label=_("Accept it no more"),
        told=_("Files signed with this key are read no more."),
        back_url=reverse("followup:trusted-keys"),
    )
