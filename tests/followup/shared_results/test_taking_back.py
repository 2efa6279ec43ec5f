"""A sharing is ended, and a signed file takes back what its earlier files told: with us, and with the body that reads it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.errors import WrongState
from core.models import History
from followup.models import Audit, ReceivedAudit
from followup.services import audit_outcomes, relying, sharing_files, sharings
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import TODAY
from tests.followup.audits.stories import AT, bound
from tests.followup.conftest import Visit
from tests.followup.shared_results.stories import audit, opened, read, sealed, shared, trusted

SURE: dict[str, Any] = {"is_as_strict": True, "is_similar": True, "accepted_because": "Samme klausul."}
GONE: dict[str, Any] = {"audits": [], "withdrawn": "2026-03-01"}


def test_what_was_told_is_marked_and_what_rested_on_it_counts_no_longer(cast: Cast, visit: Visit) -> None:
    trusted(cast)
    first = read(cast, sealed(cast))
    received, obligation = ReceivedAudit.objects.get(), bound(cast.pc, cast.nordvare)[0]
    relied = relying.rely(received=received, framework=cast.pc, obligations=[obligation], actor=cast.manager, **SURE, **AT)
    audit_outcomes.judge(audit=relied, obligation=obligation, verified="met", actor=cast.manager, **AT)
    file = read(cast, sealed(cast, serial=2, valid={"from": "2026-01-01", "to": "2026-03-01"}, **GONE))
    assert file.status == "withdrawn", "read although its days are over"
    first.refresh_from_db()
    received.refresh_from_db()
    obligation.refresh_from_db()
    yesterday = TODAY - timedelta(days=1)
    assert (first.status, received.withdrawn_on, received.audit) == ("replaced", TODAY, relied)
    assert (obligation.verified, obligation.valid_until) == ("met", yesterday), "a judgement stays, and has run out"
    assert Audit.objects.get(pk=relied.pk).valid_until == yesterday
    written = History.objects.filter(verb__in=["run_out", "rely_no_more"])
    assert set(written.values_list("object_id", flat=True)) == {obligation.pk, relied.pk}
    browser = visit(cast.manager)
    assert "has taken these results back" in text(browser.get(f"/received-results/{file.pk}/"))
    page = browser.get(f"/audits/{relied.pk}/")
    assert "has taken this audit back" in text(page)
    assert "/judge/" not in page.content.decode()
    with pytest.raises(WrongState, match="has taken it back"):
        audit_outcomes.judge(audit=relied, obligation=obligation, verified="met", actor=cast.manager, **AT)
    with pytest.raises(WrongState):
        relying.rely(received=ReceivedAudit.objects.get(), framework=cast.pc, actor=cast.manager, **SURE, **AT)
    assert read(cast, sealed(cast, serial=3)).refusal == "taken_back"
    assert read(cast, sealed(cast)).refusal == "same_again"


def test_another_sharing_that_tells_of_it_keeps_it(cast: Cast) -> None:
    trusted(cast)
    read(cast, sealed(cast))
    read(cast, sealed(cast, sharing="01990000-0000-7000-8000-000000000002", issued_at="2026-03-01T09:00:00Z"))
    read(cast, sealed(cast, serial=2, **GONE))
    assert ReceivedAudit.objects.get().withdrawn_on is None


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"sharing": "01990000-0000-7000-8000-000000000009", **GONE}, "nothing_to_withdraw"),
        ({**GONE, "audits": [audit()]}, "off_schema"),
        ({"audits": []}, "off_schema"),
        ({"key": Ed25519PrivateKey.from_private_bytes(b"x" * 32), **GONE}, "unknown_key"),
    ],
)
def test_what_is_not_theirs_to_take_back_changes_nothing(cast: Cast, fields: dict[str, Any], refusal: str) -> None:
    trusted(cast)
    read(cast, sealed(cast))
    assert read(cast, sealed(cast, serial=2, **fields)).refusal == refusal
    raw = sealed(cast, serial=2, **GONE)
    assert read(cast, raw[:200] + b"A" + raw[201:]).refusal in ("bad_signature", "changed_around", "not_ours")
    assert ReceivedAudit.objects.get().withdrawn_on is None


def test_ours_is_made_when_the_sharing_has_ended(cast: Cast, visit: Visit) -> None:
    unread, it = shared(cast), shared(cast)
    sharing_files.fetch(sharing=it, actor=cast.manager, **AT)
    for each in (unread, it):
        sharings.end(sharing=each, reason="Avtalen er over.", actor=cast.manager, **AT)
    with pytest.raises(WrongState, match="nothing to take back"):
        sharing_files.fetch(sharing=unread, actor=cast.manager, **AT)
    browser = visit(cast.manager)
    assert "Fetch the file that takes it back" in text(browser.get(f"/sharings/{it.pk}/"))
    file: Any = browser.post(f"/sharings/{it.pk}/fetch/")
    said = json.loads(opened(b"".join(file.streaming_content)))
    assert (said["withdrawn"], said["audits"]) == (TODAY.isoformat(), [])
