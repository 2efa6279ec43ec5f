"""Who is who in the demo world. None of them exists."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import SYSTEM, Contact, Membership, Organisation, Person, User
from accounts.permissions import Role
from contracts.services import organisations


@dataclass(frozen=True)
class Cast:
    """People by the part of their address before the domain, organisations by a short name."""

    users: dict[str, User]
    organisations: dict[str, Organisation]

    def person(self, key: str) -> Person:
        return self.users[key].person


ORGANISATIONS = {
    # key: name, kind, country, register, number. The numbers have right check digits and a first digit that the register never gives.
    "kart": ("Kartdirektoratet", "agency", "NO", "", ""),
    "innsjo": ("Innsjødirektoratet", "agency", "NO", "", ""),
    "flom": ("Flomtilsynet", "agency", "NO", "", ""),
    "revisor": ("Granskerne AS", "auditor", "NO", "", ""),
    "nordvare": ("Nordvare AS", "supplier", "NO", "NO-BRC", "123456785"),
    "fjordtek": ("Fjordtek AS", "supplier", "NO", "NO-BRC", "123456009"),
    "bergdata": ("Bergdata AS", "supplier", "NO", "", ""),
    "polar": ("Polar Kontor AS", "supplier", "NO", "", ""),
    "papirhuset": ("Papirhuset AS", "supplier", "NO", "", ""),
    "furuheim": ("Furuheim Møbler AS", "supplier", "NO", "", ""),
    "lotus": ("Lotus Furniture Co., Ltd.", "supplier", "VN", "VN-BRC", "0312345678"),
    "blank": ("Blank & Rein AS", "supplier", "NO", "", ""),
    "renhold": ("Renholdskompaniet AS", "supplier", "NO", "", ""),
}

PEOPLE: dict[str, tuple[str, str, str, list[tuple[str, str]]]] = {
    # key: address, name, language, [(organisation, role)]
    "admin": ("admin@cpb.example", "Astrid Moen", "nb", [("cpb", Role.ADMINISTRATOR)]),
    "section": ("section@cpb.example", "Svein Haugland", "nb", [("cpb", Role.SECTION_HEAD)]),
    "owner": ("owner@cpb.example", "Oda Lunde", "nb", [("cpb", Role.OWNER)]),
    "manager": ("manager@cpb.example", "Marte Solberg", "nb", [("cpb", Role.MANAGER)]),
    "deputy": ("deputy@cpb.example", "Daniel Vik", "nn", [("cpb", Role.DEPUTY)]),
    "specialist": ("specialist@cpb.example", "Sunniva Aas", "nb", [("cpb", Role.SPECIALIST)]),
    "reader": ("reader@cpb.example", "Leif Brekke", "nb", [("cpb", Role.READER)]),
    "agency": ("agency@agency.example", "Anne Etne", "nb", [("kart", Role.AGENCY)]),
    "auditor": ("auditor@audit.example", "Rolf Granli", "en", [("revisor", Role.AUDITOR)]),
    "csr": ("csr@nordvare.example", "Nina Nordal", "nb", [("nordvare", Role.MAIN_CONTACT)]),
    "sales": ("sales@nordvare.example", "Simen Sand", "nb", [("nordvare", Role.CONTRIBUTOR)]),
    "csr-fjordtek": (
        "csr@fjordtek.example",
        "Frøydis Fjeld",
        "nn",
        [("fjordtek", Role.MAIN_CONTACT), ("nordvare", Role.MAIN_CONTACT)],
    ),
    "csr-polar": ("csr@polar.example", "Petter Ishavn", "nb", [("polar", Role.MAIN_CONTACT)]),
}

CONTACTS_WITHOUT_ACCOUNT = {
    "bergdata": ("miljo@bergdata.example", "Bente Berg", "nb"),
    "papirhuset": ("kvalitet@papirhuset.example", "Pål Papir", "nb"),
    "furuheim": ("baerekraft@furuheim.example", "Gro Furu", "nn"),
    "lotus": ("compliance@lotus.example", "Nguyen Thi Lan", "en"),
    "blank": ("post@blank.example", "Bjørg Blank", "nb"),
}
"""Renholdskompaniet has nobody, on purpose: a request to it stays a draft and says why."""


def build(*, password: str, now: datetime) -> Cast:
    found = {"cpb": _central_body(now)}
    for key, (name, kind, country, scheme, number) in ORGANISATIONS.items():
        found[key] = organisations.create(
            name=name, kind=kind, country=country, identifier_scheme=scheme, identifier=number, actor=SYSTEM, now=now
        )
    hashed = make_password(password)  # once for all: it is slow on purpose
    users = {key: _user(*entry, found, hashed, now) for key, entry in PEOPLE.items()}
    for key, (email, name, language) in CONTACTS_WITHOUT_ACCOUNT.items():
        person = Person.objects.create(email=email, name=name, language=language, created_at=now)
        _confirm(found[key], person, now)
    return Cast(users, found)


def _central_body(now: datetime) -> Organisation:
    body = Organisation.objects.filter(kind=Organisation.Kind.CPB).first()
    number = {"identifier_scheme": organisations.NORWEGIAN, "identifier": "123456017"}
    about = {"name": settings.ORGANISATION_NAME, "kind": Organisation.Kind.CPB, "country": "NO", "created_at": now}
    return body or Organisation.objects.create(**about, **number)


def _user(
    email: str, name: str, language: str, roles: list[tuple[str, str]], found: dict[str, Organisation], hashed: str, now: datetime
) -> User:
    phone = "+47 22 00 00 00" if email.endswith("@cpb.example") else ""
    person = Person.objects.create(email=email, name=name, language=language, phone=phone, created_at=now)
    user = User.objects.create(email=email, password=hashed, person=person, created_at=now)
    for key, role in roles:
        Membership.objects.create(user=user, organisation=found[key], role=role, created_at=now)
        if found[key].kind == Organisation.Kind.SUPPLIER:
            _confirm(found[key], person, now)
    return user


def _confirm(organisation: Organisation, person: Person, now: datetime) -> None:
    Contact.objects.create(organisation=organisation, person=person, source=Contact.Source.TYPED, created_at=now, confirmed_at=now)
