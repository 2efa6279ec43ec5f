"""Which requests and documents exist for you, and which need something."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When

from accounts.permissions import Action
from core import dates
from core.paging import Order, both_ways
from followup.searching import every_word
from notifications.audience import SUPPLIER_CHAIN
from notifications.models import Deadline, Delivery, PlannedStep

if TYPE_CHECKING:
    from accounts.models import User

ORDERS = both_ways(
    due_on=Order("deadline__due_on", "deadline__id", within=Q(deadline__kind="document_request")), created_at=Order("created_at")
)
"""How lists of requests can be read, on pages and in the API."""

AUDIT_ORDERS = both_ways(due_on=Order("planned_on"), created_at=Order("created_at"))
"""The same for audits, for those who know their days: our own staff and audit firms."""

TOLD_ORDERS = both_ways(due_on=Order("told_on"), created_at=Order("created_at"))
"""And as suppliers do: neither the order nor a cursor may tell the day of an audit that has a week only."""


def audit_orders(user: "User") -> dict[str, Order]:
    return TOLD_ORDERS if user.supplier_ids else AUDIT_ORDERS


OPEN = ("draft", "sent", "in_progress", "submitted", "returned")
WITH_SUPPLIER = ("sent", "in_progress", "returned")
UNDER_WAY = OPEN[1:]


class DocumentRequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees its own once they are sent; a draft is ours."""
        if user.works_here:
            return self
        return self.filter(supplier_id__in=user.supplier_ids).exclude(status="draft")

    def visible_by_date(self, user: "User") -> Self:
        """The same rows, for a list in order of due dates: said of the deadlines, whose indexes such a list is read along.

        Saying it of both would be right too, but PostgreSQL multiplies the chances, expects no rows, and sorts them all.
        """
        if user.works_here:
            return self
        return self.filter(deadline__organisation_id__in=user.supplier_ids).exclude(status="draft")

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def under_way(self) -> Self:
        """Sent and not finished: what is open apart from drafts, which only we know of."""
        return self.filter(status__in=UNDER_WAY)

    def with_supplier(self) -> Self:
        return self.filter(status__in=WITH_SUPPLIER)

    def overdue(self, today: date) -> Self:
        """Past the present round's date without a delivery. Late is a question, not a state."""
        return self.with_supplier().filter(deadline__due_on__lt=today)

    def not_reached(self) -> Self:
        """What was asked has reached nobody at the supplier: every mail about it failed or came back, or there was nobody to write to.

        A mail that is still waiting may get through. Who has opened a request on the portal, or answered it, was reached.
        """
        about = Delivery.objects.filter(about_id=OuterRef("pk"), organisation=OuterRef("supplier"), cancelled_at=None)
        failed, others = about.filter(message__status="failed"), about.exclude(message__status="failed")
        nobody = PlannedStep.objects.filter(deadline=OuterRef("deadline"), status="unreached", step__audience__in=SUPPLIER_CHAIN)
        opened = Deadline.objects.filter(about_id=OuterRef("pk"), seen_at__isnull=False)
        asked = self.exclude(status="draft").filter(submissions=None)
        return asked.filter(Exists(failed) | Exists(nobody), ~Exists(others), ~Exists(opened))

    def to_review(self) -> Self:
        return self.filter(status="submitted")

    def search(self, text: str) -> Self:
        """Every word somewhere in the title, the supplier's name, or the agreement's title or reference."""
        return every_word(self, text, "title", "supplier__name", "framework__title", "framework__reference")


class DocumentQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The supplier that sent it, and our staff once it is delivered. Restricted ones only to roles that may read those.

        An audit firm reads what was delivered on the requirements that its audits check.
        """
        if not user.works_here:
            mine = Q(supplier_id__in=user.supplier_ids)
            return self.filter(mine | self._of_audits(user.auditor_ids) if user.auditor_ids else mine)
        delivered = self.filter(delivered_at__isnull=False)
        return delivered if user.may(Action.DOCUMENT_READ_RESTRICTED) else delivered.filter(access="ordinary")

    def _of_audits(self, firms: list[UUID]) -> Q:
        """What audits of these firms rest on: never a restricted document, and nothing once an audit is called off."""
        audits = self.model._meta.apps.get_model("followup", "Audit").objects.made_by(firms)
        proofs = self.model._default_manager.filter(evidence__item__obligations__audits__in=audits)
        return Q(pk__in=proofs.values("pk"), delivered_at__isnull=False, access="ordinary")

    def usable_again(self, today: date) -> Self:
        """Delivered before and not expired: what a supplier can choose again instead of uploading."""
        return self.filter(delivered_at__isnull=False).exclude(valid_until__lt=today)


class RequestPartQuerySet(models.QuerySet[Any]):
    """For rows that hang on a request: attachments, questions, requests for time."""

    def visible_to(self, user: "User") -> Self:
        if user.works_here:
            return self
        return self.filter(request__supplier_id__in=user.supplier_ids).exclude(request__status="draft")


class RenewalQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees what runs out of its own."""
        return self if user.works_here else self.filter(supplier_id__in=user.supplier_ids)

    def running(self) -> Self:
        return self.filter(deadline__closed_at=None)


class SeriesQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """How we plan is ours; a supplier meets the requests."""
        return self if user.works_here else self.none()

    def with_next(self) -> Self:
        """With the day on which the next answer is due."""
        times = self.model._meta.get_field("occurrences").related_model.objects
        coming = times.filter(series=models.OuterRef("pk"), outcome="planned")
        return self.annotate(next_on=models.Subquery(coming.values("on")[:1]))


class ContactEntryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        if user.works_here:
            return self
        return self.filter(supplier_id__in=user.supplier_ids, is_internal=False)


class FormalNoticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees its own once they are sent; a draft, and what was never sent, are ours."""
        if user.works_here:
            return self
        return self.filter(supplier_id__in=user.supplier_ids, status__in=("sent", "answered", "closed"))

    def open(self) -> Self:
        return self.filter(status__in=("drafted", "sent", "answered"))

    def undecided(self) -> Self:
        """Sent, and a person of ours has not yet said what follows."""
        return self.filter(status__in=("sent", "answered"))

    def awaiting_reply(self) -> Self:
        return self.filter(status="sent")


class SanctionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees its own from the hearing on; nobody else outside sees any. What an agency must know is a suspension."""
        if user.works_here:
            return self
        return self.filter(supplier_id__in=user.supplier_ids, told_at__isnull=False)

    def seen_by(self, user: "User") -> Self:
        """Annotate `seen_status`: as the status, but that something is decided nobody at the supplier knows before it is told."""
        if user.works_here:
            return self.annotate(seen_status=F("status"))
        untold = Case(When(reply__submitted_at__isnull=False, then=Value("answered")), default=Value("heard"))
        return self.annotate(seen_status=Case(When(status="decided", then=untold), default=F("status"), output_field=models.CharField()))

    def open(self) -> Self:
        return self.exclude(status__in=("lifted", "ended", "not_imposed", "dropped"))

    def search(self, text: str) -> Self:
        """Every word somewhere in the supplier's name, or the agreement's title or reference."""
        return every_word(self, text, "supplier__name", "framework__title", "framework__reference")


class AuditQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees its own from the announcement, or from the report where nothing was announced; an audit firm its own."""
        if user.works_here:
            return self
        mine = Q(supplier_id__in=user.supplier_ids) & (Q(announced_at__isnull=False) | Q(status__in=("reported", "closed")))
        return self.filter(mine | Q(auditor_id__in=user.auditor_ids))

    def made_by(self, firms: list[UUID]) -> Self:
        """What these rest on, those firms may read; nothing of it once an audit is called off."""
        return self.filter(auditor_id__in=firms).exclude(status="cancelled")

    def with_findings_count(self) -> Self:
        return self.annotate(findings_count=Count("findings"))

    def under_way(self) -> Self:
        """Planned, announced, or held and waiting for its report."""
        return self.filter(status__in=("planned", "announced", "performed"))

    def reported(self) -> Self:
        return self.filter(status__in=("reported", "closed"))

    def search(self, text: str) -> Self:
        """Every word somewhere in the supplier's name, the agreement's title or reference, the site, the place or the scheme."""
        return every_word(
            self, text, "supplier__name", "framework__title", "framework__reference", "place", "site__name", "site_name", "scheme"
        )


FINDING_WITH_SUPPLIER = ("open", "plan_requested", "plan_accepted", "in_progress", "reopened")
FINDING_TO_JUDGE = ("disputed", "plan_submitted", "evidence_submitted")
REPEATED_WITHIN = 24
"""Months in which the same theme at the same supplier is found again."""


class FindingQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees its own once it is told; an audit firm those of its audits."""
        if user.works_here:
            return self
        mine = Q(supplier_id__in=user.supplier_ids, told_at__isnull=False)
        return self.filter(mine | Q(auditor_id__in=user.auditor_ids))

    def open(self) -> Self:
        return self.exclude(status="closed")

    def with_supplier(self) -> Self:
        """Told, and the supplier's turn."""
        return self.filter(status__in=FINDING_WITH_SUPPLIER, told_at__isnull=False)

    def to_mend(self) -> Self:
        """What a supplier has to do something about; good practice is praise."""
        return self.with_supplier().exclude(severity__code="good_practice")

    def with_next_on(self) -> Self:
        """`next_on`: the first day by which the supplier is to do something about it, which is mostly before it is put right."""
        due = Deadline.objects.open().filter(about_id=OuterRef("pk"), turn="supplier", waits_for_us=0)
        return self.annotate(next_on=Subquery(due.order_by("due_on").values("due_on")[:1]))

    def untold(self) -> Self:
        """Those that are to be told when the report of their audit is final."""
        return self.filter(told_at=None).exclude(status="closed")

    def to_judge(self) -> Self:
        return self.filter(status__in=FINDING_TO_JUDGE)

    def overdue(self, today: date) -> Self:
        """Should have been put right by now, and the supplier has not said that it is."""
        return self.with_supplier().filter(mend_by__lt=today)

    def unanswered(self, today: date) -> Self:
        """Something about it was due from the supplier before today, and it is not for us to answer first."""
        late = Deadline.objects.open().filter(about_id=OuterRef("pk"), turn="supplier", due_on__lt=today, waits_for_us=0)
        return self.with_supplier().filter(Exists(late))

    def of_weight(self) -> Self:
        """Neither praise nor withdrawn."""
        return self.exclude(outcome="withdrawn").exclude(severity__code="good_practice")

    def same_before(self, *, supplier: Any, theme: str, today: date, audit: Any = None) -> Self:
        """Where this theme was found at this supplier before, on any agreement: what a new finding may repeat.
        What the same `audit` found beside it is no repeat."""
        since = dates.add(today, -REPEATED_WITHIN, dates.Unit.MONTHS)
        rows = self.of_weight().filter(supplier=supplier, theme=theme, created_at__date__gte=since).exclude(theme="")
        return rows.exclude(audit=audit) if audit else rows

    def search(self, text: str) -> Self:
        return every_word(self, text, "text", "supplier__name", "framework__title")


class FindingPartQuerySet(models.QuerySet[Any]):
    """For our files about a finding."""

    def visible_to(self, user: "User") -> Self:
        if user.works_here:
            return self
        mine = Q(finding__supplier_id__in=user.supplier_ids, finding__told_at__isnull=False)
        return self.filter(mine | Q(finding__auditor_id__in=user.auditor_ids))
