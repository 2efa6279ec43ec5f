"""Whom a letter with legal effect goes to, and as what its signer signs. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Organisation, Person, ScopeRole, User
from contracts.models import Framework
from core.access import About
from core.errors import WrongState
from notifications.audience import AWAY, Directory

R = ScopeRole.Role
USUAL_LANGUAGE = "nb"


@dataclass(frozen=True)
class Addressee:
    """Somebody the letter goes to, with the role it is sent to."""

    person: Person
    role: str
    is_copy: bool

    @property
    def line(self) -> str:
        return f"{self.person}, {self.person.email}" if self.person.name else self.person.email

    @property
    def kept(self) -> dict[str, Any]:
        """As it stands with the letter that was sent."""
        return {"name": self.person.name, "email": self.person.email, "role": self.role, "is_copy": self.is_copy}


@dataclass(frozen=True)
class Addressees:
    """The representative, or who stands in for one; and the director, if somebody is named as that, who gets a copy."""

    everybody: Sequence[Addressee]

    @property
    def to(self) -> list[Addressee]:
        return [each for each in self.everybody if not each.is_copy]

    @property
    def copies(self) -> list[Addressee]:
        return [each for each in self.everybody if each.is_copy]

    @property
    def stand_ins(self) -> list[str]:
        """Who would get it where nobody is named to receive notices."""
        return [str(each.person) for each in self.to if each.role != R.REPRESENTATIVE]

    @property
    def language(self) -> str:
        return self.to[0].person.language if self.to else USUAL_LANGUAGE


def of(framework: Framework, supplier: Organisation, *, today: date) -> Addressees:
    """Being away keeps no letter from whom the agreement names; who stands in for them gets a copy beside the director's."""
    place = {"scope_id": framework.pk, "organisation_id": supplier.pk}
    directory = Directory(scope_ids=[framework.pk], organisation_ids=[supplier.pk], today=today)
    to = directory.named(R.REPRESENTATIVE, **place)
    director = [one for one in directory.named(R.DIRECTOR, **place) if one.role == R.DIRECTOR]
    stand_ins = [one for role in (R.REPRESENTATIVE, R.DIRECTOR) for one in directory.contacts(role, **place) if one.reason.startswith(AWAY)]
    held = {one.person_id for one in to}
    copies = {one.person_id: one for one in (*director, *stand_ins) if one.person_id not in held}
    people = Person.objects.in_bulk([*held, *copies])
    addressees = [Addressee(people[one.person_id], one.role, is_copy=False) for one in to]
    return Addressees([*addressees, *(Addressee(people[one.person_id], one.role, is_copy=True) for one in copies.values())])


def must_reach(recipients: Addressees) -> None:
    if not recipients.to:
        raise WrongState(
            _("Nobody at the supplier can be reached. Find the right contact, or send the letter another way and say so here.")
        )


def title_of(signer: User, about: About, language: str) -> str:
    """What the signer is on that agreement, in the letter's language."""
    roles = signer.roles_for(scope_id=about.scope_id, organisation_id=about.organisation_id)
    with translation.override(language):
        return next((str(role.label).capitalize() for role in R if role.value in roles), "")
