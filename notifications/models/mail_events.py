"""What we learn of a mail after the server took it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record


class MailboxWatch(models.Model):
    """Since when the mailbox for returned mail has not answered, and what it said; one row, gone when it answers again."""

    failed_since = models.DateTimeField()
    error = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.error


class MailEvent(Record):
    """One thing that became known about one mail after it was handed over. The same thing is kept once, however often it is told.

    Only BOUNCED says that the address is wrong. REFUSED is a full mailbox, a block list and the like. PASSED_ON came back
    from another address than ours, behind one that works. UNPROVED says that it came back, and shows nothing of it: anybody
    can write that. AUTO_REPLY is an out-of-office answer, a receipt of reading and
    the like. `at` is when we learned of it.
    """

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("Delivered to the mailbox")
        DEFERRED = "deferred", _("Delayed on its way")
        BOUNCED = "bounced", _("Came back: the address does not work")
        REFUSED = "refused", _("Came back: the receiver's server refused it")
        PASSED_ON = "passed_on", _("Came back from an address that it was passed on to")
        UNPROVED = "unproved", _("Said to have come back, without proof")
        AUTO_REPLY = "auto_reply", _("Answered by a machine")
        COMPLAINED = "complained", _("Reported as unwanted by the receiver")

    class Source(models.TextChoices):
        MAILBOX = "mailbox", _("the mailbox for returned mail")
        HOOK = "hook", _("the mail provider")

    message = models.ForeignKey("notifications.Message", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    diagnostic = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=8, choices=Source)

    class Meta:
        verbose_name = _("news of a mail")
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["message", "kind"], name="mail_event_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
