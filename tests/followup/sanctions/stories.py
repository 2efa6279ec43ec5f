"""Days and readings that the tests of sanction cases share."""

from datetime import date, timedelta
from typing import Any

from core.models import History
from followup.models import Sanction
from followup.services import contact_log, hearings, sanctions
from tests.cast import Cast
from tests.followup.formal_notices.stories import FORMAL
from tests.walking import at

__all__ = ["AFTER", "LIMIT", "START", "heard_by_letter", "is_pdf", "page_of", "proposed", "verbs"]

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


def proposed(cast: Cast, **said: Any) -> Sanction:
    """By the manager: Nordvare's participation in lot 2 is to be suspended."""
    about = {"framework": cast.pc, "supplier": cast.nordvare, "clause": cast.clause, "lots": [cast.lot2], "facts": ["No report."]}
    it: Sanction = sanctions.propose(**{"means": "suspension", **about, "actor": cast.manager, "now": at(START), "today": START, **said})
    return it


def heard_by_letter(cast: Cast) -> Sanction:
    """After a reminder by telephone."""
    ours: dict[str, Any] = {"actor": cast.manager, "now": at(START), "today": START}
    said = {"kind": "call", "happened_on": START, "text": "No report.", "is_reminder": True}
    contact_log.write(framework=cast.pc, supplier=cast.nordvare, **said, **ours)
    it = proposed(cast)
    hearings.hear(sanction=it, **ours)
    return it
