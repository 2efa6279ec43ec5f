"""Silence caused by a wrong address is no refusal: not in the figures, and not in the reason for closing."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import Invalid
from followup.models import DocumentRequest
from followup.services import asking
from notifications import deadlines
from notifications.models import Deadline, Delivery, Message
from reports import queries
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit

DAY = timedelta(days=1)


def request(cast: Cast, title: str) -> DocumentRequest:
    return factories.document_request(cast.pc, cast.nordvare, cast.manager, title=title, due_on=TODAY + DAY)


def mailed(it: DocumentRequest, status: str, **fields: Any) -> None:
    """The mail about it came to this end."""
    for line in Delivery.objects.filter(about_id=it.pk, message=None):
        line.message = Message.objects.create(
            person=line.person,
            bundle=str(line.pk),
            message_id=f"<{line.pk}@x>",
            status=status,
            created_at=NOW,
            earliest_at=NOW,
            not_before=NOW,
        )
        line.save()


def not_reached() -> list[str]:
    return list(DocumentRequest.objects.not_reached().order_by("title").values_list("title", flat=True))


def test_only_what_failed_altogether_counts_as_not_reached(cast: Cast) -> None:
    failed, sent, waiting, opened, again = (request(cast, title) for title in ("Failed", "Sent", "Waiting", "Opened", "Again"))
    mailed(failed, "failed")
    mailed(sent, "sent")
    mailed(opened, "failed")
    mailed(again, "failed")
    deadlines.see(opened.deadline, now=NOW)
    Delivery.objects.create(
        kind="reminder_before", person=cast.sales.person, organisation=cast.nordvare, about_id=again.pk, dedupe_key="x", created_at=NOW
    )
    assert not_reached() == ["Failed"]
    assert waiting.title not in not_reached()


def test_where_there_was_nobody_to_write_to_nothing_was_reached(cast: Cast) -> None:
    it = request(cast, "Nobody")
    Delivery.objects.filter(about_id=it.pk).delete()
    it.deadline.steps.update(status="unreached")
    assert not_reached() == ["Nobody"]


def test_it_is_a_figure_of_its_own_and_in_no_other(cast: Cast, visit: Visit, monday_morning: Any) -> None:
    lost, silent = request(cast, "Lost"), request(cast, "Silent")
    mailed(lost, "failed")
    mailed(silent, "sent")
    monday_morning.shift(timedelta(days=3))
    browser = visit(cast.manager)
    response = browser.get("/reports/")
    open_now = {figure.code: (figure.part, figure.whole) for figure in response.context["open_now"]}
    on_time = {figure.code: (figure.part, figure.whole) for figure in response.context["on_time"]}
    assert open_now == {"overdue": (2, 2), "silent": (1, 2), "not_reached": (1, 2)}
    assert on_time == {"on_time_first_date": (0, 1), "on_time_agreed_date": (0, 1)}
    rows = text(browser.get("/reports/not_reached/"))
    assert "Lost" in rows
    assert "Silent" not in rows
    assert "Lost" not in text(browser.get("/reports/silent/"))


def test_it_cannot_be_closed_as_not_answered(cast: Cast) -> None:
    lost, silent = request(cast, "Lost"), request(cast, "Silent")
    mailed(lost, "failed")
    mailed(silent, "sent")
    at = {"actor": cast.manager, "now": NOW, "today": TODAY}
    for it, reason in ((lost, "not_answered"), (silent, "not_reached")):
        with pytest.raises(Invalid) as refusal:
            asking.close(request=it, reason=reason, **at)
        assert refusal.value.errors[0].field == "reason"
    asking.close(request=lost, reason="not_reached", **at)
    asking.close(request=silent, reason="not_answered", **at)
    assert not Deadline.objects.open().filter(about_id__in=[lost.pk, silent.pk]).exists()
    whole = {figure.code: figure.whole for figure in queries.verdicts(DocumentRequest.objects.all())}
    assert whole == {"accepted": silent.items.count()}
