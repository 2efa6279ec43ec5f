"""Results shared with another body: by a clause at once, by consent only when it is given; and the supplier sees who has access."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.test import Client, override_settings

from accounts.models import Organisation, User
from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from followup.models import Audit, ReceivedAudit, ReceivedFile, Sharing, SharingFile, SigningKey, TrustedKey
from followup.results import keys
from followup.services import sharing_consents, sharing_files, sharings, signing_keys
from notifications import delivery
from notifications.models import Delivery, Message
from tests.cast import Cast
from tests.contracts.pages import filled, html, said, text
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT, at, bound, on, planned, reused
from tests.followup.conftest import Visit
from tests.followup.shared_results import stories
from tests.followup.shared_results.stories import ELSEWHERE, audited, drafted, opened, shared


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def signed_in(visit: Visit, *users: User) -> list[Client]:
    return [visit(user) for user in users]


def test_what_has_had_its_last_day_is_not_put_into_force(cast: Cast) -> None:
    it = drafted(cast, ends_on=TODAY)
    with pytest.raises(WrongState, match="Its last day is over"):
        sharings.share(sharing=it, actor=cast.manager, **on(TODAY + timedelta(days=1)))


def test_from_one_body_to_another(cast: Cast, visit: Visit) -> None:
    """Asked for, consented to, fetched, sent, read by the other body, relied on; and one file newer. The supplier sees all of ours."""
    ours, theirs, specialist, admin = signed_in(visit, cast.manager, cast.csr, cast.specialist, cast.admin)
    it = audited(cast)
    assert "Nobody else" in text(theirs.get("/sharings/"))
    page = ours.get(f"/sharings/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}&audit={it.pk}")
    form = {name: values[0] for name, values in filled(page).items()}
    assert form["audits"] == str(it.pk), "the audit that one came from is ticked"
    written = {"body_name": ELSEWHERE[0], "body_number": ELSEWHERE[1], "purpose": "Samme leverandør.", "basis": "consent"}
    ours.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {**form, **written})  # type: ignore[attr-defined]
    sharing = Sharing.objects.get()
    address = f"/sharings/{sharing.pk}/"
    assert theirs.get(address).status_code == 404, "a draft is ours"

    page = ours.get(address)
    assert html(page).count('class="ds-button" href') == 1, "one obvious next step"
    assert "Overtid er ikke betalt." in text(page)
    assert "Bare for oss." not in text(page), "what the supplier was not told, nobody else is"
    assert ours.post(f"{address}share/").status_code == 409, "nothing without consent"
    assert "The supplier is asked." in said(ours.post(f"{address}ask/", follow=True))
    assert ours.post(f"{address}fetch/").status_code == 409
    delivery.deliver(clock=lambda: at(TODAY), is_any_time=True)
    asked = Message.objects.filter(lines__kind="sharing_asked", person=cast.csr.person).get()
    assert ELSEWHERE[0] in asked.text
    page = theirs.get(address)
    for words in ("May we share this with Fylkesinnkjøp?", "Overtid er ikke betalt.", "Lønn må rettes.", "Samme leverandør.", "987654325"):
        assert words in text(page)
    assert visit(cast.sales).get(f"{address}give/").status_code == 403, "who may answer is the main contact"
    assert "Thank you." in said(theirs.post(f"{address}give/", follow=True))
    sharing.refresh_from_db()
    assert (sharing.status, sharing.consent_by, sharing.consent_on, sharing.decided_by) == ("active", "Nora Nordvare", TODAY, cast.manager)
    assert Delivery.objects.filter(kind="sharing_answered", person=cast.manager.person).exists()

    raw = body(ours.post(f"{address}fetch/"))
    assert "Nora Nordvare" not in opened(raw), "who consented at the supplier stays here"
    assert "Bare for oss." not in opened(raw)
    assert "Has access" in text(theirs.get("/sharings/"))
    assert "No file has been fetched" not in text(theirs.get(address))
    told = json.loads(Client().get("/.well-known/shared-results.json").content)
    assert (told["issuer"]["identifier"]["id"], len(told["keys"])) == (cast.cpb.identifier, 1)

    pinned = {"name": "Statens innkjøp", "number": cast.cpb.identifier, "scheme": "NO-BRC", "how_known": "Ringt opp."}
    with stories.elsewhere(cast):
        SigningKey.objects.all().delete()  # theirs is another installation
        admin.post("/trusted-keys/new/", {**pinned, "public_key": told["keys"][0]["public_key"]})
        answer = specialist.post("/received-results/new/", {"file": stories.upload(raw)}, follow=True)
        assert "Results from Statens innkjøp" in text(answer)
        assert "Overtid er ikke betalt." in text(answer)
        assert "Rely on this audit" not in text(answer), "a specialist reads, a manager relies"
        again = specialist.post("/received-results/new/", {"file": stories.upload(raw)}, follow=True)
        assert "We have read this file before" in text(again)
        received = ReceivedAudit.objects.get()
        assert "Rely on this audit" in text(ours.get(f"/received-results/{received.file_id}/"))
        rely = f"/received-audits/{received.pk}/rely/"
        assert ours.post(rely, {"is_as_strict": "on"}).status_code == 422
        asked_for = {"is_as_strict": "on", "is_similar": "on", "obligations": str(bound(cast.pc, cast.nordvare)[0].pk)}
        answer = ours.post(rely, {**asked_for, "accepted_because": "Samme klausul."}, follow=True)
        assert "Say now what it means for each requirement." in said(answer)
        relied = Audit.objects.get(kind="reused")
        assert "Overtid er ikke betalt." in text(ours.get(f"/audits/{relied.pk}/")), "the other body's findings stand with the audit"
        assert not relied.findings.exists()
        assert "Samme klausul." not in text(theirs.get(f"/audits/{relied.pk}/"))


def test_by_a_clause_the_supplier_is_told_and_nobody_else_sees_it(cast: Cast, visit: Visit) -> None:
    it = shared(cast)
    kept = sharing_files.fetch(sharing=it, actor=cast.manager, **AT)
    for other in (cast.csr_polar, cast.agency, cast.auditor):
        browser = visit(other)
        assert browser.get(f"/sharings/{it.pk}/").status_code == 404
        assert "Fylkesinnkjøp" not in browser.get("/sharings/").content.decode()
        assert browser.get("/received-results/").status_code == 403
    assert not Sharing.objects.visible_to(cast.csr_polar).exists()
    theirs = visit(cast.csr)
    assert theirs.get(f"/sharing-files/{kept.pk}/").status_code == 404, "the file is between the two bodies"
    shown = text(theirs.get("/sharings/"))
    for words in ("Fylkesinnkjøp", "A clause of the agreement", "2 Mar 2026"):
        assert words in shown
    told = {each.person.name for each in Delivery.objects.filter(kind="sharing_begun")}
    assert told == {"Nora Nordvare", "Frida Fjord"}
    verbs = set(History.objects.visible_to(cast.csr).filter(object_id=it.pk).values_list("verb", flat=True))
    assert verbs == {"share", "fetch"}, "the supplier reads what concerns it, not our drafts"
    sharings.end(sharing=it, reason="Avtalen deres er over.", actor=cast.manager, **AT)
    assert "Avtalen deres er over." in text(theirs.get(f"/sharings/{it.pk}/"))
    assert "cannot be called back" in text(visit(cast.manager).get(f"/sharings/{it.pk}/")), "we are told what the body still has"
    assert Delivery.objects.filter(kind="sharing_ended").count() == 2


def test_consent_refused_registered_and_taken_back(cast: Cast) -> None:
    it = audited(cast)
    refused = drafted(cast, it, basis="consent")
    sharing_consents.ask(sharing=refused, actor=cast.manager, **AT)
    with pytest.raises(NotAllowed):
        sharing_consents.give(sharing=refused, actor=cast.csr_polar, **AT)
    sharing_consents.refuse(sharing=refused, answer="Forretningshemmeligheter.", actor=cast.csr, **AT)
    assert (refused.status, refused.answer) == ("refused", "Forretningshemmeligheter.")
    assert not Delivery.objects.filter(kind="sharing_asked", cancelled_at=None).exists(), "what was not sent is not sent any more"
    with pytest.raises(WrongState):
        sharing_consents.register(sharing=refused, consent_by="Nora", consent_on=TODAY, actor=cast.manager, **AT)

    given = drafted(cast, it, basis="consent")
    with pytest.raises(Invalid) as faults:
        sharing_consents.register(sharing=given, consent_by=" ", consent_on=TODAY.replace(day=3), actor=cast.manager, **AT)
    assert [fault.field for fault in faults.value.errors] == ["consent_by", "consent_on"]
    sharing_consents.register(sharing=given, consent_by="Daglig leder", consent_on=TODAY, actor=cast.manager, **AT)
    assert Delivery.objects.filter(kind="sharing_begun").exists()
    sharing_consents.take_back(sharing=given, actor=cast.csr, **AT)
    assert (given.status, given.ended_on) == ("ended", TODAY)
    by_clause = shared(cast, it)
    with pytest.raises(WrongState, match="does not rest on your consent"):
        sharing_consents.take_back(sharing=by_clause, actor=cast.csr, **AT)


def test_what_cannot_be_shared(cast: Cast) -> None:
    it = audited(cast)
    other_clause = drafted(cast, it).clause
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("body_number", {"body_number": "123"}),
        ("body_number", {"body_number": cast.cpb.identifier}),
        ("body_number", {"body_number": ""}),
        ("body_country", {"body_country": "XX"}),
        ("clause", {"clause": None}),
        ("law", {"basis": "law"}),
        ("purpose", {"purpose": " "}),
        ("ends_on", {"ends_on": TODAY.replace(year=2025)}),
    ]
    assert other_clause is not None
    for field, fields in wrong:
        with pytest.raises(Invalid) as refused:
            drafted(cast, it, **fields)
        assert [fault.field for fault in refused.value.errors] == [field]
    for audit in (planned(cast), reused(cast)):
        with pytest.raises(Invalid) as refused:
            drafted(cast, audit)
        assert [fault.code for fault in refused.value.errors] == ["not_shareable"]
    with pytest.raises(NotAllowed):
        sharings.create(framework=cast.office, supplier=cast.polar, audits=[], actor=cast.manager, now=NOW)


def test_only_in_its_days_and_with_our_number(cast: Cast) -> None:
    it = shared(cast, starts_on=TODAY.replace(day=20), ends_on=TODAY.replace(month=4))
    with pytest.raises(WrongState, match="later day"):
        sharing_files.fetch(sharing=it, actor=cast.manager, **AT)
    assert [it.state(TODAY.replace(**day)) for day in ({"day": 2}, {"day": 20}, {"month": 5})] == ["coming", "active", "over"]
    with pytest.raises(WrongState, match="last day"):
        sharing_files.fetch(sharing=it, actor=cast.manager, **on(TODAY.replace(month=5)))
    Organisation.objects.filter(pk=cast.cpb.pk).update(identifier="", identifier_scheme="")
    it = Sharing.objects.get(pk=it.pk)
    with pytest.raises(WrongState, match="number is not registered"):
        sharing_files.fetch(sharing=it, actor=cast.manager, **on(TODAY.replace(day=20)))
    assert not SharingFile.objects.exists()


def test_with_the_report_and_numbered(cast: Cast) -> None:
    it = shared(cast, audited(cast), includes_reports=True)
    files = [sharing_files.fetch(sharing=it, actor=cast.manager, **AT) for _ in range(2)]
    assert [file.serial for file in files] == [1, 2]
    told = json.loads(opened(stories.bytes_of(files[1])))
    report = told["audits"][0]["report"]
    assert base64.b64decode(report["content"]).startswith(b"%PDF-")
    assert (told["serial"], told["issued_at"]) == (2, "2026-03-02T09:00:00Z")


def test_our_key_is_made_by_itself_and_changed_by_an_administrator(cast: Cast, visit: Visit) -> None:
    before = signing_keys.shown()[0].key_id
    assert not SigningKey.objects.exists(), "looking at it writes nothing"
    it = shared(cast)
    assert sharing_files.fetch(sharing=it, actor=cast.manager, **AT).key_id == before
    with pytest.raises(NotAllowed):
        signing_keys.renew(actor=cast.manager, now=NOW)
    admin = visit(cast.admin)
    assert keys.in_groups(before) in text(admin.get("/signing-keys/"))
    assert "There is a new key." in said(admin.post("/signing-keys/new/", follow=True))
    following = sharing_files.fetch(sharing=it, actor=cast.manager, **AT).key_id
    assert following != before
    with override_settings(SECRET_KEY=settings.SECRET_KEY + "!"):
        assert not signing_keys.fits(signing_keys.shown()[0])
        with pytest.raises(WrongState, match="SECRET_KEY"):
            sharing_files.fetch(sharing=it, actor=cast.manager, **AT)
        signing_keys.renew(actor=cast.admin, now=NOW)
        sharing_files.fetch(sharing=it, actor=cast.manager, **AT)


def test_whoever_else_wants_to_can_check_the_signature(cast: Cast) -> None:
    """As docs/shared-results.md describes it, with nothing of ours."""
    raw = stories.bytes_of(sharing_files.fetch(sharing=shared(cast), actor=cast.manager, **AT))
    outer = json.loads(raw)
    payload, kind = base64.b64decode(outer["payload"]), outer["payloadType"].encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    public = Ed25519PublicKey.from_public_bytes(bytes(SigningKey.objects.get().public_key))
    public.verify(base64.b64decode(outer["signatures"][0]["sig"]), signed)


def test_lists_cost_the_same_however_long(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    it = audited(cast)
    for _ in range(3):
        shared(cast, it)
    stories.trusted(cast)
    for serial in range(1, 4):
        stories.read(cast, stories.sealed(cast, serial=serial))
    ours, theirs = visit(cast.manager), visit(cast.csr)
    for browser, address in ((ours, "/sharings/?view=all"), (theirs, "/sharings/"), (ours, "/received-results/?view=all")):
        browser.get(address)
        with django_assert_max_num_queries(12):
            assert browser.get(address).status_code == 200
    newest = ReceivedFile.objects.latest("serial")
    for browser, address in ((ours, f"/sharings/{Sharing.objects.latest('id').pk}/"), (ours, f"/received-results/{newest.pk}/")):
        with django_assert_max_num_queries(20):
            assert browser.get(address).status_code == 200


def test_pages_of_keys_and_of_what_was_refused(cast: Cast, visit: Visit) -> None:
    admin, specialist = visit(cast.admin), visit(cast.specialist)
    assert specialist.get("/trusted-keys/new/").status_code == 403
    form = {"name": "Fylkesinnkjøp", "number": ELSEWHERE[1], "scheme": "NO-BRC", "how_known": "Ringt.", "public_key": "nøkkel"}
    assert admin.post("/trusted-keys/new/", form).status_code == 422
    answer = specialist.post("/received-results/new/", {"file": stories.upload(b"nei", "feil.json")}, follow=True)
    assert "The file was not read" in text(answer)
    assert "cannot be read as JSON" in text(answer)
    kept = ReceivedFile.objects.get()
    assert body(specialist.get(f"/received-results/{kept.pk}/file/")) == b"nei"
    assert "feil.json" in text(specialist.get("/received-results/?view=refused"))
    public = keys.written(keys.public(stories.THEIR_KEY))
    assert "is accepted" in said(admin.post("/trusted-keys/new/", {**form, "public_key": public}, follow=True))
    key = TrustedKey.objects.get()
    assert "read no more" in said(admin.post(f"/trusted-keys/{key.pk}/end/", {"reason": "Byttet."}, follow=True))
    assert "Accepted no more" in text(admin.get("/trusted-keys/"))


def test_an_audit_withdrawn_from_use_is_not_shared_again(cast: Cast) -> None:
    """What was right when it was drafted is looked at again when it is put into force."""
    it = audited(cast)
    draft = drafted(cast, it)
    Audit.objects.filter(pk=it.pk).update(status="performed")
    with pytest.raises(WrongState, match="Only audits of ours"):
        sharings.share(sharing=draft, actor=cast.manager, **AT)
    sharings.discard(sharing=draft, actor=cast.manager, now=NOW)
    assert not Sharing.objects.exists()
