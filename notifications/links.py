"""Where the button of a line leads. Links that open a door are made here, when the mail is sent, and stored nowhere."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from accounts import services
from accounts.models import SYSTEM, Invitation, Membership, Organisation, Person, User
from notifications import kinds
from notifications.models import Delivery, Notice


class Gone(Exception):
    """What the line is about no longer exists: an invitation taken back, an account closed."""


@dataclass(frozen=True)
class Link:
    """`is_secret` opens a door to whoever holds it; `needs_account` says that the way goes by choosing a password.

    `why` leads to what brought the line, and to the timeline of its case; `others` to the list of all that waits.
    """

    url: str
    is_secret: bool = False
    needs_account: bool = False
    why: str = ""
    others: str = ""


class Links:
    """The links of a batch: one query tells who of these people has access to which organisation."""

    def __init__(self, people: Iterable[Person], *, now: datetime) -> None:
        self.now = now
        self.invitations: dict[tuple[UUID, UUID], Invitation] = {}
        self.belongs: dict[UUID, set[UUID]] = defaultdict(set)
        members = Membership.objects.filter(user__person__in=list(people), user__is_active=True, ended_at=None)
        for person_id, organisation_id in members.values_list("user__person_id", "organisation_id"):
            self.belongs[person_id].add(organisation_id)

    def of(self, line: Delivery) -> Link:
        kind = kinds.get(line.kind)
        if kind.is_secret:
            return Link(_secret(line, now=self.now), is_secret=True)
        where = self._door(line)
        why = "" if line.kind in kinds.ABOUT_ACCOUNT else where(reverse("notifications:why", args=[line.pk]))
        is_outside = self.is_outside(line)
        return Link(where(path_of(line)), is_outside, is_outside, why=why, others=where(reverse("notifications:deadlines")))

    def _door(self, line: Delivery) -> Callable[[str], str]:
        """How an address on the site is reached by whom the line is for."""
        if not self.is_outside(line):
            return absolute
        invitation = self._invitation(line)
        return lambda path: _invitation_url(invitation, path)

    def is_outside(self, line: Delivery) -> bool:
        """A supplier's contact without access to the supplier's pages yet."""
        supplier = line.organisation
        is_contact = supplier is not None and supplier.kind == Organisation.Kind.SUPPLIER
        return is_contact and line.organisation_id not in self.belongs[line.person_id]

    def _invitation(self, line: Delivery) -> Invitation:
        """One for a person and supplier, however many lines lead through it."""
        assert line.organisation is not None
        who = line.person_id, line.organisation.pk
        if who not in self.invitations:
            invited = services.invitation_for(person=line.person, organisation=line.organisation, actor=SYSTEM, now=self.now)
            self.invitations[who] = invited
        return self.invitations[who]


def path_of(line: Delivery) -> str:
    """The page that the line is about."""
    kind = kinds.get(line.kind)
    return path_to(
        kind.url_name, kinds.page_id(kind.leads_to, about_id=line.about_id, scope_id=line.scope_id, deadline_id=line.deadline_id)
    )


def path_of_notice(notice: Notice) -> str:
    """The same for a notice on the site. Of a task it finds the page through what the task is about."""
    kind = kinds.get(notice.kind)
    if kind.leads_to == "deadline":
        return path_to("notifications:deadline", notice.deadline_id)
    return path_to(kind.url_name, kinds.page_id(kind.leads_to, about_id=notice.about_id, scope_id=notice.scope_id, deadline_id=None))


def path_to(url_name: str, key: UUID | None) -> str:
    """A mail without a better address leads to the start page rather than nowhere."""
    try:
        return reverse(url_name, args=[key] if key else [])
    except NoReverseMatch:
        return "/"


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def _secret(line: Delivery, *, now: datetime) -> str:
    if line.kind == "invitation":
        invitation = Invitation.objects.filter(pk=line.context["invitation"]).first()
        if invitation is None or not invitation.is_open(now):
            raise Gone
        return _invitation_url(invitation)
    return _reset_url(line)


def _invitation_url(invitation: Invitation, after: str = "") -> str:
    url = absolute(reverse("accounts:invitation", args=[services.link_text(invitation)]))
    return f"{url}?{urlencode({'next': after})}" if after else url


def _reset_url(line: Delivery) -> str:
    user = User.objects.filter(person=line.person_id, is_active=True).first()
    if user is None:
        raise Gone
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return absolute(reverse("account_reset_password_from_key", kwargs=key))
