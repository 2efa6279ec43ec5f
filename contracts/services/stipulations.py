"""What an agreement stipulates: clauses with their deadline rules, requirements, and who they bind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from contracts import binding
from contracts.models import Clause, DeadlineRule, Framework, Lot, Obligation, Requirement
from contracts.services import clause_means
from contracts.services.clause_means import Gives
from contracts.states import FRAMEWORK
from core import history, rows, states
from core.errors import FieldError, Invalid, WrongState
from core.states import Actor


@dataclass(frozen=True)
class Rule:
    """So many days, weeks or months, counted from an event; negative before it. With `valid_from` it is a later form of
    the rule that stands before it in the list, and takes over from that day on."""

    offset: int
    unit: str
    anchor: str = DeadlineRule.Anchor.SENT
    calendar: str = "NO"
    source: str = ""
    valid_from: date | None = None


class Wording(TypedDict, total=False):
    """What is written about a requirement."""

    theme: str
    convention: str
    kind: str
    level: str
    title: str
    text: str
    source_criterion: str
    source_version: str
    documentation: str
    valid_from: date | None
    clause: Clause | None
    rule: DeadlineRule | None


@transaction.atomic
def add_clause(
    *,
    framework: Framework,
    title: str,
    text: str,
    actor: Actor,
    now: datetime,
    number: str = "",
    version: str = "",
    source: str = "",
    rules: Sequence[Rule] = (),
    gives: Gives | None = None,
) -> Clause:
    """Type in a clause as it stands in the agreement; `gives`, what it lets us do when it is broken."""
    states.check(FRAMEWORK, framework, "stipulate", actor=actor)
    _must_be_written(title=title, text=text)
    clause = Clause.objects.create(
        framework=framework,
        title=title.strip(),
        text=text,
        number=number.strip(),
        version=version.strip(),
        source=source.strip(),
        created_at=now,
        **clause_means.checked(gives or {}),
    )
    _write_rules(clause, rules)
    history.record(actor=actor, now=now, verb="create", about=clause, changes={"title": clause.title, "rules": len(rules)})
    return clause


@transaction.atomic
def edit_clause(
    *,
    clause: Clause,
    title: str,
    text: str,
    number: str,
    version: str,
    source: str,
    rules: Sequence[Rule] | None,
    actor: Actor,
    now: datetime,
    gives: Gives | None = None,
) -> None:
    """Change its words and what it gives; without `rules` its deadlines stay.

    Only before a requirement rests on it; after that the text is what was agreed, and only what it gives may be written down.
    """
    rows.lock(clause)
    states.check(FRAMEWORK, clause.framework, "stipulate", actor=actor)
    if is_clause_frozen(clause):
        raise WrongState(_("Requirements rest on this clause, so its text is frozen. Add the new version as a clause of its own."))
    _must_be_written(title=title, text=text)
    fields = {"title": title.strip(), "text": text, "number": number.strip(), "version": version.strip(), "source": source.strip()}
    fields |= clause_means.checked(gives or {}, clause)
    difference = history.difference(clause, fields)
    rows.write(clause, **fields)
    if rules is not None:
        clause.rules.all().delete()
        _write_rules(clause, rules)
        difference["rules"] = len(rules)
    history.record(actor=actor, now=now, verb="edit", about=clause, changes=difference)


def is_clause_frozen(clause: Clause) -> bool:
    return clause.requirements.exists()


@transaction.atomic
def add_rule(*, clause: Clause, rule: Rule, actor: Actor, now: datetime, first: DeadlineRule | None = None) -> DeadlineRule:
    """A deadline that the clause also gives, or (with `valid_from` and `first`) another form of one that it has.

    Requirements that rest on another of its rules keep theirs; dates that have been given stand.
    """
    rows.lock(clause)
    states.check(FRAMEWORK, clause.framework, "stipulate", actor=actor)
    if first and (first.clause_id != clause.pk or first.first_id is not None):
        raise Invalid.one("first", "other_clause", _("The deadline rule belongs to another clause."))
    if first and first.later.filter(valid_from=rule.valid_from).exists():
        raise Invalid.one("valid_from", "duplicate", _("Two forms of the same rule apply from the same day."))
    (row,) = _write_rules(clause, [rule], first)
    history.record(actor=actor, now=now, verb="add_rule", about=clause, changes={"rule": vars(rule)})
    return row


@transaction.atomic
def stipulate(*, framework: Framework, wording: Wording, actor: Actor, today: date, now: datetime, lots: Sequence[Lot] = ()) -> Requirement:
    """Add a requirement; without lots it covers the whole agreement. It binds every supplier on them at once."""
    rows.lock(framework)
    states.check(FRAMEWORK, framework, "stipulate", actor=actor)
    _check_wording(framework, wording, lots)
    number = (framework.requirements.aggregate(Max("number"))["number__max"] or 0) + 1
    requirement = Requirement.objects.create(framework=framework, number=number, created_at=now, **wording)
    requirement.lots.set(lots)
    history.record(actor=actor, now=now, verb="create", about=requirement, changes={"title": requirement.title, "lots": _numbers(lots)})
    bind(framework=framework, today=today, now=now)
    return requirement


@transaction.atomic
def edit(
    *, requirement: Requirement, wording: Wording, actor: Actor, today: date, now: datetime, lots: Sequence[Lot] | None = None
) -> None:
    """The stipulated text is frozen once anything rests on it; where it comes from, what proves it and its rule are not."""
    rows.lock(requirement)
    states.check(FRAMEWORK, requirement.framework, "stipulate", actor=actor)
    _must_stand(requirement)
    _check_wording(requirement.framework, wording, lots or (), partly=True)
    difference = history.difference(requirement, dict(wording))
    before = list(requirement.lots.all())
    if lots is not None and {lot.pk for lot in lots} != {lot.pk for lot in before}:
        difference["lots"] = [_numbers(before), _numbers(lots)]
    if FROZEN & difference.keys() and is_frozen(requirement):
        raise WrongState(_("Something already rests on this requirement, so its text is frozen. Withdraw it and add it anew."))
    if not difference:
        return
    rows.write(requirement, **wording)
    if "lots" in difference:
        requirement.lots.set(lots or ())
    history.record(actor=actor, now=now, verb="edit", about=requirement, changes=difference)
    bind(framework=requirement.framework, today=today, now=now)


FROZEN = frozenset({"theme", "convention", "kind", "level", "title", "text", "lots"})


def is_frozen(requirement: Requirement) -> bool:
    """Whether a promise was made about it, or anything at all points to one of its obligations: a check, a request."""
    bound = requirement.obligations.all()
    if bound.filter(~Q(promised_text="") | Q(promised_value__isnull=False)).exists():
        return True
    pointing = (relation.field for relation in Obligation._meta.related_objects)
    return any(field.model._base_manager.filter(**{f"{field.name}__in": bound}).exists() for field in pointing)


@transaction.atomic
def withdraw(*, requirement: Requirement, reason: str, actor: Actor, today: date, now: datetime) -> None:
    """It binds nobody after today. What was judged until then stays."""
    rows.lock(requirement)
    states.check(FRAMEWORK, requirement.framework, "stipulate", actor=actor)
    _must_stand(requirement)
    if not reason.strip():
        raise Invalid.one("reason", "required", _("Write a sentence that says why."))
    rows.write(requirement, withdrawn_on=today)
    history.record(actor=actor, now=now, verb="withdraw", about=requirement, changes={"reason": reason.strip()})
    bind(framework=requirement.framework, today=today, now=now)


@transaction.atomic
def bind(*, framework: Framework, today: date, now: datetime) -> None:
    """Make the obligations say who is bound by what, from and to. The one place that creates and ends them."""
    rows.lock(framework)
    requirements = list(framework.requirements.prefetch_related("lots"))
    terms = binding.terms(requirements, list(framework.participations.all()))
    standing = {each.pk for each in requirements if each.withdrawn_on is None}
    existing = {binding.key(row): row for row in framework.obligations.all()}
    Obligation.objects.bulk_create(
        Obligation(
            framework=framework,
            requirement_id=key.requirement,
            supplier_id=key.supplier,
            lot_id=key.lot,
            valid_from=term.starts_on,
            valid_to=term.ends_on,
            created_at=now,
        )
        for key, term in terms.items()
        if key not in existing and term.reaches(today) and key.requirement in standing
    )
    moved = []
    for key, row in existing.items():
        term = binding.changed(row, terms.get(key), today)
        if term != (row.valid_from, row.valid_to):
            row.valid_from, row.valid_to = term
            moved.append(row)
    Obligation.objects.bulk_update(moved, ["valid_from", "valid_to"], batch_size=500)


def _write_rules(clause: Clause, rules: Sequence[Rule], first: DeadlineRule | None = None) -> list[DeadlineRule]:
    made: list[DeadlineRule] = []
    for rule in rules:
        _check_rule(rule, first, made)
        row = DeadlineRule.objects.create(clause=clause, first=first if rule.valid_from else None, **vars(rule))
        first = row if rule.valid_from is None else first
        made.append(row)
    return made


def _check_rule(rule: Rule, first: DeadlineRule | None, made: Sequence[DeadlineRule]) -> None:
    lowest = -1000 if rule.anchor in DeadlineRule.BEFORE else 0
    if not lowest <= rule.offset <= 1000:
        raise Invalid.one("offset", "range", _("A deadline is from 0 to 1000 days, weeks or months."))
    if rule.valid_from and first is None:
        raise Invalid.one("valid_from", "without_former", _("The first form of a rule applies from the beginning. Leave the day empty."))
    if rule.valid_from and any(row.first_id == first.pk and row.valid_from == rule.valid_from for row in made):  # type: ignore[union-attr]
        raise Invalid.one("valid_from", "duplicate", _("Two forms of the same rule apply from the same day."))


def _must_be_written(**texts: str) -> None:
    errors = [FieldError(name, "required", _("Fill in this field.")) for name, text in texts.items() if not text.strip()]
    if errors:
        raise Invalid(errors)


def _must_stand(requirement: Requirement) -> None:
    if requirement.withdrawn_on is not None:
        raise WrongState(_("This requirement has been withdrawn."))


def _check_wording(framework: Framework, wording: Wording, lots: Sequence[Lot], *, partly: bool = False) -> None:
    texts = {name: wording.get(name, "" if not partly else "-") for name in ("title", "text")}
    _must_be_written(**texts)  # type: ignore[arg-type]
    errors = []
    clause, rule = wording.get("clause"), wording.get("rule")
    if any(lot.framework_id != framework.pk for lot in lots):
        errors.append(FieldError("lots", "other_agreement", _("The lot belongs to another agreement.")))
    if clause and clause.framework_id != framework.pk:
        errors.append(FieldError("clause", "other_agreement", _("The clause belongs to another agreement.")))
    if rule and rule.first_id is not None:
        errors.append(FieldError("rule", "later_form", _("Choose the rule itself, not one of its later forms.")))
    elif rule and (clause is None or rule.clause_id != clause.pk):
        errors.append(FieldError("rule", "other_clause", _("The deadline rule belongs to another clause.")))
    if errors:
        raise Invalid(errors)


def _numbers(lots: Sequence[Lot]) -> list[int]:
    return sorted(lot.number for lot in lots)
