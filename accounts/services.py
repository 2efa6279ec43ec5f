"""People coming and going: invitations, memberships, own settings, keys for programs. Nothing here sends mail."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Contact, Invitation, Membership, Organisation, Person, User
from accounts.permissions import ROLES_OF_KIND, Action, Role
from core import history, rows
from core.errors import FieldError, Invalid, NotAllowed, WrongState
from core.locales import before_stop
from core.states import Actor

INVITATION_LASTS = timedelta(days=30)
INVITATION_LINK = signing.Signer(salt="accounts.invitation")
TOKEN_PREFIX = "cpb_"  # noqa: S105 the visible start, so that a leaked key can be recognised


def central_body(*, now: datetime) -> Organisation:
    """Ours; in an empty database it is set up, under the name in the settings."""
    body = Organisation.objects.filter(kind=Organisation.Kind.CPB).order_by("created_at", "id").first()
    return body or Organisation.objects.create(name=settings.ORGANISATION_NAME, kind=Organisation.Kind.CPB, created_at=now)


# Invitations


@transaction.atomic
def invite(*, email: str, organisation: Organisation, role: str, actor: Actor, now: datetime, name: str = "") -> Invitation:
    """Invite somebody, or renew an invitation that is still open. Whoever calls this also has it mailed."""
    if not actor.may(Action.PEOPLE_INVITE, organisation_id=organisation.pk):
        raise NotAllowed
    if role not in ROLES_OF_KIND[organisation.kind]:
        raise Invalid.one("role", "invalid_choice", _("This role does not exist at %(name)s.") % {"name": before_stop(organisation.name)})
    person = _person(email, name=name, now=now)
    if Membership.objects.filter(user__person=person, organisation=organisation, ended_at=None).exists():
        raise Invalid.one("email", "member", _("%(email)s already has access.") % {"email": person.email})
    invitation = _open_invitation(person, organisation, role, actor, now=now)
    history.record(actor=actor, now=now, verb="invite", about=invitation, changes={"person": person.email, "role": role})
    return invitation


@transaction.atomic
def invitation_for(*, person: Person, organisation: Organisation, actor: Actor, now: datetime) -> Invitation:
    """The open invitation of a contact that we write to: the first of a supplier becomes main contact, others contribute."""
    has_main = Membership.objects.filter(organisation=organisation, role=Role.MAIN_CONTACT, ended_at=None).exists()
    role = Role.CONTRIBUTOR if has_main else Role.MAIN_CONTACT
    return _open_invitation(person, organisation, role, actor, now=now, keep_role=True)


def link_text(invitation: Invitation) -> str:
    """What the link in the mail carries. It can be made again at any time and is never stored."""
    return INVITATION_LINK.sign(str(invitation.pk))


def invitation_from(text: str) -> Invitation | None:
    """The invitation of a link; None when somebody made the link up. Looking uses nothing up."""
    try:
        key = UUID(INVITATION_LINK.unsign(text))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.select_related("person", "organisation").filter(pk=key).first()


def has_account(person: Person) -> bool:
    return User.objects.filter(person=person).exists()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, now: datetime, user: User | None = None, password: str = "", name: str = "") -> User:
    """Join the organisation: as the signed-in `user`, or with a new account and `password`."""
    rows.lock(invitation)
    if not invitation.is_open(now):
        raise WrongState(_("This invitation is no longer valid. Ask for a new one."))
    account = user or _new_account(invitation.person, password=password, name=name, now=now)
    if account.person_id != invitation.person_id:
        raise NotAllowed(_("This invitation is for somebody else. Sign out first, and open the link again."))
    rows.write(invitation, accepted_at=now)
    membership, is_new = Membership.objects.get_or_create(
        user=account, organisation=invitation.organisation, ended_at=None, defaults={"role": invitation.role, "created_at": now}
    )
    if is_new:
        _confirm_contact(invitation, now=now)
        history.record(actor=account, now=now, verb="join", about=membership, changes={"role": membership.role})
    return account


@transaction.atomic
def revoke(*, invitation: Invitation, actor: Actor, now: datetime) -> None:
    """Take an invitation back; its link is worth nothing from now on."""
    if not actor.may(Action.PEOPLE_INVITE, organisation_id=invitation.organisation_id):
        raise NotAllowed
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=now):
        raise WrongState(_("This invitation has already been used or taken back."))
    history.record(actor=actor, now=now, verb="revoke", about=invitation, changes={"person": invitation.person.email})


# Memberships


@transaction.atomic
def end_membership(*, membership: Membership, actor: Actor, now: datetime) -> None:
    """Somebody has left. Their access ends, and a supplier's former employee is no longer written to."""
    if not actor.may(Action.PEOPLE_INVITE, organisation_id=membership.organisation_id):
        raise NotAllowed
    others = Membership.objects.select_for_update().filter(organisation=membership.organisation_id, role=membership.role, ended_at=None)
    if membership.role in (Role.MAIN_CONTACT, Role.ADMINISTRATOR) and others.exclude(pk=membership.pk).count() == 0:
        raise WrongState(_("%(name)s is the last one with this role. Give it to somebody else first.") % {"name": membership.user.name})
    if not Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=now):
        raise WrongState
    Contact.objects.filter(person=membership.user.person_id, organisation=membership.organisation_id).update(ended_at=now)
    history.record(actor=actor, now=now, verb="remove", about=membership, changes={"user": membership.user.email})


@transaction.atomic
def change_role(*, membership: Membership, role: str, actor: Actor, now: datetime) -> None:
    if not actor.may(Action.PEOPLE_INVITE, organisation_id=membership.organisation_id):
        raise NotAllowed
    if role not in ROLES_OF_KIND[membership.organisation.kind]:
        raise Invalid.one("role", "invalid_choice", _("This role does not exist here."))
    before = membership.role
    rows.write(membership, role=role)
    history.record(actor=actor, now=now, verb="change_role", about=membership, changes={"role": [before, role]})


# One's own


def save_settings(*, user: User, name: str, phone: str, language: str, time_zone: str) -> None:
    rows.write(user.person, name=name, phone=phone, language=language, time_zone=time_zone)


def choose_language(*, user: User, language: str) -> None:
    rows.write(user.person, language=language)


@transaction.atomic
def issue_token(*, user: User, name: str, now: datetime) -> str:
    """A new key for programs. Only its digest is kept: what is returned here is never seen again."""
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, name=name, digest=digest(text), created_at=now)
    return text


def revoke_token(*, token: ApiToken, now: datetime) -> None:
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def user_of_token(text: str, *, today: date) -> User | None:
    """Who uses this key. That it was used today is noted once a day."""
    token = ApiToken.objects.select_related("user__person").filter(digest=digest(text), revoked_at=None, user__is_active=True).first()
    if token is None:
        return None
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return token.user


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _person(email: str, *, name: str, now: datetime) -> Person:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid.one("email", "invalid", _("%(text)s is not an e-mail address.") % {"text": address or "–"}) from None
    person, _new = Person.objects.get_or_create(email=address, defaults={"name": name.strip(), "created_at": now})
    return person


def _open_invitation(
    person: Person, organisation: Organisation, role: str, actor: Actor, *, now: datetime, keep_role: bool = False
) -> Invitation:
    defaults = {
        "role": role,
        "invited_by": actor if isinstance(actor, User) else None,
        "created_at": now,
        "expires_at": now + INVITATION_LASTS,
    }
    invitation, is_new = Invitation.objects.get_or_create(
        person=person, organisation=organisation, accepted_at=None, revoked_at=None, defaults=defaults
    )
    if not is_new:
        rows.write(invitation, role=invitation.role if keep_role else role, expires_at=now + INVITATION_LASTS)
    return invitation


def _new_account(person: Person, *, password: str, name: str, now: datetime) -> User:
    if has_account(person):
        raise WrongState(_("You already have an account. Sign in, and open the link again."))
    account = User(email=person.email, person=person, created_at=now)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid([FieldError("password", each.code or "invalid", each.messages[0]) for each in error.error_list]) from None
    if name.strip():
        rows.write(person, name=name.strip())
    account.set_password(password)
    account.save()
    return account


def _confirm_contact(invitation: Invitation, *, now: datetime) -> None:
    """Whoever came in by the mail has the address."""
    if invitation.organisation.kind != Organisation.Kind.SUPPLIER:
        return
    contact, _new = Contact.objects.get_or_create(
        organisation=invitation.organisation,
        person=invitation.person,
        defaults={"source": Contact.Source.INVITED, "created_at": now, "confirmed_at": now},
    )
    rows.write(contact, confirmed_at=contact.confirmed_at or now, ended_at=None)
