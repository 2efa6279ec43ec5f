"""A manager acts on the agreements where they are named. Ids of other agreements, in addresses, forms or programs, open no side door."""

from typing import Any

import pytest

from accounts.models import Contact, ScopeRole
from contracts.models import CallOff, Clause, Framework, Lot, Participation, Requirement
from followup.models import DocumentRequest
from tests import factories
from tests.api.conftest import Program
from tests.cast import Cast, SignIn
from tests.permission_world import Pair

pytestmark = pytest.mark.django_db

TABLES: tuple[Any, ...] = (CallOff, Clause, Contact, DocumentRequest, Framework, Lot, Participation, Requirement, ScopeRole)


def everything() -> list[Any]:
    return [list(table._base_manager.order_by("pk").values()) for table in TABLES]


def test_a_program_makes_nothing_on_anothers_agreement(cast: Cast, world: dict[str, Pair]) -> None:
    program, office, polar = Program(cast.manager), str(cast.office.pk), str(cast.polar.pk)
    before = everything()
    bodies: dict[str, dict[str, Any]] = {
        "requirements/": {"framework": office, "theme": "environment", "text": "Mine."},
        "call-offs/": {"framework": office, "supplier": polar, "reference": "1"},
        "document-requests/": {"framework": office, "supplier": polar, "title": "Mine"},
    }
    for path, body in bodies.items():
        assert program.post(path, body).status_code == 403, path
    for change in (
        {"title": "Mine"},
        {"manager": str(cast.manager.pk)},
        {"status": "terminated", "reason": "x"},
        {"lots": [{"title": "x"}]},
    ):
        assert program.patch(f"frameworks/{office}/", change).status_code == 403, change
    assert everything() == before


def test_what_belongs_to_another_agreement_is_not_taken_into_ones_own(cast: Cast, world: dict[str, Pair]) -> None:
    program, pc = Program(cast.manager), str(cast.pc.pk)
    lot, clause, obligation = (str(world[kind].foreign) for kind in ("lots", "clauses", "obligations"))
    before = everything()
    stipulated = {"framework": pc, "theme": "environment", "text": "Mine."}
    refused = [
        program.post("requirements/", {**stipulated, "clause": clause}),
        program.post("requirements/", {**stipulated, "lots": [lot]}),
        program.patch(f"requirements/{cast.due_diligence.pk}/", {"clause": clause}),
        program.patch(f"requirements/{cast.due_diligence.pk}/", {"lots": [lot]}),
        program.post("call-offs/", {"framework": pc, "supplier": str(cast.nordvare.pk), "reference": "2", "lot": lot}),
        program.patch(f"call-offs/{world['call-offs'].own}/", {"lot": lot}),
        program.patch(f"call-offs/{world['call-offs'].own}/", {"framework": str(cast.office.pk)}),
        program.post(
            "document-requests/",
            {"framework": pc, "supplier": str(cast.nordvare.pk), "title": "x", "items": [{"title": "x", "obligations": [obligation]}]},
        ),
    ]
    assert [answer.status_code for answer in refused[:6]] == [400] * 6, [answer.content for answer in refused]
    assert refused[7].status_code == 400
    assert everything() == before


def test_forms_take_no_lot_clause_or_supplier_of_another_agreement(cast: Cast, sign_in: SignIn, world: dict[str, Pair]) -> None:
    stranger = factories.organisation("Fremmed AS")
    browser, one = sign_in(cast.manager), f"/frameworks/{cast.pc.pk}"
    before = everything()
    wording = {"theme": "environment", "kind": "contract_clause", "level": "mandatory", "title": "Mine", "text": "Mine."}
    sent: dict[str, dict[str, Any]] = {
        f"{one}/requirements/new/": {**wording, "clause": world["clauses"].foreign},
        f"{one}/participations/new/": {"supplier": stranger.pk, "lot": world["lots"].foreign},
        f"{one}/call-offs/new/": {"reference": "1", "supplier": stranger.pk, "lot": world["lots"].foreign, "currency": "NOK"},
        f"{one}/contacts/new/": {"supplier": stranger.pk, "name": "X", "email": "x@fremmed.example", "roles": ["responsible"]},
    }
    for address, fields in sent.items():
        assert browser.post(address, fields).status_code == 422, address
    assert everything() == before


def test_a_contact_of_another_agreement_is_not_changed_through_ones_own(cast: Cast, sign_in: SignIn) -> None:
    stranger = factories.organisation("Fremmed AS")
    contact = factories.contact(stranger, factories.person("x@fremmed.example"), confirmed=False)
    browser, before = sign_in(cast.manager), everything()
    address = f"/frameworks/{cast.pc.pk}/contacts/{contact.pk}"
    fields = {"name": "Mine", "email": "mine@cpb.example", "roles": ["responsible"]}
    assert browser.post(f"{address}/edit/", fields).status_code == 409
    assert browser.post(f"{address}/confirm/").status_code == 409
    assert everything() == before


def test_parts_of_another_request_are_not_there_under_ones_own(cast: Cast, sign_in: SignIn, world: dict[str, Pair]) -> None:
    """The request in the address is one's own; what is named below it is not part of it."""
    browser = sign_in(cast.admin)
    one = f"/document-requests/{world['document-requests'].own}"
    item, foreign = world["items"].own, {kind: pair.foreign for kind, pair in world.items()}
    for address in (
        f"{one}/items/{foreign['items']}/accept/",
        f"{one}/items/{foreign['items']}/return/",
        f"{one}/items/{foreign['items']}/judge/{foreign['obligations']}/",
        f"{one}/items/{item}/judge/{foreign['obligations']}/",
        f"{one}/questions/{foreign['questions']}/answer/",
        f"{one}/more-time/{foreign['more-time']}/",
    ):
        assert browser.post(address, {}).status_code == 404, address
    assert browser.get(f"{one}/submissions/{foreign['submissions']}/").status_code == 404


def test_a_reader_and_an_agency_may_fetch_no_restricted_paper(cast: Cast, sign_in: SignIn, world: dict[str, Pair]) -> None:
    from followup.models import Document

    paper = world["documents"].own
    Document.objects.filter(pk=paper).update(access="restricted", name="Varsel om barnearbeid.pdf")
    b"".join(sign_in(cast.specialist).get(f"/documents/{paper}/content/"))
    for who in (cast.reader, cast.agency, cast.auditor):
        assert sign_in(who).get(f"/documents/{paper}/content/").status_code == 404
        assert Program(who).get(f"documents/{paper}/").status_code == 404
        assert Program(who).get(f"documents/{paper}/content/").status_code == 404
    pages = ["/documents/", f"/document-requests/{world['delivered'].own}/", f"/suppliers/{cast.nordvare.pk}/", "/search/?q=barnearbeid"]
    pages += [f"/frameworks/{cast.pc.pk}/documents/", f"/document-requests/{world['delivered'].own}/?tab=history"]
    pages += [f"/document-requests/{world['delivered'].own}/submissions/{world['submissions'].own}/"]
    for page in pages:
        assert "barnearbeid.pdf" not in sign_in(cast.reader).get(page).content.decode(), page
    for path in ("documents/", "document-requests/", "history/"):
        text = Program(cast.reader).get(path, page_size=200).content.decode()
        assert "barnearbeid.pdf" not in text, path
        assert path == "history/" or str(paper) not in text, path
