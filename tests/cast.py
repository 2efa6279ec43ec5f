"""The people, organisations and agreements that the tests are about, by name.

`pc` is managed by the manager; Nordvare (rank 1, both lots), Fjordtek (rank 2, lot 1) and Polar (lot 2) are on it.
`office` has Polar alone and another manager, so it is foreign to the manager and to Nordvare.
One person, Frida, belongs to two suppliers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Organisation, User
from accounts.permissions import Role
from contracts.models import Clause, Framework, Lot, Requirement
from tests import factories, shipped, stage
from tests.factories import NOW


@dataclass(frozen=True)
class Cast:
    cpb: Organisation
    nordvare: Organisation
    fjordtek: Organisation
    polar: Organisation
    agency_body: Organisation
    audit_firm: Organisation

    admin: User
    section: User
    owner: User
    manager: User
    deputy: User
    other_manager: User
    specialist: User
    reader: User
    agency: User
    auditor: User
    csr: User
    sales: User
    csr_fjordtek: User
    csr_polar: User

    pc: Framework
    lot1: Lot
    lot2: Lot
    clause: Clause
    due_diligence: Requirement
    environment: Requirement
    office: Framework

    @property
    def everybody(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def build() -> Cast:
    shipped.write_again()
    cpb = factories.organisation("Statens innkjøp", "cpb", identifier_scheme="NO-BRC", identifier="123456017")
    nordvare = factories.organisation("Nordvare AS", identifier_scheme="NO-BRC", identifier="123456785")
    fjordtek = factories.organisation("Fjordtek AS")
    polar = factories.organisation("Polar Kontor AS")
    agency_body = factories.organisation("Kartverksdirektoratet", "agency")
    audit_firm = factories.organisation("Revisor & Co", "auditor")
    people: dict[str, Any] = _staff(cpb) | _suppliers(nordvare, fjordtek, polar)
    people["agency"] = factories.user("agency@agency.example", (agency_body, Role.AGENCY), name="Aud Etat")
    people["auditor"] = factories.user("auditor@audit.example", (audit_firm, Role.AUDITOR), name="Rune Revisor")
    return Cast(
        cpb=cpb,
        nordvare=nordvare,
        fjordtek=fjordtek,
        polar=polar,
        agency_body=agency_body,
        audit_firm=audit_firm,
        **people,
        **_agreements(cpb, nordvare, fjordtek, polar, people),
    )


def _staff(cpb: Organisation) -> dict[str, User]:
    roles = {
        "admin": (Role.ADMINISTRATOR, "Ada Admin"),
        "section": (Role.SECTION_HEAD, "Solveig Seksjon"),
        "owner": (Role.OWNER, "Olav Eier"),
        "manager": (Role.MANAGER, "Maja Forvalter"),
        "deputy": (Role.DEPUTY, "Dag Stedfortreder"),
        "other_manager": (Role.MANAGER, "Mons Forvalter"),
        "specialist": (Role.SPECIALIST, "Siri Fag"),
        "reader": (Role.READER, "Leif Leser"),
    }
    return {key: factories.user(f"{key}@cpb.example", (cpb, role), name=name) for key, (role, name) in roles.items()}


def _suppliers(nordvare: Organisation, fjordtek: Organisation, polar: Organisation) -> dict[str, User]:
    return {
        "csr": factories.user("csr@nordvare.example", (nordvare, Role.MAIN_CONTACT), name="Nora Nordvare"),
        "sales": factories.user("sales@nordvare.example", (nordvare, Role.CONTRIBUTOR), name="Sven Salg"),
        "csr_fjordtek": factories.user(
            "csr@fjordtek.example", (fjordtek, Role.MAIN_CONTACT), (nordvare, Role.MAIN_CONTACT), name="Frida Fjord"
        ),
        "csr_polar": factories.user("csr@polar.example", (polar, Role.MAIN_CONTACT), name="Per Polar"),
    }


def _agreements(
    cpb: Organisation, nordvare: Organisation, fjordtek: Organisation, polar: Organisation, people: dict[str, User]
) -> dict[str, Any]:
    pc = factories.framework(cpb, "Fellesavtale for PC-utstyr", reference="SI-PC", mailbox="pc-avtalen@cpb.example")
    lot1, lot2 = factories.lot(pc, 1, "PC-klienter"), factories.lot(pc, 2, "Skjermer")
    factories.participation(pc, nordvare, lot1, rank=1)
    factories.participation(pc, nordvare, lot2, rank=1)
    factories.participation(pc, fjordtek, lot1, rank=2)
    factories.participation(pc, polar, lot2, rank=2)
    _name_roles(pc, cpb, owner=people["owner"], manager=people["manager"], deputy=people["deputy"])
    for supplier, user in ((nordvare, people["csr"]), (fjordtek, people["csr_fjordtek"]), (polar, people["csr_polar"])):
        factories.contact(supplier, user.person)
        factories.role(pc, supplier, "responsible", user.person)
    clause = factories.clause(pc)
    due_diligence = factories.requirement(pc, "Aktsomhetsvurderinger", clause=clause)
    environment = factories.requirement(pc, "Miljøledelse", lots=[lot1], theme="environment", kind="award_criterion")

    office = factories.framework(cpb, "Fellesavtale for forbruksmateriell", reference="SI-KONTOR")
    factories.participation(office, polar)
    _name_roles(office, cpb, owner=people["owner"], manager=people["other_manager"])
    factories.role(office, polar, "responsible", people["csr_polar"].person)
    factories.requirement(office, "Papir fra ansvarlig skogbruk", theme="environment")
    return {
        "pc": pc,
        "lot1": lot1,
        "lot2": lot2,
        "clause": clause,
        "due_diligence": due_diligence,
        "environment": environment,
        "office": office,
    }


def _name_roles(framework: Framework, cpb: Organisation, **users: User) -> None:
    for role, user in users.items():
        factories.role(framework, cpb, role, user.person)


@pytest.fixture(scope="module")
def shared_cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Of module scope, so that it begins before the transaction of the first test that needs it."""
    with django_db_blocker.unblock(), time_machine.travel(NOW - timedelta(minutes=1)):  # whatever a test adds sorts after it
        stage.build(build)
    yield
    with django_db_blocker.unblock():
        stage.clear()


@pytest.fixture
def cast(request: pytest.FixtureRequest, shared_cast: None) -> Cast:
    if not stage.has_real_transactions(request):
        request.getfixturevalue("db")
        found: Cast = stage.copy()
        return found
    request.getfixturevalue("transactional_db")
    stage.clear()
    return build()


class SignIn:
    """`sign_in(cast.manager)` gives a browser in which that person is signed in."""

    def __call__(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client


@pytest.fixture
def sign_in() -> SignIn:
    return SignIn()
