"""A line's state is its message's, or follows from the line; the filter means the same as what is shown."""

from typing import Any

import pytest

from notifications.models import Delivery, Message
from tests.cast import Cast
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def line(cast: Cast, name: str, status: str | None = None, **fields: Any) -> Delivery:
    person = cast.csr.person
    message = status and Message.objects.create(
        person=person, bundle=name, message_id=name, status=status, created_at=NOW, earliest_at=NOW, not_before=NOW
    )
    return Delivery.objects.create(kind="receipt", person=person, message=message or None, dedupe_key=name, created_at=NOW, **fields)


def test_the_filter_finds_what_is_shown_as_such(cast: Cast) -> None:
    for status in Message.Status.values:
        line(cast, f"message {status}", status)
    line(cast, "waits")
    line(cast, "held", held_at=NOW)
    line(cast, "taken back", cancelled_at=NOW)
    line(cast, "held and taken back", held_at=NOW, cancelled_at=NOW)
    line(cast, "sent and taken back", "sent", cancelled_at=NOW)
    lines = Delivery.objects.with_status()
    for status in Message.Status.values:
        shown = {it.dedupe_key for it in lines if it.state == status}
        assert {it.dedupe_key for it in lines.in_state(status)} == shown
        assert shown
