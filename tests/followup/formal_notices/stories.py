"""Days, addresses and small readings that the tests of formal notices share."""

from datetime import date, timedelta

from core.models import History
from followup.models import FormalNotice
from followup.services.drafting import NewItem
from tests.cast import Cast

DUE = date(2026, 4, 13)
FORMAL = DUE + timedelta(days=15)  # Tuesday 28 April: the ladder's formal step
CURE = date(2026, 5, 13)  # ten working days later: 1 May is a holiday
REPLY_DUE = CURE


def page_of(notice: FormalNotice, *parts: str) -> str:
    return "/".join(["", "formal-notices", str(notice.pk), *parts, ""])


def verbs(notice: FormalNotice) -> list[str]:
    """Sorted: what a test does happens in one moment."""
    return sorted(History.objects.filter(object_id=notice.pk).values_list("verb", flat=True))


def items(cast: Cast) -> list[NewItem]:
    obligation = cast.due_diligence.obligations.filter(supplier=cast.nordvare).first()
    assert obligation
    return [NewItem(title="Report", obligations=[obligation])]
