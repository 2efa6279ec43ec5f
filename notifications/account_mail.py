"""Mail about accounts, through the outbox like all other: the sign-in library's adapter, and invitations."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import services
from accounts.models import Invitation, Organisation, Person, User
from core import ids
from core.states import Actor
from notifications import outbox

KINDS = {
    "account/email/password_reset_key": "password_reset",
    "account/email/password_reset": "password_changed",
    "account/email/password_changed": "password_changed",
    "account/email/password_set": "password_changed",
}
"""The library's mails that we send. Others (sign-up, an address that nobody has) are not sent at all."""


class Adapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: one is invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = User.objects.filter(email__iexact=email, is_active=True).select_related("person").first()
        if user is not None and template_prefix in KINDS:
            tell(user.person, KINDS[template_prefix], {"email": user.email}, now=timezone.now())

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        self.send_mail(template_prefix, user.email, context or {})

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """From sign-in on the pages speak the person's language."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.person.language, samesite="Lax", secure=request.is_secure())
        return response

    def invite(self, **invitation: Any) -> Invitation:
        """For `accounts`, which itself never sends."""
        return invite(**invitation)


@transaction.atomic
def invite(*, email: str, organisation: Organisation, role: str, actor: Actor, now: datetime, name: str = "") -> Invitation:
    """Invite somebody and have the mail sent. Inviting again sends it again."""
    invitation = services.invite(email=email, organisation=organisation, role=role, actor=actor, now=now, name=name)
    context = {
        "invitation": invitation.pk,
        "to_organisation": organisation.name,
        "invited_by": actor.name if isinstance(actor, User) else settings.ORGANISATION_NAME,
        "until": timezone.localdate(invitation.expires_at),
    }
    tell(invitation.person, "invitation", context, now=now)
    return invitation


def tell(person: Person, kind: str, context: dict[str, Any], *, now: datetime) -> None:
    """Asking twice is answered twice."""
    outbox.publish(
        kind=kind, people=[person], organisation=None, scope_id=None, about_id=None, context=context, key=str(ids.new()), now=now
    )
