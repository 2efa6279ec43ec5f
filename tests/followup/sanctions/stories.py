"""Days and readings that the tests of sanction cases share."""

from datetime import date, timedelta
from typing import Any

from core.models import History
from followup.models import Sanction
from tests.followup.formal_notices.stories import FORMAL

__all__ = ["AFTER", "LIMIT", "START", "is_pdf", "page_of", "verbs"]

START = FORMAL  # Tuesday 28 April
LIMIT = date(2026, 5, 13)  # ten working days later: 1 May is a holiday
AFTER = LIMIT + timedelta(days=2)  # Friday 15 May, after Ascension Day


def page_of(case: Any, *parts: str) -> str:
    return "/".join(["", "sanctions", str(getattr(case, "pk", case)), *parts, ""])


def verbs(case: Sanction) -> list[str]:
    """Sorted: what a test does happens in one moment."""
    return sorted(History.objects.filter(object_id=case.pk).values_list("verb", flat=True))


def is_pdf(answer: Any) -> bool:
    return b"".join(answer.streaming_content).startswith(b"%PDF")
