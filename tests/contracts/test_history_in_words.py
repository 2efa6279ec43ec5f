"""History as it is read: each verb has words, and no value is shown as a program keeps it."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import translation

from contracts import history_words, telling
from core.models import History

ROOT = Path(__file__).parents[2]
RECORDED = re.compile(r'verb="(\w+)"|states\.advance\(\w+, [\w.]+, "(\w+)"|change="(\w+)"')


def test_each_verb_that_is_recorded_has_words() -> None:
    sources = (file.read_text() for app in ("accounts", "contracts", "followup", "notifications") for file in (ROOT / app).rglob("*.py"))
    recorded = {next(filter(None, found)) for source in sources for found in RECORDED.findall(source)}
    assert len(recorded) > 100
    assert recorded - history_words.VERBS.keys() == set()


@pytest.mark.parametrize(
    ("about", "changes", "shown"),
    [
        ("audit", {"same_strictness": True}, []),  # no such column: only programs know it
        ("sharing", {"includes_reports": True}, ["Med rapportene: Ja"]),
        ("contact_entry", {"is_chase": False}, []),
        ("framework", {"value": "210000.00"}, ["Anslått verdi: 210\xa0000"]),
        ("framework", {"value": "much"}, ["Anslått verdi: much"]),
        ("finding", {"severity": "good_practice"}, ["Alvorlighetsgrad: god praksis"]),
        ("finding", {"files": 0, "audit": str(uuid4())}, []),
        ("meeting", {"starts_at": "2026-12-07 10:00"}, ["Begynner: 7. des. 2026, 10:00"]),
        ("framework", {"starts_on": [None, "2026-12-07"]}, ["Starter: – → 7. desember 2026"]),
    ],
)
def test_a_value_is_shown_in_the_readers_words(about: str, changes: dict[str, object], shown: list[str]) -> None:
    with translation.override("nb"):
        assert telling.told(History(object_type=about, verb="edit", changes=changes)).details == shown
