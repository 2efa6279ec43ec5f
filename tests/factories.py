"""Rows for tests, made directly: what a test is about it does through the services or over HTTP, the rest comes from here.

Every factory takes what the test cares about and fills in the rest.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Contact, Membership, Organisation, Person, Scope, ScopeRole, User
from contracts.models import Clause, DeadlineRule, Framework, Lot, Obligation, Participation, Requirement, Theme
from followup.models import DocumentKind, DocumentRequest
from followup.services import asking, drafting
from notifications.models import QuietPeriod

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning without any holiday near."""

TODAY = date(2026, 3, 2)
PASSWORD = "correct horse battery staple"

_number = count(1)


def person(email: str, name: str = "", **fields: Any) -> Person:
    return Person.objects.create(email=email, name=name or email.split("@")[0].title(), created_at=NOW, **fields)


def user(email: str, *memberships: tuple[Organisation, str], name: str = "", **fields: Any) -> User:
    """Somebody who can sign in with PASSWORD, with a role in each of the organisations."""
    account = User.objects.create_user(email, PASSWORD, person=person(email, name, **fields), created_at=NOW)
    for organisation, role in memberships:
        Membership.objects.create(user=account, organisation=organisation, role=role, created_at=NOW)
    return account


def organisation(name: str, kind: str = "supplier", **fields: Any) -> Organisation:
    defaults = {"country": "NO", "identifier_scheme": "", "identifier": "", "created_at": NOW}
    return Organisation.objects.create(name=name, kind=kind, **{**defaults, **fields})


def framework(cpb: Organisation, title: str = "Fellesavtale", **fields: Any) -> Framework:
    """A signed agreement in the middle of its life, without lots or suppliers."""
    defaults = {
        "reference": f"SI-{next(_number):04}",
        "status": Framework.Status.SIGNED,
        "signed_on": TODAY - timedelta(days=400),
        "starts_on": TODAY - timedelta(days=370),
        "ends_on": TODAY + timedelta(days=720),
        "mailbox": "avtale@cpb.example",
        "created_at": NOW - timedelta(days=400),
    }
    return Framework.objects.create(scope=Scope.objects.create(name=title), organisation=cpb, title=title, **{**defaults, **fields})


def lot(framework: Framework, number: int, title: str = "") -> Lot:
    return Lot.objects.create(framework=framework, number=number, title=title or f"Delkontrakt {number}")


def participation(
    framework: Framework, supplier: Organisation, lot: Lot | None = None, rank: int | None = None, **fields: Any
) -> Participation:
    return Participation.objects.create(framework=framework, supplier=supplier, lot=lot, rank=rank, **fields)


def role(framework: Framework, organisation: Organisation, role: str, person: Person, **fields: Any) -> ScopeRole:
    return ScopeRole.objects.create(scope=framework.scope, organisation=organisation, role=role, person=person, **fields)


def contact(organisation: Organisation, person: Person, *, confirmed: bool = True, **fields: Any) -> Contact:
    return Contact.objects.create(
        organisation=organisation, person=person, created_at=NOW, confirmed_at=NOW if confirmed else None, **fields
    )


def clause(framework: Framework, *, offset: int = 6, unit: str = "weeks", anchor: str = "sent", **fields: Any) -> Clause:
    """A clause with one deadline rule."""
    defaults = {
        "title": "Ivaretakelse av grunnleggende menneskerettigheter",
        "version": "2022",
        "number": "2.1",
        "text": "Leverandøren skal på forespørsel legge frem dokumentasjon innen den fristen som er satt.",
        "created_at": NOW,
    }
    row = Clause.objects.create(framework=framework, **{**defaults, **fields})
    DeadlineRule.objects.create(clause=row, anchor=anchor, offset=offset, unit=unit)
    return row


def requirement(
    framework: Framework, title: str = "Aktsomhetsvurderinger", *, lots: Sequence[Lot] = (), clause: Clause | None = None, **fields: Any
) -> Requirement:
    """A requirement with an obligation for every supplier on the lots it covers."""
    defaults = {"theme": Theme.HUMAN_RIGHTS, "text": f"Leverandøren skal {title.lower()}.", "created_at": NOW}
    number = framework.requirements.count() + 1
    rule = clause.rules.first() if clause else None
    row = Requirement.objects.create(framework=framework, number=number, title=title, clause=clause, rule=rule, **{**defaults, **fields})
    row.lots.set(lots)
    bound = [p for p in framework.participations.select_related("supplier", "lot") if not lots or p.lot in lots]
    Obligation.objects.bulk_create(
        Obligation(requirement=row, framework=framework, supplier=p.supplier, lot=p.lot, created_at=NOW) for p in bound
    )
    return row


def document_kind(code: str = "proof", **fields: Any) -> DocumentKind:
    return DocumentKind.objects.create(code=code, name_nb=code, name_nn=code, name_en=code, **fields)


def document_request(
    framework: Framework,
    supplier: Organisation,
    actor: Any,
    *,
    items: Sequence[drafting.NewItem] = (),
    sent: bool = True,
    now: datetime = NOW,
    **fields: Any,
) -> DocumentRequest:
    """A request made through the services, sent unless said otherwise."""
    today = now.date()
    request = drafting.create(
        framework=framework,
        supplier=supplier,
        title=fields.pop("title", "Dokumentasjon på aktsomhetsvurderinger"),
        items=items,
        actor=actor,
        now=now,
        today=today,
        **fields,
    )
    if sent:
        asking.send(request=request, actor=actor, now=now, today=today)
    return request


def quiet_period(name: str, starts_on: date, ends_on: date, **fields: Any) -> QuietPeriod:
    return QuietPeriod.objects.create(name=name, starts_on=starts_on, ends_on=ends_on, created_at=NOW, **fields)
