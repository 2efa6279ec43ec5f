"""A document request: what we ask one supplier for, the rounds it is worked in, and what came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Framework, Judgement, Obligation
from contracts.models.places import OfSupplier
from core.models import Record, StoredFile
from followup.models.documents import Document, DocumentKind
from followup.querysets import WITH_SUPPLIER, DocumentRequestQuerySet, RequestPartQuerySet
from notifications.models import Deadline


class DocumentRequest(OfSupplier):
    """What one supplier is asked for on one agreement. `deadline` is the present round's.

    `batch` ties together the requests that were made in one go for several suppliers.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        IN_PROGRESS = "in_progress", _("begun by the supplier")
        SUBMITTED = "submitted", _("delivered, to be reviewed")
        ACCEPTED = "accepted", _("accepted documentation")
        RETURNED = "returned", _("must be supplemented")
        CLOSED = "closed", _("closed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class CloseReason(models.TextChoices):
        NOT_ANSWERED = "not_answered", _("not answered")
        NOT_REACHED = "not_reached", _("nothing we sent has reached the supplier")
        NOT_DOCUMENTED = "not_documented", _("not sufficiently documented")
        SUPERSEDED = "superseded", _("replaced by another request")

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="document_requests", db_index=False)
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="document_requests", db_index=False)
    title = models.CharField(_("title"), max_length=200)
    instructions = models.TextField(_("instructions"), blank=True)
    sentence = models.TextField(_("a sentence to this supplier"), blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="+")
    due_is_typed = models.BooleanField(default=False)
    due_reason = models.CharField(_("why this date"), max_length=300, blank=True)
    due_basis = models.JSONField(
        default=dict, blank=True, help_text="How the computed date came about, as it was: due_dates.DueDate.kept()."
    )
    batch = models.UUIDField(null=True)
    close_reason = models.CharField(max_length=16, choices=CloseReason, blank=True)
    hold_reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = DocumentRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("document request")
        indexes = [
            models.Index(fields=["created_at", "id"], name="document_request_created"),
            models.Index(fields=["supplier", "created_at", "id"], name="document_request_supplier"),
            models.Index(fields=["framework", "created_at", "id"], name="document_request_framework"),
            models.Index(fields=["status", "created_at", "id"], name="document_request_status"),
            models.Index(fields=["batch"], name="document_request_batch"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_with_supplier(self) -> bool:
        return self.status in WITH_SUPPLIER


class Submission(Record):
    """What was delivered in one go, by the supplier or registered by us on its behalf.

    Being on time counts `received_on`.
    """

    request = models.ForeignKey(DocumentRequest, on_delete=models.CASCADE, related_name="submissions")
    submitted_at = models.DateTimeField()
    received_on = models.DateField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Document.Channel, default=Document.Channel.PORTAL)
    note = models.TextField(_("message to us"), blank=True)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("submission")
        ordering = ["submitted_at"]

    def __str__(self) -> str:
        return f"{self.request} {self.submitted_at:%Y-%m-%d}"


class Round(Record):
    """One round of a request: asked by a date, delivered, judged. A return opens the next, with its own date."""

    class Verdict(models.TextChoices):
        NONE = "", _("not judged")
        ACCEPTED = "accepted", _("accepted documentation")
        RETURNED = "returned", _("must be supplemented")

    request = models.ForeignKey(DocumentRequest, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="round")
    review_deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="reviewed_round")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, null=True, related_name="round")
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.NONE, blank=True)
    extensions = models.PositiveSmallIntegerField(default=0, help_text="How often a later date was given.")

    class Meta:
        verbose_name = _("round")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="round_once")]

    def __str__(self) -> str:
        return f"{self.request} {self.number}"


class Item(Record):
    """One thing that is asked for. It is proof for one or more obligations, and judged on its own."""

    class State(models.TextChoices):
        OPEN = "open", _("not delivered")
        DELIVERED = "delivered", _("delivered")
        NOT_APPLICABLE = "not_applicable", _("said not to be relevant")
        ACCEPTED = "accepted", _("accepted documentation")
        RETURNED = "returned", _("must be supplemented")

    class Reason(models.TextChoices):
        """Why documentation was not good enough: few, so that they can be counted."""

        WRONG_DOCUMENT = "wrong_document", _("another document was asked for")
        EXPIRED = "expired", _("it has expired")
        TOO_OLD = "too_old", _("it is too old")
        INCOMPLETE = "incomplete", _("it is not complete")
        UNREADABLE = "unreadable", _("it cannot be read")
        WRONG_COMPANY = "wrong_company", _("it is about another company")
        UNSIGNED = "unsigned", _("a signature is missing")
        OTHER = "other", _("another reason")

    request = models.ForeignKey(DocumentRequest, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("what we ask for"), max_length=200)
    guidance = models.TextField(_("what is good enough"), blank=True)
    is_required = models.BooleanField(_("required"), default=True)
    document_kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    obligations = models.ManyToManyField(Obligation, blank=True, related_name="items")
    judgements = models.ManyToManyField(Judgement, blank=True, related_name="items")
    state = models.CharField(max_length=14, choices=State, default=State.OPEN)
    claim = models.TextField(_("why it is not relevant"), blank=True)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("item")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="item_number_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_settled(self) -> bool:
        """Accepted items are locked."""
        return self.state == self.State.ACCEPTED

    @property
    def is_answered(self) -> bool:
        return self.state in (self.State.DELIVERED, self.State.NOT_APPLICABLE, self.State.ACCEPTED)


class Evidence(Record):
    """That a document serves an item. Without a submission it is saved, not yet delivered."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="evidence")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="evidence")
    submission = models.ForeignKey(Submission, on_delete=models.SET_NULL, null=True, related_name="evidence")
    round_number = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence")
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "document", "round_number"], name="evidence_once")]

    def __str__(self) -> str:
        return f"{self.item} ← {self.document}"


class Attachment(StoredFile):
    """A file from us to the supplier: a form to fill in, or guidance."""

    request = models.ForeignKey(DocumentRequest, on_delete=models.CASCADE, related_name="attachments")
    created_at = models.DateTimeField()

    objects = RequestPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        indexes = [models.Index(fields=["storage_name"], name="attachment_storage")]


class Question(Record):
    """A question from the supplier. While it is open it is our turn, and nobody is reminded."""

    request = models.ForeignKey(DocumentRequest, on_delete=models.CASCADE, related_name="questions")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, blank=True, related_name="questions")
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="question")

    objects = RequestPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        ordering = ["asked_at"]

    def __str__(self) -> str:
        return self.text[:80]


class TimeRequest(Record):
    """A supplier asks for more time. We grant it, grant another date, or refuse; both dates are kept. It is dropped when the
    supplier delivers before we have answered, or the request ends."""

    class Decision(models.TextChoices):
        PENDING = "pending", _("not decided")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        DROPPED = "dropped", _("no longer needed")

    request = models.ForeignKey(DocumentRequest, on_delete=models.CASCADE, related_name="time_requests")
    wanted_on = models.DateField(_("new date"))
    reason = models.TextField(_("why more time is needed"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.PENDING)
    granted_on = models.DateField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(_("answer"), blank=True)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="time_request")

    objects = RequestPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for more time")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=models.Q(decision="pending"), name="time_request_pending_once")
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.wanted_on:%Y-%m-%d}"


class RequestTemplate(Record):
    """A request to start from: what is usually asked for in one kind of follow-up."""

    title = models.CharField(_("title"), max_length=200)
    instructions = models.TextField(_("instructions"), blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("request template")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    scope_id = organisation_id = None


class TemplateItem(Record):
    template = models.ForeignKey(RequestTemplate, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("what we ask for"), max_length=200)
    guidance = models.TextField(_("what is good enough"), blank=True)
    is_required = models.BooleanField(_("required"), default=True)
    document_kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    theme = models.CharField(_("theme"), max_length=24, blank=True)

    class Meta:
        verbose_name = _("item of a template")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_item_number_once")]

    def __str__(self) -> str:
        return self.title
