"""People, organisations, and who is what on which agreement."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from accounts.querysets import AbsenceQuerySet, InForceQuerySet, OrganisationQuerySet, OwnOrganisationQuerySet, ScopeQuerySet
from accounts.standing import Standing
from core import ids
from core.models import Record


class Person(Record):
    """Whom mail goes to. An account is separate and optional."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="nb")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Oslo")
    undeliverable_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("person")
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name or self.email


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet["User"]:
        """With the person: every page greets them by name and in their language."""
        return super().get_queryset().select_related("person")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account for `person`; the address is the person's."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(Standing, AbstractBaseUser):
    """An account: somebody who can sign in. Name, language and time zone are the person's."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")

    def __str__(self) -> str:
        return self.email

    @property
    def name(self) -> str:
        return str(self.person)

    @property
    def scope_id(self) -> None:
        return None

    @property
    def organisation_id(self) -> UUID | None:
        return next(iter(self.organisation_ids), None)


class _System:
    """Acts where no person does: the sweep, imports from the command line. May everything, and is named in history."""

    pk = None
    name = "system"
    works_here = True

    def may(self, action: str, *, scope_id: UUID | None = None, organisation_id: UUID | None = None) -> bool:
        return True


SYSTEM = _System()


class Organisation(Record):
    """The central body, a supplier, an ordering agency or an audit firm."""

    class Kind(models.TextChoices):
        CPB = "cpb", _("central body")
        SUPPLIER = "supplier", _("supplier")
        AGENCY = "agency", _("agency")
        AUDITOR = "auditor", _("auditor")

    name = models.CharField(_("name"), max_length=250)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    identifier_scheme = models.CharField(
        _("register"), max_length=40, blank=True, help_text=_("For example NO-BRC for the Norwegian register.")
    )
    identifier = models.CharField(_("organisation number"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    created_at = models.DateTimeField()

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        constraints = [
            models.UniqueConstraint(
                fields=["identifier_scheme", "identifier", "kind"],
                condition=~models.Q(identifier=""),
                name="organisation_identifier_once",
            )
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="organisation_created"),
            models.Index(fields=["kind", "name"], name="organisation_kind_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_id(self) -> None:
        return None

    @property
    def organisation_id(self) -> UUID:
        return self.pk


class Membership(Record):
    """A person's account in an organisation, with one role. Ended memberships stay as history."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OwnOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], condition=models.Q(ended_at=None), name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.role}"

    scope_id = None


class Scope(Record):
    """One row an agreement. Everything below `contracts` that belongs to an agreement points here."""

    name = models.CharField(max_length=300)

    objects = ScopeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class ScopeRole(Record):
    """What a person is on an agreement, on our side or a supplier's, from and to. Never overwritten: ended and followed."""

    class Role(models.TextChoices):
        OWNER = "owner", _("agreement owner")
        MANAGER = "manager", _("contract manager")
        DEPUTY = "deputy", _("deputy contract manager")
        SECTION_HEAD = "section_head", _("section head")
        RESPONSIBLE = "responsible", _("responsible contact")
        CSR = "csr", _("contact for social and environmental responsibility")
        KEY_ACCOUNT = "key_account", _("key account manager")
        REPRESENTATIVE = "representative", _("contractual representative")
        DIRECTOR = "director", _("managing director")

    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="roles")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="scope_roles")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="scope_roles")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = InForceQuerySet.as_manager()

    class Meta:
        verbose_name = _("role on an agreement")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "organisation", "role", "person"], condition=models.Q(ends_on=None), name="scope_role_once"
            )
        ]
        indexes = [models.Index(fields=["person", "scope"], name="scope_role_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.role}"


class Absence(Record):
    """Days on which a person is away, first and last included, and who stands in. Reminders pass by whoever is away."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stands in"))
    created_at = models.DateTimeField()

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        ordering = ["starts_on"]
        constraints = [models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_forward")]
        indexes = [models.Index(fields=["person", "ends_on"], name="absence_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_on:%Y-%m-%d}–{self.ends_on:%Y-%m-%d}"

    scope_id = organisation_id = None


class Contact(Record):
    """A person at a supplier, with or without an account. Not mailed before somebody has confirmed the address."""

    class Source(models.TextChoices):
        TYPED = "typed", _("typed in")
        PASTED = "pasted", _("pasted from a sheet")
        IMPORTED = "imported", _("from a notice")
        INVITED = "invited", _("invited")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts")
    title = models.CharField(_("position"), max_length=200, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.TYPED)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = OwnOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        constraints = [models.UniqueConstraint(fields=["organisation", "person"], name="contact_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"

    scope_id = None


class Invitation(Record):
    """An invitation to an organisation. Its link is minted when the mail is sent; opening the link uses nothing up."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = OwnOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.organisation}"

    scope_id = None

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class ApiToken(Record):
    """A key for programs: shown once, kept only as a SHA-256 digest."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("what it is for"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("API token")

    def __str__(self) -> str:
        return self.name

    scope_id = None

    @property
    def organisation_id(self) -> None:
        return None
