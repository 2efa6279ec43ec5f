"""The JSON that a mail provider posts, as reports. Pure. One event or a list of them, each of the shape

    {"message_id": "<…>" and/or "recipient": "…", "event": "bounced", "diagnostic": "550 5.1.1 …"}

`event` is one of delivered, deferred, bounced, complained, auto_reply. Of a bounce the diagnostic says whether the address
is to blame; without one it is.
"""

from typing import Any

from core.errors import FieldError, Invalid
from notifications.bounces.reading import MESSAGE_ID, Report, failure, tidy
from notifications.models import MailEvent

MOST_EVENTS = 1000
EVENTS = (
    *(MailEvent.Kind.DELIVERED, MailEvent.Kind.DEFERRED, MailEvent.Kind.BOUNCED),
    *(MailEvent.Kind.COMPLAINED, MailEvent.Kind.AUTO_REPLY),
)


def read(content: Any) -> list[Report]:
    """All or nothing: one event that cannot be read, and none is taken."""
    events = content if isinstance(content, list) else [content]
    if len(events) > MOST_EVENTS:
        raise Invalid.one("", "too_many", f"At most {MOST_EVENTS} events at once.")
    errors = [error for number, event in enumerate(events) for error in _faults(event, number)]
    if errors:
        raise Invalid(errors)
    return [_report(event) for event in events]


def _faults(event: Any, number: int) -> list[FieldError]:
    if not isinstance(event, dict):
        return [FieldError(str(number), "invalid", "An event is an object.")]
    faults = [
        FieldError(f"{number}.{name}", "invalid", "Text is expected.")
        for name in ("message_id", "recipient", "event", "diagnostic")
        if not isinstance(event.get(name, ""), str)
    ]
    if not faults and event.get("event") not in EVENTS:
        faults.append(FieldError(f"{number}.event", "invalid_choice", f"One of {', '.join(EVENTS)}."))
    if not faults and not _id(event) and "@" not in event.get("recipient", ""):
        faults.append(FieldError(f"{number}.message_id", "required", "Give message_id, recipient or both."))
    return faults


def _report(event: dict[str, str]) -> Report:
    diagnostic = tidy(event.get("diagnostic", ""))
    kind = failure("", diagnostic) if event["event"] == MailEvent.Kind.BOUNCED else event["event"]
    recipient = tidy(event.get("recipient", "")).lower()
    return Report(kind, _id(event), (), (recipient,) if recipient else (), diagnostic, is_trusted=True)


def _id(event: dict[str, str]) -> tuple[str, ...]:
    """Some providers give it without its angle brackets."""
    text = tidy(event.get("message_id", "")).strip("<>")
    return tuple(MESSAGE_ID.findall(f"<{text}>"))
