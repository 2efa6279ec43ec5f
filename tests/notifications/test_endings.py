"""What became of a mail is written by itself; the last of several while the next mail is written."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from notifications.endings import Records
from notifications.models import Message
from tests.cast import Cast
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def under_way(cast: Cast) -> list[Message]:
    """Three mails that a sender has taken."""
    fields: dict[str, Any] = {"status": "sending", "lease": uuid4(), "created_at": NOW, "earliest_at": NOW, "not_before": NOW}
    return [Message.objects.create(person=cast.csr.person, bundle=name, message_id=name, **fields) for name in ("one", "two", "three")]


def stand(messages: list[Message]) -> list[tuple[str, bool]]:
    return [(it.status, it.lease is None) for it in Message.objects.filter(pk__in=[each.pk for each in messages]).order_by("pk")]


def test_all_of_them_stand_when_the_next_is_written(under_way: list[Message]) -> None:
    records = Records()
    for message in under_way:
        records.add(message, status="sent", sent_at=NOW)
    with records.meanwhile():
        pass
    assert stand(under_way) == [("sent", True)] * 3


def test_what_somebody_else_has_taken_over_stays_theirs(under_way: list[Message], caplog: pytest.LogCaptureFixture) -> None:
    records = Records()
    for message in under_way:
        records.add(message, status="sent", sent_at=NOW)
    Message.objects.filter(pk=under_way[-1].pk).update(lease=uuid4())
    records.close()
    assert stand(under_way) == [("sent", True), ("sent", True), ("sending", False)]
    assert "lease_lost" in caplog.text


def test_a_record_that_fails_is_told_where_the_next_mail_is_written(under_way: list[Message]) -> None:
    records = Records()
    records.add(under_way[0], status="sent", subject=None)
    with pytest.raises(IntegrityError), transaction.atomic(), records.meanwhile():
        pass
    assert stand(under_way) == [("sending", False)] * 3
    records.close()
