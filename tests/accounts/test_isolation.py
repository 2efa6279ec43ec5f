"""What somebody hostile finds out of other people and organisations by way of sign-in, invitations, switching and old keys."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts import services
from accounts.models import Invitation, Membership
from followup.services.drafting import NewItem
from tests import factories
from tests.api.conftest import Program
from tests.cast import Cast, SignIn
from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db

ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example/", "https:evil.example", "javascript:alert(1)")


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page(answer: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_inviting_an_address_does_not_tell_whether_we_know_it(cast: Cast, sign_in: SignIn) -> None:
    told = []
    for email in (cast.csr_polar.email, cast.manager.email, "nobody@known.example"):
        browser = sign_in(cast.csr)
        answer = browser.post("/accounts/people/", {"email": email, "role": "contributor"}, follow=True)
        told.append(page(answer).replace(email, "ADDRESS"))
        Invitation.objects.all().delete()
    told = [re.sub(r"/invitations/[^/]+/", "", each) for each in told]
    assert told == [told[0]] * 3


def test_who_is_invited_stays_an_address_until_they_join(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.csr).post("/accounts/people/", {"email": cast.csr_polar.email, "role": "contributor"})
    program = Program(cast.csr)
    for path in ("history/", "organisations/"):
        assert "Per Polar" not in program.get(path).content.decode(), path
    for path in ("/accounts/people/", f"/suppliers/{cast.nordvare.pk}/", f"/frameworks/{cast.pc.pk}/suppliers/"):
        assert "Per Polar" not in sign_in(cast.csr).get(path).content.decode(), path


def test_a_supplier_gives_no_role_of_ours_and_no_access_to_another(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.csr)
    for role in ("administrator", "manager", "agency", "auditor"):
        assert browser.post("/accounts/people/", {"email": "x@nordvare.example", "role": role}).status_code == 422
    sent = {"email": "x@nordvare.example", "role": "contributor", "organisation": str(cast.polar.pk), "organisation_id": str(cast.cpb.pk)}
    assert browser.post("/accounts/people/", sent).status_code == 302
    assert Invitation.objects.get().organisation == cast.nordvare


def test_another_organisation_is_answered_like_one_that_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.csr)
    for foreign in (cast.polar.pk, cast.agency_body.pk, cast.cpb.pk):
        asked = [(key, browser.get(f"/accounts/people/?organisation={key}")) for key in map(str, (foreign, uuid4(), uuid4()))]
        assert len({(answer.status_code, page(answer).replace(key, "KEY")) for key, answer in asked}) == 1
        switches = [browser.post("/accounts/switch/", {"organisation": str(key)}) for key in (foreign, uuid4(), "x")]
        assert {(answer.status_code, page(answer)) for answer in switches} == {(404, page(switches[0]))}
    assert "organisation" not in browser.session


def test_signing_in_and_choosing_a_language_never_lead_to_another_site(cast: Cast, sign_in: SignIn) -> None:
    for target in ELSEWHERE:
        sent = {"login": cast.csr.email, "password": PASSWORD, "next": target}
        answers = [
            Client().post(f"/accounts/login/?next={target}", sent),
            Client().post("/language/", {"language": "nb", "next": target}),
            Client().post("/appearance/", {"colour_scheme": "dark", "next": target}),
            sign_in(cast.csr).get(f"/accounts/login/?next={target}"),
            sign_in(cast.csr).post(f"/accounts/logout/?next={target}", {"next": target}),
        ]
        for answer in answers:
            assert answer.status_code == 302
            assert "evil" not in answer.headers["Location"], target
            assert "javascript" not in answer.headers["Location"]


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(cast: Cast) -> None:
    emails = (cast.csr.email, "nobody@known.example")
    told = [page(Client().post("/accounts/login/", {"login": email, "password": "wrong"})).replace(email, "ADDRESS") for email in emails]
    assert told[0] == told[1]


def test_who_has_left_meets_nothing_at_once_also_with_old_keys(cast: Cast, sign_in: SignIn) -> None:
    """Neither by a session that is open, nor by a token, nor by an answer that was given before."""
    it = factories.document_request(cast.pc, cast.polar, cast.manager, items=[NewItem("Report")])
    browser, program = sign_in(cast.csr_polar), Program(cast.csr_polar)
    submit, claim = f"document-requests/{it.pk}/submit/", {"not_applicable": [{"item": str(it.items.get().pk), "reason": "Nei."}]}
    assert program.post(submit, claim, key="before").status_code == 200
    assert program.post(submit, claim, key="before").status_code == 200

    Membership.objects.filter(user=cast.csr_polar).update(ended_at=NOW)

    assert program.post(submit, claim, key="before").status_code == 404
    assert program.get(f"document-requests/{it.pk}/").status_code == 404
    assert program.get("document-requests/").json()["results"] == []
    assert browser.get(f"/document-requests/{it.pk}/").status_code == 404
    assert str(it.title) not in page(browser.get("/", follow=True)) + page(browser.get("/inbox/?view=all")) + page(
        browser.get("/search/?q=D")
    )


def test_a_role_in_one_organisation_gives_nothing_in_another(cast: Cast, sign_in: SignIn) -> None:
    """Main contact at Polar, contributor at Nordvare: each counts where it was given."""
    both = factories.user("both@polar.example", (cast.polar, "main_contact"), (cast.nordvare, "contributor"))
    requests = {supplier: factories.document_request(cast.pc, supplier, cast.manager) for supplier in (cast.polar, cast.nordvare)}
    browser, program = sign_in(both), Program(both)
    for supplier, allowed in ((cast.polar, True), (cast.nordvare, False)):
        pk = requests[supplier].pk
        for deed in ("questions", "more-time"):
            assert (browser.post(f"/document-requests/{pk}/{deed}/").status_code != 403) == allowed
        assert (program.post(f"document-requests/{pk}/submit/", {}).status_code != 403) == allowed
        assert (browser.get(f"/accounts/people/?organisation={supplier.pk}").status_code == 200) == allowed
    member = Membership.objects.get(user=cast.sales)
    assert browser.post(f"/accounts/people/{member.pk}/remove/").status_code == 403


def test_a_key_of_somebody_else_gives_nobody_elses_answer(cast: Cast) -> None:
    services.issue_token(user=cast.csr, name="x", now=NOW)
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem("Report")])
    submit, claim = f"document-requests/{it.pk}/submit/", {"not_applicable": [{"item": str(it.items.get().pk), "reason": "Nei."}]}
    assert Program(cast.csr).post(submit, claim, key="shared").status_code == 200
    assert Program(cast.sales).post(submit, claim, key="shared").status_code == 403
    assert Program(cast.csr_polar).post(submit, claim, key="shared").status_code == 404


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_makes_a_reading_a_deed(cast: Cast, sign_in: SignIn, header: str) -> None:
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    before = it.status
    sign_in(cast.manager).get(f"/document-requests/{it.pk}/withdraw/?_method=POST", {"reason": "x"}, headers={header: "POST"})
    Program(cast.manager).client.get(f"/api/v1/document-requests/{it.pk}/withdraw/", headers={header: "POST"})
    it.refresh_from_db()
    assert it.status == before


def test_a_download_is_kept_by_nobody_on_the_way_and_comes_whole(cast: Cast, sign_in: SignIn) -> None:
    from tests import permission_world

    world = permission_world.build(cast)
    for path in (f"/documents/{world['documents'].own}/content/", f"/attachments/{world['attachments'].own}/content/"):
        answer = sign_in(cast.csr).get(
            path, headers={"Range": "bytes=0-1", "If-None-Match": "*", "If-Modified-Since": "Mon, 02 Mar 2099 09:00:00 GMT"}
        )
        whole = b"".join(answer)
        assert answer.status_code == 200
        assert len(whole) == int(answer.headers["Content-Length"])
        assert {"private", "no-store"} == set(answer.headers["Cache-Control"].replace(" ", "").split(","))
        for stranger in (cast.csr_polar, cast.agency):
            refused = sign_in(stranger).get(path, headers={"Range": "bytes=0-1", "If-None-Match": "*"})
            assert refused.status_code == 404
            assert not {"ETag", "Last-Modified", "Content-Range", "Content-Disposition"} & set(refused.headers)
