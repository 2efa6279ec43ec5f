"""Where renewals are not what the proof says, though no service was called: an agreement that ended, a requirement that was
withdrawn, a check made anew. And what document kinds ask for again by themselves.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from itertools import chain

import structlog
from django.db import OperationalError
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from contracts.models import Framework, Obligation, Participation
from followup.models import DocumentRequest, Evidence, Item, Renewal
from followup.services.renewals import CHECKED, NOT_ASKED, AskAgain, End, Place, ask_by_itself, settle
from notifications.models import PlannedStep
from notifications.reminders import FAULTS

log = structlog.get_logger(__name__)


def sweep(*, today: date, now: datetime) -> int:
    """Settle what has changed, and ask again by itself where the document kind says so. Returns how much was done."""
    done = 0
    for place in _changed(today):
        done += _safely(place, partial(settle, place=place, today=today, now=now))
    for renewal in _to_ask(today):
        done += _safely(renewal.pk, partial(ask_by_itself, renewal, today=today, now=now))
    return done


def _safely(about: object, act: Callable[[], None]) -> bool:
    """One that is refused, or whose record is broken, does not stop the others; the next sweep tries again."""
    try:
        act()
    except OperationalError:  # the database went away: the next sweep does it all
        raise
    except FAULTS as error:
        log.error("renewal_refused", about=str(about), error=f"{type(error).__name__}: {error}")
        return False
    return True


def _changed(today: date) -> list[Place]:
    """Where a renewal is missing, or runs although it should not, or rests although it should run. Four queries."""
    found = chain(*(rows.values_list("framework", "supplier") for rows in (_missing_checks(today), _left_over(today), _resting(today))))
    of_documents = _missing_documents(today).values_list("item__request__framework", "item__request__supplier")
    return list(dict.fromkeys(Place(*pair) for pair in chain(of_documents, found)))


def _running(prefix: str, until: str, today: date) -> Q:
    """The agreement runs, and beyond the day on which the proof runs out."""
    signed = Q(**{f"{prefix}status": Framework.Status.SIGNED, f"{until}__gte": today})
    return signed & (Q(**{f"{prefix}expiry": None}) | Q(**{f"{prefix}expiry__due_on__gt": F(until)}))


def _bound(today: date, **outer: OuterRef) -> Exists:
    rows = Obligation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), requirement__withdrawn_on=None, **outer)
    return Exists(rows)


def _missing_documents(today: date) -> QuerySet[Evidence]:
    known = Renewal.objects.filter(document=OuterRef("document"), framework=OuterRef("item__request__framework"))
    later = Evidence.objects.filter(item=OuterRef("item"), submission__isnull=False, round_number__gt=OuterRef("round_number"))
    accepted = Evidence.objects.filter(item__state=Item.State.ACCEPTED, submission__isnull=False, submission__recalled_at=None)
    place = {"framework": OuterRef("item__request__framework"), "supplier": OuterRef("item__request__supplier")}
    binds = Q(_bound(today, items=OuterRef("item"))) | Q(Q(item__obligations=None), Exists(Participation.objects.on(today).filter(**place)))
    running = _running("item__request__framework__", "document__valid_until", today)
    return accepted.filter(running, binds).exclude(Exists(known)).exclude(Exists(later)).distinct()


def _missing_checks(today: date) -> QuerySet[Obligation]:
    until = OuterRef("valid_until")
    known = Renewal.objects.filter(Q(valid_until=until) | Q(document__isnull=False, valid_until__lte=until), obligations=OuterRef("pk"))
    checked = Obligation.objects.filter(_running("framework__", "valid_until", today), verified__in=CHECKED)
    return checked.filter(Q(valid_to=None) | Q(valid_to__gte=today), requirement__withdrawn_on=None).exclude(Exists(known)).distinct()


def _left_over(today: date) -> QuerySet[Renewal]:
    """Runs although the agreement is over, nothing binds any more, a check was made anew, or somebody has asked."""
    is_over = ~Q(framework__status=Framework.Status.SIGNED) | Q(framework__expiry__due_on__lt=today)
    unbound = Q(obligations__isnull=False) & ~Q(_bound(today, renewals=OuterRef("pk")))
    gone = Q(obligations=None) & ~Exists(_on_agreement(today))
    as_checked = Obligation.objects.filter(renewals=OuterRef("pk"), valid_until=OuterRef("valid_until"), verified__in=CHECKED)
    checked_anew = Q(document=None) & ~Exists(as_checked)
    asked = Q(request__isnull=False) & ~Q(request__status__in=NOT_ASKED)
    return Renewal.objects.running().filter(is_over | unbound | gone | checked_anew | asked).distinct()


def _resting(today: date) -> QuerySet[Renewal]:
    """Ended because it was asked for, and that was withdrawn; or because the agreement was to end before, and does not."""
    ended = Renewal.objects.filter(_running("framework__", "valid_until", today))
    again = Q(end=End.ASKED, request__status=DocumentRequest.Status.WITHDRAWN) | Q(end=End.OVER)
    return ended.filter(again, Q(_bound(today, renewals=OuterRef("pk"))) | Q(Q(obligations=None), Exists(_on_agreement(today)))).distinct()


def _on_agreement(today: date) -> QuerySet[Participation]:
    return Participation.objects.on(today).filter(framework=OuterRef("framework"), supplier=OuterRef("supplier"))


def _to_ask(today: date) -> QuerySet[Renewal]:
    """Whose first reminder has come, of kinds that ask again by themselves. What was asked once is not asked again."""
    come = PlannedStep.objects.filter(deadline=OuterRef("deadline"), on__lte=today)
    wanted = Renewal.objects.running().filter(Exists(come), request=None, valid_until__gte=today)
    wanted = wanted.exclude(document=None).exclude(document__kind=None).exclude(document__kind__asks_again=AskAgain.OFF)
    return wanted.select_related("framework__organisation", "supplier", "document__kind", "item__document_kind", "deadline__organisation")
