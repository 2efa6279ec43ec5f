"""Figures for leadership. Each says of how many, and can open the rows behind it. Nothing here writes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import standings
from contracts.filters import STANDINGS
from contracts.models import Obligation, Theme
from core.models import History
from followup.models import DocumentRequest, Item, Round

SMALLEST_FOR_PERCENT = 5
"""Under five, a percentage says more than is known."""


@dataclass(frozen=True)
class Figure:
    """`part` of `whole`. `code` names the rows behind it."""

    code: str
    label: str | Promise
    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole >= SMALLEST_FOR_PERCENT else None


@dataclass(frozen=True)
class ThemeRow:
    """How the obligations on a theme stand. `total` also holds those that are waived or do not apply."""

    theme: str
    label: str
    total: int
    verified: int
    partly: int
    failed: int
    declared: int
    unknown: int

    @property
    def cells(self) -> list[tuple[str, str | Promise, int]]:
        """The parts in their order, each as the list of obligations calls it."""
        return [(part, label, getattr(self, part)) for part, label in STANDINGS]


def requests_of(user: User, framework: UUID | None = None) -> QuerySet[Any]:
    rows = DocumentRequest.objects.visible_to(user).exclude(status__in=("draft", "withdrawn"))
    return rows.filter(framework=framework) if framework else rows


def _first_rounds(requests: QuerySet[Any], today: date) -> QuerySet[Round]:
    """Those whose answer has come, or should have come by the date agreed on last. Whom nothing reached was not late."""
    late = Q(deadline__due_on__lt=today) & ~Q(request__in=requests.not_reached())  # type: ignore[attr-defined]
    answered = Q(submission__isnull=False) | late
    return Round.objects.filter(answered, number=1, request__in=requests)


ON_TIME: dict[str, tuple[str | Promise, Q]] = {
    "on_time_first_date": (_("On time by the first date"), Q(submission__received_on__lte=F("deadline__original_due_on"))),
    "on_time_agreed_date": (_("On time by the date agreed on last"), Q(submission__received_on__lte=F("deadline__due_on"))),
}


def on_time(requests: QuerySet[Any], today: date) -> list[Figure]:
    rounds = _first_rounds(requests, today)
    counted = rounds.aggregate(whole=Count("pk"), **{code: Count("pk", filter=test) for code, (_label, test) in ON_TIME.items()})
    return [Figure(code, label, counted[code], counted["whole"]) for code, (label, _test) in ON_TIME.items()]


def open_now(requests: QuerySet[Any], today: date) -> list[Figure]:
    """What lies with suppliers today. Silent is past the date without having begun, though something has reached the supplier."""
    unreached = Q(pk__in=requests.with_supplier().not_reached())  # type: ignore[attr-defined]
    counted = requests.with_supplier().aggregate(  # type: ignore[attr-defined]
        whole=Count("pk"),
        overdue=Count("pk", filter=Q(deadline__due_on__lt=today)),
        silent=Count("pk", filter=Q(deadline__due_on__lt=today, status="sent") & ~unreached),
        not_reached=Count("pk", filter=unreached),
    )
    return [
        Figure("overdue", _("Past the date"), counted["overdue"], counted["whole"]),
        Figure("silent", _("Past the date, and not begun"), counted["silent"], counted["whole"]),
        Figure("not_reached", _("Nothing has reached the supplier"), counted["not_reached"], counted["whole"]),
    ]


def verdicts(requests: QuerySet[Any]) -> list[Figure]:
    """Items accepted of those that were asked for and have been decided, in requests that are not open any more."""
    items = Item.objects.filter(request__in=_decided(requests))
    counted = items.aggregate(whole=Count("pk"), accepted=Count("pk", filter=Q(state=Item.State.ACCEPTED)))
    return [Figure("accepted", _("Items with accepted documentation"), counted["accepted"], counted["whole"])]


def _decided(requests: QuerySet[Any]) -> QuerySet[Any]:
    """Without those that reached nobody: they say nothing about the documentation."""
    return requests.filter(status__in=("accepted", "closed")).exclude(close_reason="not_reached")


RETURNED = Q(object_type="document_request", verb__in=("judge", "return"), changes__has_key="returned")
"""History of items found not good enough, one row a judgement."""


def returns(requests: QuerySet[Any]) -> list[Figure]:
    """Why documentation was sent back, most often first. One judgement may concern several items."""
    judged = History.objects.filter(RETURNED, object_id__in=requests.values("pk"))
    counted = dict(judged.values_list("changes__reason").annotate(count=Count("pk")).values_list("changes__reason", "count"))
    whole = sum(counted.values())
    figures = [Figure(f"returned_{code}", label, counted.get(code, 0), whole) for code, label in Item.Reason.choices]
    return sorted((figure for figure in figures if figure.part), key=lambda figure: -figure.part)


def themes(obligations: QuerySet[Any], today: date, user: User) -> list[ThemeRow]:
    """One row a theme; an obligation counts once, as what is best known of it. A check past its date is known no more, and
    what was found since comes before it."""
    totals = dict(obligations.values_list("requirement__theme").annotate(Count("pk")).order_by())
    shares = obligations.shares("requirement__theme", today, standings.overruling(user))  # type: ignore[attr-defined]
    return [ThemeRow(code, str(label), totals[code], **shares[code]) for code, label in Theme.choices if code in totals]


def obligations_of(user: User, today: date, framework: UUID | None = None) -> QuerySet[Any]:
    rows = Obligation.objects.visible_to(user).on(today).filter(requirement__withdrawn_on=None)
    return rows.filter(framework=framework) if framework else rows


# The rows behind a figure

Rows = Callable[[QuerySet[Any], date], QuerySet[Any]]


def rows_behind(code: str, requests: QuerySet[Any], today: date) -> QuerySet[Any] | None:
    """The requests that a figure counts; None when there is no such figure."""
    if code in ON_TIME:
        rounds = _first_rounds(requests, today).filter(ON_TIME[code][1])
        return requests.filter(pk__in=rounds.values("request"))
    if code.startswith("returned_"):
        judged = History.objects.filter(RETURNED, changes__reason=code.removeprefix("returned_"))
        return requests.filter(pk__in=judged.values("object_id"))
    tests: dict[str, Callable[[], QuerySet[Any]]] = {
        "overdue": lambda: requests.overdue(today),  # type: ignore[attr-defined]
        "silent": lambda: requests.overdue(today).filter(status="sent").exclude(pk__in=requests.not_reached()),  # type: ignore[attr-defined]
        "not_reached": lambda: requests.with_supplier().not_reached(),  # type: ignore[attr-defined]
        "accepted": lambda: _decided(requests).filter(items__state=Item.State.ACCEPTED).distinct(),
    }
    return tests[code]() if code in tests else None


def label_of(code: str) -> str:
    if code in ON_TIME:
        return str(ON_TIME[code][0])
    named: Iterable[tuple[str, Any]] = (
        ("overdue", _("Past the date")),
        ("silent", _("Past the date, and not begun")),
        ("not_reached", _("Nothing has reached the supplier")),
        ("accepted", _("Items with accepted documentation")),
        *((f"returned_{reason}", label) for reason, label in Item.Reason.choices),
    )
    return str(dict(named).get(code, code))
