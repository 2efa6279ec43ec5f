"""A new agreement that begins with what another one holds. Dates and states are never copied."""

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import ScopeRole
from contracts.models import Clause, DeadlineRule, Framework, Lot, Option, Participation, Requirement
from contracts.services import contacts, frameworks, stipulations
from core import history
from core.states import Actor

Row = TypeVar("Row", Clause, DeadlineRule, Requirement)
Lots = dict[UUID | None, Lot | None]
"""The copy of each lot, by the id of its original; None, the whole agreement, stays None."""


@transaction.atomic
def copy(
    *,
    source: Framework,
    reference: str,
    title: str,
    is_successor: bool,
    actor: Actor,
    today: date,
    now: datetime,
    with_suppliers: bool = True,
    with_requirements: bool = True,
) -> Framework:
    """A planned agreement with the source's lots and options and, as wished, requirements, suppliers, ranks, contacts."""
    details = frameworks.Details(
        reference=reference,
        title=title,
        description=source.description,
        cpv=list(source.cpv.all()),
        currency=source.currency,
        mailbox=source.mailbox,
        predecessor=source if is_successor else None,
    )
    framework = frameworks.create(details=details, actor=actor, today=today, now=now)
    lots = _lots(source, framework)
    _options(source, framework)
    if with_requirements:
        _requirements(source, framework, lots, now)
    if with_suppliers:
        _suppliers(source, framework, lots, today)
        _contacts(source, framework, today)
    stipulations.bind(framework=framework, today=today, now=now)
    history.record(actor=actor, now=now, verb="copy", about=framework, changes={"from": source.reference, "successor": is_successor})
    return framework


def _lots(source: Framework, framework: Framework) -> Lots:
    copies: Lots = {None: None}
    for lot in source.lots.all():
        copies[lot.pk] = Lot.objects.create(framework=framework, number=lot.number, title=lot.title, description=lot.description)
    return copies


def _options(source: Framework, framework: Framework) -> None:
    Option.objects.bulk_create(
        Option(framework=framework, number=each.number, months=each.months, kind=each.kind, notice_days=each.notice_days)
        for each in source.options.all()
    )


def _requirements(source: Framework, framework: Framework, lots: Lots, now: datetime) -> None:
    clauses: dict[UUID | None, Clause | None] = {None: None}
    rules: dict[UUID | None, DeadlineRule | None] = {None: None}
    for clause in source.clauses.prefetch_related("rules"):
        clauses[clause.pk] = _twin(clause, framework=framework, created_at=now)
        for rule in sorted(clause.rules.all(), key=lambda rule: rule.first_id is not None):  # the first forms first
            rules[rule.pk] = _twin(rule, clause=clauses[clause.pk], first=rules[rule.first_id])
    for requirement in source.requirements.filter(withdrawn_on=None).prefetch_related("lots"):
        clause, rule = clauses[requirement.clause_id], rules[requirement.rule_id]
        twin = _twin(requirement, framework=framework, clause=clause, rule=rule, valid_from=None, created_at=now)
        twin.lots.set([lots[lot.pk] for lot in requirement.lots.all()])


def _suppliers(source: Framework, framework: Framework, lots: Lots, today: date) -> None:
    """Those who take part today or will; where a change is already decided, with the rank or share that it gives."""
    latest = {(row.lot_id, row.supplier_id): row for row in source.participations.on(today).order_by(F("starts_on").asc(nulls_first=True))}
    Participation.objects.bulk_create(
        Participation(framework=framework, lot=lots[row.lot_id], supplier_id=row.supplier_id, rank=row.rank, share=row.share)
        for row in latest.values()
    )


def _contacts(source: Framework, framework: Framework, today: date) -> None:
    """The people are the same contacts; on the new agreement they have the same roles."""
    suppliers = {row.supplier_id for row in framework.participations.all()}
    held = ScopeRole.objects.on(today).filter(scope_id=source.pk, organisation__in=suppliers, role__in=contacts.SUPPLIER_ROLES)
    ScopeRole.objects.bulk_create(
        ScopeRole(scope_id=framework.pk, organisation_id=row.organisation_id, role=row.role, person_id=row.person_id, starts_on=today)
        for row in held
    )


def _twin(row: Row, **changed: object) -> Row:
    fields = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row).objects.create(**{**fields, **changed})
