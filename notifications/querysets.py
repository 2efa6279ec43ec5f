"""Which deadlines, deliveries and notices exist for you, and which need something today."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from accounts.permissions import Action, Role

if TYPE_CHECKING:
    from accounts.models import User


class DeadlineQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees what it owes itself, once it has been asked; our own clocks are ours."""
        if user.works_here:
            return self
        return self.filter(organisation_id__in=user.supplier_ids, turn="supplier", opened_at__isnull=False)

    def open(self) -> Self:
        return self.filter(opened_at__isnull=False, closed_at=None)

    def tasks_of(self, user: "User") -> Self:
        """Open, and this person's turn: our own clocks on the agreements one is named on, or what one's supplier owes."""
        if user.works_here:
            return self.open().filter(turn="cpb", scope_id__in=list(user.scope_roles))
        return self.open().filter(turn="supplier")

    def in_calendar_of(self, user: "User", today: date) -> Self:
        """What stands in a person's own calendar: all that is open on the agreements one is named on. Of a supplier's people
        its main contacts have every agreement of theirs."""
        mine = self.visible_to(user).open()
        if user.works_here:
            return mine.filter(scope_id__in=list(user.scope_roles))
        named = Exists(user.person.scope_roles.on(today).filter(scope=OuterRef("scope"), organisation=OuterRef("organisation")))
        leads = [each.organisation_id for each in user.active_memberships if each.role == Role.MAIN_CONTACT]
        return mine.filter(Q(organisation_id__in=leads) | named)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)

    def due_by(self, day: date) -> Self:
        return self.open().filter(due_on__lte=day)

    def with_next_step(self) -> Self:
        """Annotate `next_step_on`: the day of the earliest step still planned."""
        steps = self.model._meta.get_field("steps").related_model
        coming = steps.objects.planned().filter(deadline=OuterRef("pk")).order_by("on").values("on")[:1]
        return self.annotate(next_step_on=Subquery(coming))


class PolicyQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """How we remind is ours to know."""
        return self if user.works_here else self.none()

    def with_latest(self) -> Self:
        """Annotate what new cases get: `number`, `changed_at` and `note` of the newest version, and how many steps it has."""
        versions = self.model._meta.get_field("versions").related_model.objects.filter(policy=OuterRef("pk")).order_by("-number")
        newest = {name: Subquery(versions.values(column)[:1]) for name, column in LATEST.items()}
        return self.annotate(**newest, steps=Subquery(versions.annotate(amount=Count("steps")).values("amount")[:1]))


LATEST = {"number": "number", "changed_at": "created_at", "note": "note", "changed_by": "created_by__person__name"}


class PlannedStepQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """What we are going to say to whom is ours to know."""
        return self if user.works_here else self.none()

    def planned(self) -> Self:
        return self.filter(status="planned")

    def due(self, today: date) -> Self:
        """Every step whose day has come, also those of nights that were missed."""
        return self.planned().filter(on__lte=today)

    def awaited(self, today: date) -> Self:
        """Of open deadlines that do not rest and where it is not the other side's turn."""
        return self.filter(
            Q(deadline__paused_until=None) | Q(deadline__paused_until__lte=today),
            deadline__opened_at__isnull=False,
            deadline__closed_at=None,
            deadline__waits_for_us=0,
        )


class DeliveryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees what it was told, and so does an audit firm."""
        if user.works_here:
            return self
        return self.filter(organisation_id__in=[*user.supplier_ids, *user.auditor_ids])

    def unbound(self) -> Self:
        """Waiting to be put into a message."""
        return self.filter(message=None, cancelled_at=None, held_at=None)

    def unsent(self) -> Self:
        """Not yet on its way, so that it can still be taken back."""
        return self.filter(Q(message=None) | Q(message__status__in=("pending", "retry")), cancelled_at=None)

    def held(self) -> Self:
        return self.filter(held_at__isnull=False, message=None, cancelled_at=None)

    def with_status(self) -> Self:
        """Annotate `status` and friends: they are the message's, or follow from the line where it has none yet."""
        return self.annotate(
            state=models.Case(
                models.When(cancelled_at__isnull=False, then=models.Value("cancelled")),
                models.When(message__isnull=False, then=F("message__status")),
                models.When(held_at__isnull=False, then=models.Value("held")),
                default=models.Value("pending"),
                output_field=models.CharField(),
            )
        )

    def in_state(self, state: str) -> Self:
        """Those whose `with_status` says so, asked of the columns: of the annotation no index knows anything."""
        if state == "cancelled":
            return self.filter(Q(cancelled_at__isnull=False) | Q(message__status=state))
        unbound = {"pending": Q(message=None, held_at=None), "held": Q(message=None, held_at__isnull=False)}
        return self.filter(unbound.get(state, Q()) | Q(message__status=state), cancelled_at=None)


class NoticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """An inbox is private: only the person's own, and only from organisations the person still belongs to."""
        return self.filter(Q(organisation=None) | Q(organisation_id__in=user.organisation_ids), person_id=user.person_id)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class WebhookQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Where we tell what is an administrator's to know."""
        return self if user.may(Action.POLICY_EDIT) else self.none()

    def active(self) -> Self:
        return self.filter(ended_at=None)

    def with_last_call(self) -> Self:
        """Annotate `last_call_at` and `last_call_status`."""
        calls = self.model._meta.get_field("calls").related_model.objects.filter(webhook=OuterRef("pk")).order_by("-created_at")
        return self.annotate(last_call_at=Subquery(calls.values("created_at")[:1]), last_call_status=Subquery(calls.values("status")[:1]))


class WebhookCallQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self if user.may(Action.POLICY_EDIT) else self.none()

    def waiting(self, now: datetime) -> Self:
        """To be called now: its time has come, nobody has it in hand, and its address is still told."""
        return self.filter(
            Q(leased_until=None) | Q(leased_until__lt=now), status__in=("pending", "retry"), not_before__lte=now, webhook__ended_at=None
        )
