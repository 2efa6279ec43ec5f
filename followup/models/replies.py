"""A reply to a letter with legal effect, whatever the letter is about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Record


class Reply(Record):
    """*Tilsvar*: how the supplier sees the matter, in text and files. Its own until it is sent in; a late one is taken too.

    Each kind has `documents` of its own.
    """

    text = models.TextField(_("reply"), blank=True)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    received_on = models.DateField(null=True)
    is_late = models.BooleanField(default=False)

    class Meta:
        abstract = True
