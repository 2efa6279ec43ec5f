"""Orders on an agreement: typed in, or many from a sheet with a result for each row."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from contracts.models import CallOff
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import filled, said, text
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def page(cast: Cast, rest: str = "") -> str:
    return f"/frameworks/{cast.pc.pk}/call-offs/{rest}"


def order(cast: Cast, **changes: Any) -> dict[str, Any]:
    fields = {"reference": "A-1", "title": "120 PC-er", "supplier": cast.nordvare.pk, "lot": cast.lot1.pk, "agency": cast.agency_body.pk}
    return {**fields, "signed_on": "1.2.2026", "value": "1 250 000", "currency": "NOK", **changes}


def test_an_order_is_typed_in_and_changed(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    client.post(page(cast, "new/"), order(cast))
    made = CallOff.objects.get()
    assert (made.reference, made.supplier, made.lot, made.agency) == ("A-1", cast.nordvare, cast.lot1, cast.agency_body)
    assert (made.signed_on, made.value, made.currency) == (date(2026, 2, 1), Decimal(1250000), "NOK")
    edit = f"/call-offs/{made.pk}/edit/"
    client.post(edit, {**filled(client.get(edit)), "value": "900000,50"})
    made.refresh_from_db()
    assert (made.value, made.title) == (Decimal("900000.50"), "120 PC-er")
    assert "120 PC-er" in text(client.get(page(cast)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reference": " "}, "required"),
        ({"currency": "XXQ"}, "XXQ is not a currency"),
        ({"value": "mye"}, "Write the amount in digits"),
        ({"value": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_used_is_said(cast: Cast, visit: Visit, changes: dict[str, str], words: str) -> None:
    answer = visit(cast.manager).post(page(cast, "new/"), order(cast, **changes))
    assert answer.status_code == 422
    assert words in said(answer)
    assert not CallOff.objects.exists()


def test_only_suppliers_and_lots_of_the_agreement_fit(cast: Cast, visit: Visit) -> None:
    client = visit(cast.other_manager)
    address = f"/frameworks/{cast.office.pk}/call-offs/new/"
    assert client.post(address, order(cast, lot="")).status_code == 422
    assert client.post(address, order(cast, lot="", supplier=cast.polar.pk)).status_code == 302


def test_the_same_reference_twice_is_refused(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    client.post(page(cast, "new/"), order(cast))
    assert "already has a call-off with this reference" in said(client.post(page(cast, "new/"), order(cast)))


def csv(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("avrop.csv", "\n".join(lines).encode("utf-8-sig"), content_type="text/csv")


ROWS = (
    "Referanse;Leverandør;Virksomhet;Delkontrakt;Dato;Verdi;Valuta",
    "A-1;Nordvare AS;Kartverksdirektoratet;1;01.02.2026;1 250 000,50;NOK",
    "A-2;123 456 785;;PC-klienter;2026-02-03;;",
    "A-3;Ukjent AS;Ukjent etat;9;31.02.2026;mye;NOK",
    ";Nordvare AS;;;;;",
    "A-5;Fjordtek AS;;;;1000;QQQ",
)


def results(answer: Any) -> list[tuple[int, str, str, list[str]]]:
    return [
        (one.number, one.reference, one.outcome, list(one.problems))
        for one in sorted(answer.context["results"], key=lambda one: one.number)
    ]


def test_a_sheet_gives_a_result_for_each_row(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.manager).post(page(cast, "import/"), {"file": csv(*ROWS)})
    assert results(answer) == [
        (2, "A-1", "created", []),
        (3, "A-2", "created", []),
        (
            4,
            "",
            "rejected",
            [
                "“Ukjent AS” is not a supplier on this agreement.",
                "We do not know the agency “Ukjent etat”.",
                "The agreement has no lot “9”.",
                "“31.02.2026” is no date.",
                "“mye” is no amount.",
            ],
        ),
        (5, "", "rejected", ["There is no reference."]),
        (6, "A-5", "rejected", ["QQQ is not a currency. Write three letters, for example NOK."]),
    ]
    first = CallOff.objects.get(reference="A-1")
    assert (first.agency, first.lot, first.value) == (cast.agency_body, cast.lot1, Decimal("1250000.50"))
    assert "New: 2. Changed: 0. Unchanged: 0. Cannot be read: 3." in text(answer)


def test_the_same_sheet_again_changes_nothing(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    client.post(page(cast, "import/"), {"file": csv(*ROWS[:3])})
    again = client.post(page(cast, "import/"), {"file": csv(ROWS[0], ROWS[1], ROWS[2].replace("2026-02-03", "2026-02-04"))})
    assert [result[2] for result in results(again)] == ["unchanged", "updated"]
    assert CallOff.objects.get(reference="A-2").signed_on == date(2026, 2, 4)
    assert CallOff.objects.count() == 2


def test_a_workbook_works_as_well(cast: Cast, visit: Visit) -> None:
    book = Workbook()
    assert book.active
    book.active.append(["Avrop 2026"])
    book.active.append(["Reference", "Supplier", "Date", "Amount"])
    book.active.append(["A-9", "Fjordtek AS", date(2026, 1, 31), 5000.5])
    content = BytesIO()
    book.save(content)
    file = SimpleUploadedFile("avrop.xlsx", content.getvalue())
    assert [result[:3] for result in results(visit(cast.manager).post(page(cast, "import/"), {"file": file}))] == [(3, "A-9", "created")]
    made = CallOff.objects.get()
    assert (made.signed_on, made.value) == (date(2026, 1, 31), Decimal("5000.50"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"a;b\n1;2", "row of headings"),
        (b"PK\x03\x04 not a workbook", ""),
        (b"\x00\x01\x02", ""),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_words(cast: Cast, visit: Visit, content: bytes, words: str) -> None:
    answer = visit(cast.manager).post(page(cast, "import/"), {"file": SimpleUploadedFile("avrop.csv", content)})
    assert answer.status_code == 422
    assert words in said(answer)
    assert not CallOff.objects.exists()


def test_each_sees_what_concerns_it(cast: Cast, visit: Visit) -> None:
    for reference, supplier, agency in (("A-1", cast.nordvare, cast.agency_body), ("A-2", cast.fjordtek, None)):
        CallOff.objects.create(framework=cast.pc, reference=reference, supplier=supplier, agency=agency, created_at=NOW)

    def seen(who: Any) -> set[str]:
        return {row.reference for row in visit(who).get(page(cast)).context["listing"].rows}

    assert seen(cast.reader) == {"A-1", "A-2"}
    assert seen(cast.csr) == seen(cast.agency) == {"A-1"}
    assert seen(cast.csr_polar) == set()
    sheet = visit(cast.csr).get(page(cast, "sheet/xlsx/"))
    assert [row[0] for row in load_workbook(BytesIO(b"".join(sheet))).active.values] == ["Reference", "A-1"]


def test_the_list_asks_few_questions(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    CallOff.objects.bulk_create(
        CallOff(framework=cast.pc, reference=f"A-{n}", supplier=cast.nordvare, lot=cast.lot1, agency=cast.agency_body, created_at=NOW)
        for n in range(120)
    )
    client = visit(cast.manager)
    client.get(page(cast))
    with django_assert_max_num_queries(12):
        answer = client.get(page(cast), {"supplier": str(cast.nordvare.pk), "q": "A-"})
    assert len(answer.context["listing"].rows) == 50


@pytest.mark.parametrize("who", ["specialist", "reader", "other_manager", "agency", "csr"])
def test_others_may_not(cast: Cast, visit: Visit, who: str) -> None:
    made = CallOff.objects.create(framework=cast.pc, reference="A-1", supplier=cast.nordvare, agency=cast.agency_body, created_at=NOW)
    client = visit(getattr(cast, who))
    for address in (page(cast, "new/"), page(cast, "import/"), f"/call-offs/{made.pk}/edit/"):
        assert client.post(address, {}).status_code == 403
