"""Why a line was taken back before it left, and why one is not sent again, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CANCELLED = {
    "closed": gettext_lazy("It was answered, withdrawn or closed before the mail left."),
    "moved": gettext_lazy("The date was moved before the mail left."),
    "turn": gettext_lazy("It was no longer the receiver's turn."),
    "asked": gettext_lazy("The supplier had asked a question, so it was our turn."),
    "paused": gettext_lazy("The reminders were put on hold."),
    "role": gettext_lazy("The person no longer had the role."),
    "left": gettext_lazy("The person no longer belonged to the organisation."),
    "taken": gettext_lazy("Somebody had said that they have this."),
    "muted": gettext_lazy("The person does not want this by mail."),
    "undeliverable": gettext_lazy("The address does not work."),
    "gone": gettext_lazy("The invitation or account no longer exists."),
    "overtaken": gettext_lazy("It was held back after a long pause, and a later reminder had been written by then."),
    "dropped": gettext_lazy("It was held back after a long pause, and then dropped."),
}

NOT_AGAIN = {
    "closed": gettext_lazy("The case has been answered, withdrawn or closed."),
    "moved": gettext_lazy("The date it speaks of has been moved."),
    "turn": gettext_lazy("It is no longer the receiver's turn."),
    "asked": gettext_lazy("The supplier has asked us something, so it is our turn."),
    "paused": gettext_lazy("The reminders are on hold."),
    "role": gettext_lazy("The person no longer has the role. Whoever has it now is told by the next reminder."),
    "left": gettext_lazy("The person no longer belongs to the organisation."),
    "taken": gettext_lazy("Somebody has said that they have this."),
    "muted": gettext_lazy("The person does not want this by mail."),
}


def cancelled(reason: str) -> str | Promise:
    """An unknown reason is shown as it stands: a page must not fail over a word."""
    return CANCELLED.get(reason, reason)


def not_again(reason: str) -> str:
    """To whoever wanted to send it again."""
    return _("This is not sent again, because it is no longer true. %(why)s") % {"why": NOT_AGAIN.get(reason, reason)}
