from notifications.models.calendar_feeds import CalendarFeed
from notifications.models.deadlines import (
    UNITS,
    Deadline,
    DeadlineKind,
    PlannedStep,
    PolicyVersion,
    QuietPeriod,
    ReminderPolicy,
    ReminderStep,
    Turn,
)
from notifications.models.mail_events import MailboxWatch, MailEvent
from notifications.models.messages import Channel, Delivery, MailRhythm, Message, Mute, Notice, SweepRun
from notifications.models.webhooks import Webhook, WebhookCall

__all__ = [
    "UNITS",
    "CalendarFeed",
    "Channel",
    "Deadline",
    "DeadlineKind",
    "Delivery",
    "MailEvent",
    "MailRhythm",
    "MailboxWatch",
    "Message",
    "Mute",
    "Notice",
    "PlannedStep",
    "PolicyVersion",
    "QuietPeriod",
    "ReminderPolicy",
    "ReminderStep",
    "SweepRun",
    "Turn",
    "Webhook",
    "WebhookCall",
]
