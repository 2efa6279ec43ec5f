"""Whom we write to at a supplier: added, confirmed, corrected, taken off, and pasted from a sheet without losing a row."""

from datetime import timedelta

import pytest

from accounts.models import Contact, Person, ScopeRole
from contracts.services import contacts
from core.models import History
from tests import factories
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

AT = {"today": TODAY, "now": NOW}


def page(cast: Cast, rest: str) -> str:
    return f"/frameworks/{cast.pc.pk}/contacts/{rest}/"


def held(cast: Cast, email: str) -> set[tuple[str, object, object]]:
    rows = ScopeRole.objects.filter(scope_id=cast.pc.pk, person__email=email)
    return set(rows.values_list("role", "starts_on", "ends_on"))


def somebody(cast: Cast, **changes: object) -> dict[str, object]:
    return {
        "supplier": cast.nordvare.pk,
        "name": "Kari Klima",
        "email": "Kari@Nordvare.example ",
        "phone": "22 00 00 00",
        "title": "Miljøsjef",
        "roles": ["csr", "representative"],
        **changes,
    }


def test_added_by_us_is_confirmed_and_has_the_roles_from_today(cast: Cast, visit: Visit) -> None:
    visit(cast.manager).post(page(cast, "new"), somebody(cast))
    contact = Contact.objects.get(person__email="kari@nordvare.example")
    assert (contact.organisation, contact.title, contact.source, contact.confirmed_by) == (
        cast.nordvare,
        "Miljøsjef",
        "typed",
        cast.manager,
    )
    assert held(cast, "kari@nordvare.example") == {("csr", TODAY, None), ("representative", TODAY, None)}


def test_the_same_person_twice_is_one_contact_with_more_roles(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    client.post(page(cast, "new"), somebody(cast))
    client.post(page(cast, "new"), somebody(cast, name="Karianne", roles=["csr", "director"]))
    assert Person.objects.get(email="kari@nordvare.example").name == "Kari Klima", "a name that we know is not overwritten"
    assert {role for role, _from, _to in held(cast, "kari@nordvare.example")} == {"csr", "representative", "director"}
    assert Contact.objects.filter(person__email="kari@nordvare.example").count() == 1


@pytest.mark.parametrize(
    ("changes", "words"), [({"email": "kari"}, "valid email"), ({"roles": []}, "required"), ({"roles": ["owner"]}, "owner")]
)
def test_what_cannot_be_used_is_said(cast: Cast, visit: Visit, changes: dict[str, object], words: str) -> None:
    answer = visit(cast.manager).post(page(cast, "new"), somebody(cast, **changes))
    assert answer.status_code == 422
    assert words in said(answer)
    assert not Person.objects.filter(email="kari@nordvare.example").exists()


def test_only_suppliers_of_the_agreement_can_be_chosen(cast: Cast, visit: Visit) -> None:
    stranger = factories.organisation("Fremmed AS")
    assert visit(cast.manager).post(page(cast, "new"), somebody(cast, supplier=stranger.pk)).status_code == 422


def test_an_imported_contact_is_mailed_only_after_somebody_confirmed_it(cast: Cast, visit: Visit) -> None:
    imported = {"email": "ola@nordvare.example", "roles": ["csr"], "source": Contact.Source.IMPORTED}
    contact = contacts.add(framework=cast.pc, supplier=cast.nordvare, actor=cast.manager, **imported, **AT)
    assert contact.confirmed_at is None
    client = visit(cast.manager)
    assert "Not confirmed, gets no mail" in text(client.get(f"/frameworks/{cast.pc.pk}/suppliers/"))
    client.post(page(cast, f"{contact.pk}/confirm"))
    contact.refresh_from_db()
    assert contact.confirmed_at == NOW
    assert contact.confirmed_by == cast.manager
    assert client.post(page(cast, f"{contact.pk}/confirm")).status_code == 409
    assert History.objects.filter(object_id=contact.pk, verb="confirm").count() == 1


def test_another_address_is_another_person_who_takes_over(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    contact = Contact.objects.get(organisation=cast.nordvare, person=cast.csr.person)
    edit = page(cast, f"{contact.pk}/edit")
    fields = filled(client.get(edit))
    assert (fields["email"], fields["roles"]) == (["csr@nordvare.example"], ["responsible"])
    client.post(edit, {**fields, "email": "ny@nordvare.example", "name": "Nye Nora", "roles": ["responsible", "csr"]})
    assert held(cast, "csr@nordvare.example") == {("responsible", None, TODAY - timedelta(days=1))}
    assert held(cast, "ny@nordvare.example") == {("responsible", TODAY, None), ("csr", TODAY, None)}
    cast.csr.person.refresh_from_db()
    assert cast.csr.person.email == "csr@nordvare.example", "the account keeps its address"


def test_name_and_telephone_are_corrected_in_place(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    contact = Contact.objects.get(organisation=cast.nordvare, person=cast.csr.person)
    edit = page(cast, f"{contact.pk}/edit")
    client.post(edit, {**filled(client.get(edit)), "name": "Nora N. Nordvare", "phone": "23 00 00 00"})
    cast.csr.person.refresh_from_db()
    assert (cast.csr.person.name, cast.csr.person.phone) == ("Nora N. Nordvare", "23 00 00 00")
    assert held(cast, "csr@nordvare.example") == {("responsible", None, None)}


def test_no_role_takes_the_person_off_this_agreement_only(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    contact = Contact.objects.get(organisation=cast.polar, person=cast.csr_polar.person)
    edit = page(cast, f"{contact.pk}/edit")
    fields = filled(client.get(edit))
    fields.pop("roles")
    client.post(edit, fields)
    assert not ScopeRole.objects.on(TODAY).filter(scope_id=cast.pc.pk, person=cast.csr_polar.person).exists()
    assert ScopeRole.objects.on(TODAY).filter(scope_id=cast.office.pk, person=cast.csr_polar.person).exists()


SHEET = "\n".join(
    "\t".join(row)
    for row in (
        ("Navn", "E-post", "Telefon", "Rolle", "Leverandør"),
        ("Anne A", "anne@nordvare.example", "22 11 11 11", "CSR", "Nordvare AS"),
        ("Bjørn B", "bjorn@fjordtek.example", "", "Daglig leder", "fjordtek"),
        ("Nora Nordvare", "csr@nordvare.example", "", "Ansvarlig", "123 456 785"),
        ("Cecilie C", "cecilie(at)polar.example", "", "KAM", "Polar Kontor AS"),
        ("Dag D", "dag@ukjent.example", "", "Sjef", "Ukjent AS"),
        ("Anne A", "anne@nordvare.example", "", "csr", "Nordvare AS"),
        ("", "", "", "", ""),
    )
)


def test_a_pasted_sheet_is_shown_row_by_row_before_anything_is_kept(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.manager).post(page(cast, "paste"), {"sheet": SHEET})
    rows = answer.context["rows"]
    assert [(row.number, row.outcome) for row in rows] == [
        (2, "created"),
        (3, "created"),
        (4, "unchanged"),
        (5, "rejected"),
        (6, "rejected"),
        (7, "rejected"),
    ]
    assert [str(row.supplier) for row in rows[:3]] == ["Nordvare AS", "Fjordtek AS", "Nordvare AS"]
    assert [row.role for row in rows[:4]] == ["csr", "director", "responsible", "key_account"]
    problems = {row.number: row.problems for row in rows if row.problems}
    assert problems == {
        5: ["cecilie(at)polar.example is not an e-mail address."],
        6: ["We do not know the role “Sjef”.", "“Ukjent AS” is not a supplier on this agreement."],
        7: ["The same person stands in an earlier row with the same role."],
    }
    assert filled(answer)["sheet"] == [SHEET]
    assert not Person.objects.filter(email="anne@nordvare.example").exists()


def test_the_good_rows_are_kept_and_the_others_stay_to_be_corrected(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    answer = client.post(page(cast, "paste"), {"sheet": SHEET, "confirm": "yes"})
    assert "2 contacts have been added." in said(answer)
    assert held(cast, "anne@nordvare.example") == {("csr", TODAY, None)}
    assert Contact.objects.get(person__email="anne@nordvare.example").source == "pasted"
    left = filled(answer)["sheet"][0].splitlines()
    assert [line.split("\t")[0] for line in left] == ["Navn", "Cecilie C", "Dag D", "Anne A"]
    corrected = left[0] + "\n" + left[1].replace("(at)", "@")
    assert client.post(page(cast, "paste"), {"sheet": corrected, "confirm": "yes"}).status_code == 302
    assert held(cast, "cecilie@polar.example") == {("key_account", TODAY, None)}


def test_without_headings_each_cell_tells_what_it_is(cast: Cast, visit: Visit) -> None:
    sheet = "Nordvare AS;Anne Aas;Innkjøpssjef;+47 22 11 11 11;anne@nordvare.example;KAM\nBo B;bo@polar.example;Polar Kontor AS"
    rows = visit(cast.manager).post(page(cast, "paste"), {"sheet": sheet}).context["rows"]
    first = rows[0]
    assert (first.name, first.title, first.phone, first.email) == ("Anne Aas", "Innkjøpssjef", "+47 22 11 11 11", "anne@nordvare.example")
    assert (first.role, str(first.supplier)) == ("key_account", "Nordvare AS")
    assert (rows[1].name, rows[1].role, rows[1].outcome) == ("Bo B", "responsible", "created")


def test_with_one_supplier_it_need_not_be_named(cast: Cast, visit: Visit) -> None:
    address = f"/frameworks/{cast.office.pk}/contacts/paste/"
    rows = visit(cast.other_manager).post(address, {"sheet": "Bo B\tbo@polar.example"}).context["rows"]
    assert [(str(row.supplier), row.outcome) for row in rows] == [("Polar Kontor AS", "created")]


def test_pasting_nothing_asks_for_something(cast: Cast, visit: Visit) -> None:
    assert visit(cast.manager).post(page(cast, "paste"), {"sheet": " \n "}).status_code == 422


@pytest.mark.parametrize("who", ["specialist", "reader", "other_manager", "agency", "csr"])
def test_others_may_not(cast: Cast, visit: Visit, who: str) -> None:
    contact = Contact.objects.get(organisation=cast.nordvare, person=cast.csr.person)
    client = visit(getattr(cast, who))
    for rest in ("new", "paste", f"{contact.pk}/edit", f"{contact.pk}/confirm"):
        assert client.post(page(cast, rest), {}).status_code == 403
