"""How the queue is doing, in figures: for the page that administrators open when mail seems to stand still."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from notifications import health, set_aside
from notifications.models import Delivery, Message, PlannedStep, SweepRun

LOOKS_BACK = timedelta(days=7)
MOST_DOMAINS = 20
SHOWN = 20
Status = Message.Status
TROUBLE = (Status.FAILED, Status.RETRY, Status.UNCERTAIN)


@dataclass(frozen=True)
class Domain:
    """A mail server by the part after the @: how many mails failed there or are tried again, and what it said last."""

    name: str
    failed: int
    waiting: int
    error: str


@dataclass(frozen=True)
class Queue:
    oldest: datetime | None
    unbound: int
    held: int
    statuses: list[tuple[str, int]]
    domains: list[Domain]
    sweeps: list[SweepRun]
    faults: list[str]
    set_aside: list[PlannedStep]
    more_set_aside: int


def look(*, now: datetime) -> Queue:
    """The last seven days, and whatever still waits from before. A handful of queries, whatever the size of the log."""
    aside = set_aside.steps()
    shown = list(aside[:SHOWN])
    return Queue(
        oldest=_oldest(now),
        unbound=Delivery.objects.unbound().count(),
        held=Delivery.objects.held().count(),
        statuses=_statuses(now),
        domains=_domains(now),
        sweeps=list(SweepRun.objects.order_by("-started_at")[:10]),
        faults=[fault for check in health.CHECKS.values() if (fault := check())],
        set_aside=shown,
        more_set_aside=aside.count() - SHOWN if len(shown) == SHOWN else 0,
    )


def _oldest(now: datetime) -> datetime | None:
    """Since when the longest-waiting mail that might have left by now has waited."""
    waiting = Message.objects.filter(status__in=(Status.PENDING, Status.RETRY, Status.UNCERTAIN, Status.SENDING), not_before__lte=now)
    found: datetime | None = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    return found


def _statuses(now: datetime) -> list[tuple[str, int]]:
    recent = Q(created_at__gte=now - LOOKS_BACK) | Q(status__in=(Status.PENDING, Status.RETRY, Status.UNCERTAIN, Status.SENDING))
    counted = dict(Message.objects.filter(recent).values_list("status").annotate(amount=Count("id")).order_by())
    return [(status, counted[status]) for status in Status.values if counted.get(status)]


def _domains(now: datetime) -> list[Domain]:
    rows = _in_trouble(now).values("domain").annotate(failed=Count("id", filter=Q(status=Status.FAILED)), all=Count("id"))
    worst = list(rows.order_by("-all", "domain")[:MOST_DOMAINS])
    said = _last_errors(now, [row["domain"] for row in worst])
    return [Domain(row["domain"], row["failed"], row["all"] - row["failed"], said.get(row["domain"], "")) for row in worst]


def _in_trouble(now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(status__in=TROUBLE, created_at__gte=now - LOOKS_BACK).exclude(error="")


def _last_errors(now: datetime, domains: list[str]) -> dict[str, str]:
    rows = _in_trouble(now).filter(domain__in=domains).order_by("created_at").values_list("domain", "error")
    return dict(rows)
