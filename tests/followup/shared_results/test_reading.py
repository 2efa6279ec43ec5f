"""A file of another body: read once, shown, relied on; and every way in which it is refused, with nothing of it lost."""

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation
from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from followup.models import Audit, ReceivedAudit, ReceivedFile
from followup.results import checking, envelope, keys, strict
from followup.results.refusals import SENTENCES, Refused, in_words
from followup.services import receiving, relying, trusted_keys
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT
from tests.followup.conftest import Visit
from tests.followup.shared_results import stories
from tests.followup.shared_results.stories import THEIR_KEY, audit, party, read, report, sealed, trusted

Spoil = Callable[[Cast], bytes]


def tampered(cast: Cast) -> bytes:
    outer = json.loads(sealed(cast))
    payload = base64.b64decode(outer["payload"]).replace(b"improvements", b"nothing_found")
    return json.dumps({**outer, "payload": base64.b64encode(payload).decode()}, separators=(",", ":")).encode() + b"\n"


def resigned(cast: Cast) -> bytes:
    """Signed with another key, under the name of the accepted one."""
    outer = json.loads(sealed(cast, key=Ed25519PrivateKey.generate()))
    outer["signatures"][0]["keyid"] = keys.name(keys.public(THEIR_KEY))
    return json.dumps(outer, separators=(",", ":")).encode() + b"\n"


def signed_text(text: str) -> bytes:
    """What a body with an accepted key could sign, however odd."""
    payload = text.encode()
    outer = envelope.Envelope(payload, keys.name(keys.public(THEIR_KEY)), THEIR_KEY.sign(envelope._signed(payload)))
    return envelope._written(outer)


BAD: list[tuple[str, str, Spoil]] = [
    ("the content was changed", "bad_signature", tampered),
    ("somebody else signed", "bad_signature", resigned),
    ("a key we do not know", "unknown_key", lambda cast: sealed(cast, key=Ed25519PrivateKey.generate())),
    ("the days are over", "over", lambda cast: sealed(cast, valid={"from": "2025-01-01", "to": "2026-03-01"})),
    ("the days have not come", "not_yet", lambda cast: sealed(cast, valid={"from": "2026-03-03", "to": "2026-12-31"})),
    ("from the future", "from_future", lambda cast: sealed(cast, issued_at="2026-03-04T08:00:00Z")),
    ("for somebody else", "other_recipient", lambda cast: sealed(cast, recipient=party("Annen etat", "974760673"))),
    ("by somebody else", "other_issuer", lambda cast: sealed(cast, issuer=party("Annen etat", "974760673"))),
    ("made by ourselves", "own_file", lambda cast: sealed(cast, issuer=party(cast.cpb.name, cast.cpb.identifier))),
    ("another version", "other_version", lambda cast: sealed(cast).replace(b"version=1", b"version=2")),
    ("something added around it", "changed_around", lambda cast: sealed(cast) + b" "),
    ("another signature beside it", "not_ours", lambda cast: sealed(cast).replace(b'"signatures":[', b'"signatures":[{},')),
    ("no JSON", "not_json", lambda cast: b"%PDF-1.4"),
    ("no text", "not_json", lambda cast: b"\xff\xfe{}"),
    ("nothing", "not_json", lambda cast: b""),
    ("half a character", "not_json", lambda cast: b'{"payloadType":"\\ud800"}'),
    ("other JSON", "not_ours", lambda cast: b'[{"a":1}]'),
    ("a name twice", "duplicate_key", lambda cast: b'{"payload":"","payload":""}'),
    ("a name twice in what was signed", "duplicate_key", lambda cast: signed_text('{"serial":1,"serial":2}')),
    ("a huge number", "number", lambda cast: b'{"payload":' + b"9" * 5000 + b"}"),
    ("a number with decimals", "number", lambda cast: sealed(cast, serial=1.5)),
    ("no number", "number", lambda cast: signed_text('{"serial":NaN}')),
    ("deep", "too_deep", lambda cast: b"[" * 100_000),
    ("a field that nobody knows", "off_schema", lambda cast: sealed(cast, more=1)),
    ("an outcome that nobody knows", "off_schema", lambda cast: sealed(cast, audits=[audit(result="splendid")])),
    ("a day in no calendar", "off_schema", lambda cast: sealed(cast, audits=[audit(performed_on="2025-02-30")])),
    ("a day with a line break", "off_schema", lambda cast: sealed(cast, audits=[audit(performed_on="2025-02-20\n")])),
    ("no moment", "off_schema", lambda cast: sealed(cast, issued_at="2026-03-01T25:00:00Z")),
    ("an audit twice", "off_schema", lambda cast: sealed(cast, audits=[audit(), audit()])),
    ("a report that was cut off", "off_schema", lambda cast: sealed(cast, audits=[audit(report={**report(), "size": 7})])),
    ("a report that is no base64", "off_schema", lambda cast: sealed(cast, audits=[audit(report={**report(), "content": "A"})])),
    ("days that end before they begin", "off_schema", lambda cast: sealed(cast, valid={"from": "2026-04-01", "to": "2026-03-01"})),
]


def test_a_bad_file_is_kept_with_its_reason(cast: Cast) -> None:
    """One after the other, so that each also meets what the earlier ones left behind."""
    trusted(cast)
    found = {}
    for what, _code, spoil in BAD:
        file = read(cast, spoil(cast), name=f"{what}.json")
        found[what] = (file.refusal, file.status)
        for language in ("nb", "nn", "en"):
            with translation.override(language):
                assert "%" not in in_words(file.refusal, file.refusal_about), what
    assert found == {what: (code, "refused") for what, code, _spoil in BAD}
    assert ReceivedFile.objects.refused().count() == len(BAD)
    assert not ReceivedAudit.objects.exists()
    assert History.objects.filter(verb="refuse_file").count() == len(BAD)


def test_an_ended_key_and_a_file_too_large(cast: Cast) -> None:
    key = trusted(cast)
    trusted_keys.end(key=key, reason="Byttet nøkkel.", actor=cast.admin, **AT)
    file = read(cast, sealed(cast))
    assert (file.refusal, file.key) == ("ended_key", None), "whose it is nobody has tried"
    uploaded = receiving.Uploaded("stor.json", checking.MOST_BYTES + 1, "0" * 64, None)
    large = receiving.receive(uploaded=uploaded, raw=b"", actor=cast.specialist, **AT)
    assert (large.refusal, large.storage_name) == ("too_large", "")
    with pytest.raises(WrongState):
        trusted_keys.end(key=key, reason="Igjen.", actor=cast.admin, **AT)


def test_older_the_same_and_newer(cast: Cast) -> None:
    trusted(cast)
    second = sealed(cast, serial=2)
    first_read = read(cast, second)
    again = read(cast, second)
    assert (again.refusal, again.refusal_about) == ("same_again", {"read_on": "2026-03-02"})
    older = read(cast, sealed(cast, serial=1, issued_at="2026-02-28T08:00:00Z"))
    assert (older.refusal, older.refusal_about["have"], older.refusal_about["serial"]) == ("older", 2, 1)
    assert read(cast, sealed(cast, serial=2, audits=[audit(conclusion="Noe annet.")])).refusal == "two_of_one"
    newer = read(cast, sealed(cast, serial=3, audits=[audit(conclusion="Alt er rettet."), audit(id=str(older.pk))]))
    first_read.refresh_from_db()
    assert (first_read.status, newer.status, newer.supplier) == ("replaced", "checked", cast.nordvare)
    assert ReceivedAudit.objects.count() == 2, "the audit that both tell of is there once"
    assert ReceivedAudit.objects.filter(content__conclusion="Alt er rettet.").count() == 1


def test_another_key_of_the_same_body_does_not_make_an_older_file_new(cast: Cast) -> None:
    trusted(cast)
    read(cast, sealed(cast, serial=2))
    following = Ed25519PrivateKey.generate()
    trusted(cast, following)
    assert read(cast, sealed(cast, serial=1, key=following)).refusal == "older"
    assert read(cast, sealed(cast, serial=3, key=following)).status == "checked"


@pytest.fixture(scope="module")
def whole() -> bytes:
    """One file that is right."""
    return envelope.sealed({"supplier": {"name": "Nordvåre", "identifier": {"scheme": "NO-BRC", "id": "1"}}}, key=THEIR_KEY)


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_any_byte_changed_is_not_believed(whole: bytes, data: st.DataObject) -> None:
    """Changed, left out or added, inside what is signed or around it."""
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.binary(max_size=2).filter(lambda new: new != whole[at : at + 1]))
    other = whole[:at] + new + whole[at + 1 :]
    if other == whole:
        return
    with pytest.raises(Refused) as refused:
        believed(other)
    assert refused.value.code in SENTENCES


def believed(raw: bytes) -> bytes:
    """What was signed with the key that we know."""
    found = envelope.opened(raw)
    if found.key_id != keys.name(keys.public(THEIR_KEY)):
        raise Refused("unknown_key")
    if not envelope.is_signed_with(found, keys.public(THEIR_KEY)):
        raise Refused("bad_signature")
    return found.payload


@given(raw=st.one_of(st.binary(max_size=60), st.text(alphabet='{}[]":,\\u0d8e1 ', max_size=60).map(str.encode)))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Nothing else comes out of it: no accident of Python's."""
    with suppress(Refused):
        strict.read(raw)


def test_relied_on_once_with_its_report_and_findings(cast: Cast) -> None:
    trusted(cast)
    file = read(cast, sealed(cast, audits=[audit(report=report())]))
    received = ReceivedAudit.objects.get()
    answers: dict[str, Any] = {"is_as_strict": True, "is_similar": True, "accepted_because": "Punkt 2.1 er likt."}
    checked = relying.report_in(received)
    assert checked is not None
    with stories.files.kept([checked]) as kept:
        relied = relying.rely(received=received, framework=cast.pc, reports=kept, actor=cast.manager, **answers, **AT)
    assert (relied.kind, relied.scheme, relied.status, relied.result) == ("reused", "Fylkesinnkjøp", "reported", "improvements")
    assert "Gdańsk Assembly, ul. Portowa 4, Pol" in relied.place
    assert relied.reports.get().sha256 == report()["sha256"]
    assert not relied.findings.exists(), "their findings stay theirs"
    file.refresh_from_db()
    assert file.status == "in_use"
    received.refresh_from_db()
    with pytest.raises(WrongState, match="already"):
        relying.rely(received=received, framework=cast.pc, actor=cast.manager, **answers, **AT)
    read(cast, sealed(cast, serial=2, audits=[audit(status="closed", conclusion="Rettet.")]))
    received.refresh_from_db()
    assert (received.audit, received.content["conclusion"]) == (relied, "Rettet.")
    assert Audit.objects.get(pk=relied.pk).conclusion == "Stort sett i orden.", "what we wrote down stands"


def test_who_may_and_what_is_asked_before(cast: Cast) -> None:
    trusted(cast)
    raw = sealed(cast, supplier=party("Ukjent AS", "974760673"))
    for somebody in (cast.reader, cast.csr, cast.agency):
        with pytest.raises(NotAllowed):
            read(cast, raw, actor=somebody)
    file = read(cast, raw)
    received, answers = ReceivedAudit.objects.get(), {"is_as_strict": True, "is_similar": True, "accepted_because": ""}
    assert file.supplier is None
    with pytest.raises(WrongState, match="which of our suppliers"):
        relying.rely(received=received, framework=cast.pc, actor=cast.manager, **answers, **AT)
    with pytest.raises(Invalid):
        receiving.choose_supplier(file=file, supplier=cast.agency_body, actor=cast.specialist, now=NOW)
    receiving.choose_supplier(file=file, supplier=cast.nordvare, actor=cast.specialist, now=NOW)
    received = ReceivedAudit.objects.get()
    with pytest.raises(NotAllowed):
        relying.rely(received=received, framework=cast.pc, actor=cast.specialist, **answers, **AT)
    with pytest.raises(Invalid) as refused:
        relying.rely(received=received, framework=cast.office, actor=cast.admin, **answers, **AT)
    assert [fault.field for fault in refused.value.errors] == ["framework"]
    with pytest.raises(Invalid) as refused:
        relying.rely(received=received, framework=cast.pc, actor=cast.manager, **{**answers, "is_similar": False}, **AT)
    assert [fault.field for fault in refused.value.errors] == ["is_similar"]
    following = read(cast, sealed(cast, serial=2, supplier=party("Ukjent AS", "974760673")))
    assert following.supplier == cast.nordvare, "chosen once, it is remembered for the same sharing"
    receiving.set_aside(file=following, reason="For gammelt.", actor=cast.specialist, now=NOW)
    receiving.take_up(file=following, actor=cast.specialist, now=NOW)
    assert following.status == "checked"


def test_an_audit_older_than_three_years_is_shown_and_not_relied_on(cast: Cast) -> None:
    trusted(cast)
    read(cast, sealed(cast, audits=[audit(performed_on=(TODAY - timedelta(days=1200)).isoformat())]))
    with pytest.raises(Invalid) as refused:
        relying.rely(
            received=ReceivedAudit.objects.get(),
            framework=cast.pc,
            is_as_strict=True,
            is_similar=True,
            accepted_because="",
            actor=cast.manager,
            **AT,
        )
    assert [fault.code for fault in refused.value.errors] == ["too_old"]


def test_without_a_number_of_our_own_nothing_is_read(cast: Cast) -> None:
    trusted(cast)
    raw = sealed(cast)
    Organisation.objects.filter(pk=cast.cpb.pk).update(identifier="", identifier_scheme="")
    assert read(cast, raw).refusal == "no_own_number"


def test_a_file_waits_on_the_start_page_until_each_of_its_audits_is_decided(cast: Cast, visit: Visit) -> None:
    trusted(cast)
    second = audit(id="01990000-0000-7000-8000-0000000000a2", performed_on="2025-10-01")
    file = read(cast, sealed(cast, audits=[audit(), second]))
    ours, waits = visit(cast.manager), "Results that other bodies have shared with us"
    assert waits in text(ours.get("/"))
    assert waits in text(visit(cast.specialist).get("/"))
    for other in (cast.other_manager, cast.reader):
        assert waits not in text(visit(other).get("/")), "on none of this supplier's agreements, or may do nothing about it"
    one, two = ReceivedAudit.objects.order_by("-performed_on")
    assert ours.post(f"/received-audits/{one.pk}/decline/", {"reason": " "}).status_code == 422
    shown = text(ours.post(f"/received-audits/{one.pk}/decline/", {"reason": "Annen fabrikk."}, follow=True))
    assert "Annen fabrikk." in shown
    assert "Rely on it after all" in shown
    assert waits in text(ours.get("/")), "the other one is not decided"
    ours.post(f"/received-audits/{two.pk}/decline/", {"reason": "For gammel."})
    file.refresh_from_db()
    assert file.status == "set_aside"
    assert waits not in text(ours.get("/"))


def test_a_newer_file_about_what_we_rely_on_is_looked_through(cast: Cast) -> None:
    trusted(cast)
    second = audit(id="01990000-0000-7000-8000-0000000000a2", performed_on="2025-10-01")
    read(cast, sealed(cast, audits=[audit(), second]))
    one, two = ReceivedAudit.objects.order_by("-performed_on")
    by: dict[str, Any] = {"actor": cast.manager, **AT}
    relying.decline(received=two, reason="For gammel.", **by)
    relying.rely(received=one, framework=cast.pc, is_as_strict=True, is_similar=True, accepted_because="Likt.", **by)
    with pytest.raises(WrongState, match="already"):
        relying.decline(received=one, reason="Nei.", **by)
    newer = read(cast, sealed(cast, serial=2, audits=[audit(status="closed"), second]))
    assert newer.status == "checked"
    relying.look_through(file=newer, actor=cast.specialist, now=NOW)
    assert newer.status == "in_use"
    receiving.set_aside(file=newer, reason="Tatt tilbake.", actor=cast.specialist, now=NOW)
    one.refresh_from_db()
    assert one.audit is not None, "what we rely on stands, also where the body has taken its file back"
    changed = read(cast, sealed(cast, serial=3, audits=[audit(status="closed"), {**second, "conclusion": "Noe annet."}]))
    with pytest.raises(WrongState, match="each audit"):
        relying.look_through(file=changed, actor=cast.specialist, now=NOW)
    two.refresh_from_db()
    assert (two.declined_on, two.declined_because) == (None, ""), "it says something else now, so the no is asked for anew"
