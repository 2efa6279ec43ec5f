"""What is open with one supplier: each thing in one line, the most urgent first. The agenda of a meeting and the one-page pack read it."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, cast

from django.db.models import Min, Q
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from contracts.models import Framework, Option
from followup.models import Document, DocumentRequest, Finding, FormalNotice, MeetingAction, Sanction
from followup.models.findings import NO_DATE
from notifications.models import Turn

SOON = timedelta(days=60)
OPTION_WITHIN = timedelta(days=270)
MOST = 100
OWED = Q(clocks__deadline__turn=Turn.SUPPLIER, clocks__deadline__closed_at=None, clocks__deadline__waits_for_us=0)


class What(StrEnum):
    """In the order in which a meeting speaks of them."""

    FINDING = "finding"
    SANCTION = "sanction"
    NOTICE = "notice"
    REQUEST = "request"
    ACTION = "action"
    DOCUMENT = "document"
    OPTION = "option"


WORDS: dict[What, Promise] = {
    What.FINDING: gettext_lazy("Finding"),
    What.SANCTION: gettext_lazy("Sanction case"),
    What.NOTICE: gettext_lazy("Formal notice"),
    What.REQUEST: gettext_lazy("Documentation"),
    What.ACTION: gettext_lazy("Agreed in a meeting"),
    What.DOCUMENT: gettext_lazy("Document that runs out"),
    What.OPTION: gettext_lazy("Option"),
}


class Point(NamedTuple):
    """`due_on` is None where nothing is due; `state` is in words."""

    what: What
    title: str
    state: str
    due_on: date | None
    framework: Framework | None = None


def of(supplier: Organisation, *, framework: Framework | None = None, viewer: User, today: date) -> list[Point]:
    """On one agreement or on all of them, as far as the viewer sees. Seven queries, however much is open."""
    place: dict[str, Any] = {"supplier": supplier, **({"framework": framework} if framework else {})}
    found = [
        *_findings(place, viewer, today),
        *_sanctions(place, viewer),
        *_notices(place, viewer),
        *_requests(place, viewer),
        *_actions(place, viewer),
        *_documents(supplier, viewer, today),
        *_options(supplier, framework, viewer, today),
    ]
    order = list(What)
    return sorted(found, key=lambda point: (order.index(point.what), point.due_on or date.max))


def _findings(place: dict[str, Any], viewer: User, today: date) -> list[Point]:
    rows = Finding.objects.visible_to(viewer).open().filter(**place, told_at__isnull=False).exclude(severity__code="good_practice")
    rows = rows.annotate(owed_on=Min("clocks__deadline__due_on", filter=OWED)).select_related("framework", "severity")
    return [
        Point(What.FINDING, it.title, _state(it.severity, it), _late_or_last(it, today), it.framework)
        for it in rows.order_by("mend_by", "id")[:MOST]
    ]


def _late_or_last(it: Any, today: date) -> date | None:
    """Since when the supplier has been silent, else when it is to be put right."""
    if it.owed_on and it.owed_on < today:
        return cast("date", it.owed_on)
    return None if it.mend_by == NO_DATE else cast("date", it.mend_by)


def _state(severity: object, it: Finding) -> str:
    return f"{severity}, {it.get_status_display()}"


def _sanctions(place: dict[str, Any], viewer: User) -> list[Point]:
    rows = Sanction.objects.visible_to(viewer).open().filter(**place, told_at__isnull=False).select_related("framework", "reply_deadline")
    return [
        Point(
            What.SANCTION,
            capfirst(it.get_means_display()),
            it.get_status_display(),
            it.reply_deadline.due_on if it.status == Sanction.Status.HEARD and it.reply_deadline else None,
            it.framework,
        )
        for it in rows[:MOST]
    ]


def _notices(place: dict[str, Any], viewer: User) -> list[Point]:
    rows = FormalNotice.objects.visible_to(viewer).undecided().filter(**place).select_related("framework", "request")
    return [Point(What.NOTICE, it.request.title, it.get_status_display(), it.cure_on, it.framework) for it in rows[:MOST]]


def _requests(place: dict[str, Any], viewer: User) -> list[Point]:
    rows = DocumentRequest.objects.visible_to(viewer).under_way().filter(**place).select_related("framework", "deadline")
    rows = rows.order_by("deadline__due_on", "id")[:MOST]
    return [Point(What.REQUEST, it.title, it.get_status_display(), it.deadline.due_on, it.framework) for it in rows]


def _actions(place: dict[str, Any], viewer: User) -> list[Point]:
    about = {f"meeting__{name}": value for name, value in place.items()}
    rows = MeetingAction.objects.filter(**about, done_at=None, dropped_at=None, deadline__opened_at__isnull=False)
    rows = rows.select_related("meeting__framework", "deadline").order_by("deadline__due_on", "id")[:MOST]
    return [
        Point(What.ACTION, str(it), it.responsible or str(it.get_side_display()), it.deadline.due_on, it.meeting.framework) for it in rows
    ]


def _documents(supplier: Organisation, viewer: User, today: date) -> list[Point]:
    rows = Document.objects.visible_to(viewer).filter(supplier=supplier, valid_until__range=(today - SOON, today + SOON))
    rows = rows.filter(evidence__item__request__status__in=("accepted", "submitted", "returned", "in_progress")).distinct()
    return [Point(What.DOCUMENT, it.name, "", it.valid_until) for it in rows.order_by("valid_until", "id")[:MOST]]


def _options(supplier: Organisation, framework: Framework | None, viewer: User, today: date) -> list[Point]:
    """Those to be decided before long. What a supplier may be told of them a person decides, so only ours are asked."""
    if not viewer.works_here:
        return []
    mine = Framework.objects.visible_to(viewer).filter(participations__supplier=supplier)
    mine = mine.filter(pk=framework.pk) if framework else mine
    rows = Option.objects.filter(framework__in=mine.values("pk"), decision=Option.Decision.PENDING, deadline__closed_at=None)
    rows = rows.filter(deadline__due_on__lte=today + OPTION_WITHIN).select_related("framework", "deadline").order_by("deadline__due_on")
    return [
        Point(
            What.OPTION,
            _("no. %(number)d, %(months)d months") % {"number": it.number, "months": it.months},
            "",
            it.deadline.due_on,
            it.framework,
        )
        for it in rows[:MOST]
        if it.deadline
    ]
