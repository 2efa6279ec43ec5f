"""The private address under which a person's calendar program reads their deadlines."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Record


class CalendarFeed(Record):
    """One a person. Only the digest of its secret is kept: a forgotten address is made anew."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_read_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("calendar address")

    def __str__(self) -> str:
        return f"{self.user}"

    scope_id = organisation_id = None
