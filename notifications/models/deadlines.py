"""Deadlines, and the ladder of reminders that hangs on them."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person, Scope, ScopeRole, User
from core.dates import Unit
from core.models import Record
from notifications import ladders
from notifications.querysets import DeadlineQuerySet, PlannedStepQuerySet, PolicyQuerySet

UNITS = [
    (Unit.DAYS.value, _("days")),
    (Unit.WORKING_DAYS.value, _("working days")),
    (Unit.WEEKS.value, _("weeks")),
    (Unit.MONTHS.value, _("months")),
]


class DeadlineKind(models.TextChoices):
    """What is chased. `notifications/kinds.py` knows the page of each."""

    DOCUMENT_REQUEST = "document_request", _("document request")
    DOCUMENT_REVIEW = "document_review", _("review of documentation")
    QUESTION = "question", _("question from a supplier")
    TIME_REQUEST = "time_request", _("request for more time")
    FORMAL_NOTICE = "formal_notice", _("formal notice to draft")
    FOLLOW_UP = "follow_up", _("something for us to do")
    OPTION_NOTICE = "option_notice", _("notice deadline of an option")
    AGREEMENT_EXPIRY = "agreement_expiry", _("end of an agreement")
    RENEWAL = "renewal", _("renewal of documentation")
    FORMAL_REPLY = "formal_reply", _("reply to a formal notice")
    AUDIT = "audit", _("audit to carry out")
    FINDING_RESPONSE = "finding_response", _("first answer to a finding")
    FINDING_PLAN = "finding_plan", _("action plan for a finding")
    FINDING_CORRECTION = "finding_correction", _("a finding to put right")
    CORRECTIVE_ACTION = "corrective_action", _("action of a plan")
    FINDING_JUDGEMENT = "finding_judgement", _("answer about a finding to judge")
    FINDING_MEETING = "finding_meeting", _("meeting about a critical finding")
    FINDING_EFFECT = "finding_effect", _("check whether it helped")
    SANCTION_REPLY = "sanction_reply", _("reply before a sanction is decided")
    AUDIT_REPORT = "audit_report", _("audit report to write")
    REPORT_COMMENTS = "report_comments", _("comments on a draft audit report")
    REPORT_ANSWER = "report_answer", _("audit report to finish")
    MEETING = "meeting", _("meeting to hold and write minutes of")
    MINUTES = "minutes", _("minutes to confirm")
    MINUTES_OBJECTION = "minutes_objection", _("objection to minutes")
    MEETING_ACTION = "meeting_action", _("action agreed in a meeting, the supplier's")
    MEETING_TASK = "meeting_task", _("action agreed in a meeting, ours")
    AGENCY_REPORT = "agency_report", _("report from an agency to answer")
    SHARING_CONSENT = "sharing_consent", _("consent to sharing results")


class Turn(models.TextChoices):
    SUPPLIER = "supplier", _("the supplier")
    CPB = "cpb", _("us")


class ReminderPolicy(Record):
    """A ladder for one kind of deadline. Its steps belong to its versions; running cases keep theirs."""

    code = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=DeadlineKind)
    name = models.CharField(max_length=200)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder policy")

    def __str__(self) -> str:
        return self.name

    scope_id = organisation_id = None


class PolicyVersion(Record):
    """What a policy says from some day on. Never edited once it is in use: a change is the next version.

    `created_by` is None for what the product came with. A limit that is None does not limit.
    """

    policy = models.ForeignKey(ReminderPolicy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("why it was changed"), max_length=300, blank=True)
    moves_to_working_day = models.BooleanField(
        _("a computed date that falls on a day off for either side moves to the next day that is working for both"), default=True
    )
    most_extensions = models.PositiveSmallIntegerField(_("how often more time may be granted"), null=True, blank=True, default=2)
    longest_extension = models.PositiveSmallIntegerField(
        _("how many days in all, counted from the original date"), null=True, blank=True, default=60
    )
    beyond_limits = models.CharField(_("who may grant more"), max_length=20, choices=ScopeRole.Role, default=ScopeRole.Role.OWNER)
    own_offset = models.PositiveSmallIntegerField(
        _("how long we give ourselves"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    own_unit = models.CharField(_("counted in"), max_length=12, choices=UNITS, default=Unit.WORKING_DAYS.value)

    class Meta:
        verbose_name = _("version of a policy")
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"{self.policy} {self.number}"

    @property
    def own_time(self) -> tuple[int, str] | None:
        """How long we have, with its unit. None for a kind whose date comes from elsewhere."""
        return ladders.OWN_TIME.get(self.policy.kind) if self.own_offset is None else (self.own_offset, self.own_unit)


class ReminderStep(Record):
    """One rung for one audience. A rung that tells three roles is three rows."""

    class Anchor(models.TextChoices):
        START = "start", _("when it was sent")
        DUE = "due", _("the due date")

    class Opens(models.TextChoices):
        """What a step opens for a person instead of mailing by itself."""

        NOTHING = "", _("nothing")
        FORMAL_NOTICE = "formal_notice", _("a task with a drafted letter")
        TASK = "task", _("a task for us")

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="steps")
    rung = models.PositiveSmallIntegerField()
    anchor = models.CharField(max_length=5, choices=Anchor)
    offset = models.SmallIntegerField()
    unit = models.CharField(max_length=12, choices=UNITS, default=Unit.DAYS.value)
    audience = models.CharField(max_length=20, choices=ScopeRole.Role)
    kind = models.CharField(max_length=40, help_text="A name from the catalogue in notifications/kinds.py.")
    only_if_unseen = models.BooleanField(default=False)
    opens = models.CharField(max_length=16, choices=Opens, blank=True, help_text="A task for a person; the step never mails by itself.")

    class Meta:
        verbose_name = _("reminder step")
        ordering = ["rung", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "rung", "audience"], name="reminder_step_once")]

    def __str__(self) -> str:
        return f"{self.kind} → {self.audience}"


class Deadline(Record):
    """The only home of a due date. What owes it points here with a OneToOne.

    `about_id` is the row whose page a reader is sent to; `kind` tells which page. `organisation` owes it.
    `brief` is what a mail says without asking the domain: agreement, supplier, title, clause, items still missing;
    the service that changes any of it writes it anew. A deadline that is prepared but not opened (`opened_at` is
    None: a draft) has no steps and is nobody's task yet. `starts_on` is the day the ladder counts from.
    """

    kind = models.CharField(max_length=20, choices=DeadlineKind)
    about_id = models.UUIDField()
    title = models.CharField(max_length=300)
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="deadlines", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    turn = models.CharField(max_length=8, choices=Turn)
    starts_on = models.DateField()
    due_on = models.DateField()
    original_due_on = models.DateField()
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, null=True, related_name="deadlines")
    brief = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    paused_until = models.DateField(null=True, help_text="Reminders to the supplier rest until this day.")
    taken_until = models.DateField(null=True, help_text="Somebody has said “I have this”: nobody higher up is told until after this day.")
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    waits_for_us = models.PositiveSmallIntegerField(default=0, help_text="Open questions; while there are any nobody is reminded.")
    moved_at = models.DateTimeField(null=True)
    times_moved = models.PositiveSmallIntegerField(default=0, help_text="What calendars know as the revision of an entry.")

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        # A page is read along one of these: by date and by creation, of everything, of a kind, of who owes it, of an agreement.
        # With the kind because lists of requests are lists of one kind: without it PostgreSQL sorts them (docs/benchmarks.md).
        indexes = [
            models.Index(fields=["due_on", "id"], name="deadline_due"),
            models.Index(fields=["created_at", "id"], name="deadline_created"),
            models.Index(fields=["kind", "due_on", "id"], name="deadline_kind_due"),
            models.Index(fields=["kind", "created_at", "id"], name="deadline_kind_created"),
            models.Index(fields=["organisation", "due_on", "id"], name="deadline_org_due"),
            models.Index(fields=["organisation", "kind", "due_on", "id"], name="deadline_org_kind_due"),
            models.Index(fields=["organisation", "created_at", "id"], name="deadline_org_created"),
            models.Index(fields=["scope", "due_on", "id"], name="deadline_scope_due"),
            models.Index(fields=["scope", "kind", "due_on", "id"], name="deadline_scope_kind_due"),
            models.Index(fields=["scope", "created_at", "id"], name="deadline_scope_created"),
            models.Index(fields=["about_id"], name="deadline_about"),
            # What is still open is few among many closed ones.
            models.Index(fields=["due_on", "id"], condition=models.Q(closed_at=None), name="deadline_open"),
            models.Index(fields=["scope", "due_on", "id"], condition=models.Q(closed_at=None), name="deadline_open_scope"),
            models.Index(fields=["organisation", "due_on", "id"], condition=models.Q(closed_at=None), name="deadline_open_org"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.due_on:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.closed_at is None

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on < today


class QuietPeriod(Record):
    """Days of the organisation's own on which nothing falls due and nobody is reminded, such as the common holiday in July.

    `country` is empty for everybody, else it counts for suppliers of that country. With `is_yearly` the days come back
    every year, also over New Year.
    """

    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    is_yearly = models.BooleanField(_("every year"), default=False)
    country = models.CharField(_("country"), max_length=2, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("quiet period")
        ordering = ["starts_on"]
        constraints = [models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="quiet_period_forward")]

    def __str__(self) -> str:
        return self.name

    scope_id = organisation_id = None


class PlannedStep(Record):
    """The future as rows: what the sweep, the timeline, the forecast and the dry run all read."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        DONE = "done", _("sent")
        SUPERSEDED = "superseded", _("overtaken by a later step")
        CANCELLED = "cancelled", _("cancelled")
        UNREACHED = "unreached", _("reached nobody")
        FAILED = "failed", _("set aside after an error")

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="steps", db_index=False)
    step = models.ForeignKey(ReminderStep, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    status = models.CharField(max_length=12, choices=Status, default=Status.PLANNED)
    handled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    objects = PlannedStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned step")
        indexes = [
            # A plain index on `on` is wrong: handled steps pile up in the past. A partial one is lost on SQLite's planner.
            # With the step in it the forecast reads a month of steps from the index alone.
            models.Index(fields=["status", "on", "deadline", "step"], name="planned_step_read"),
            models.Index(fields=["deadline", "on"], name="planned_step_deadline"),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.status}"
