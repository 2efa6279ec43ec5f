"""What goes with a mail as a file: a meeting as a calendar entry, for the person's own calendar."""

from collections.abc import Sequence

from notifications import ics
from notifications.channels.email import Attachment
from notifications.models import Delivery


def of(lines: Sequence[Delivery], *, attendee: str, organiser: str) -> list[Attachment]:
    """One for each line whose context has a `calendar`."""
    return [_entry(line, attendee, organiser) for line in lines if line.context.get("calendar")]


def _entry(line: Delivery, attendee: str, organiser: str) -> Attachment:
    said = line.context["calendar"]
    content = ics.meeting(said, at=line.created_at, attendee=attendee, organiser=organiser).decode()
    return Attachment("meeting.ics", content, f"text/calendar; method={ics.method_of(said)}")
