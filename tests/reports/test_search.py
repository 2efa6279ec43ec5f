"""One search over agreements, suppliers and requests; nobody finds what is not theirs."""

from tests import factories
from tests.cast import Cast
from tests.contracts.pages import text
from tests.followup.conftest import Visit


def found(visit: Visit, person: object, words: str) -> str:
    return text(visit(person).get("/search/", {"q": words}))  # type: ignore[arg-type]


def test_all_three_by_parts_of_words(cast: Cast, visit: Visit) -> None:
    factories.document_request(cast.pc, cast.nordvare, cast.manager, title="Report on PC-utstyr")
    page = found(visit, cast.manager, "pc-utstyr")
    assert "Fellesavtale for PC-utstyr SI-PC" in page
    assert "Report on PC-utstyr" in page
    assert "Nordvare AS" in found(visit, cast.manager, "nordv")
    number = cast.nordvare.identifier
    assert "Nordvare AS" in found(visit, cast.manager, f"{number[:3]} {number[3:6]}")
    assert "Fellesavtale for PC-utstyr" in found(visit, cast.manager, "si-pc")


def test_a_supplier_finds_its_own_and_nobody_else(cast: Cast, visit: Visit) -> None:
    factories.document_request(cast.pc, cast.nordvare, cast.manager, title="For Nordvare")
    factories.document_request(cast.pc, cast.polar, cast.manager, title="For Polar")
    factories.document_request(cast.pc, cast.nordvare, cast.manager, title="For later", sent=False)
    page = found(visit, cast.csr, "for")
    assert "For Nordvare" in page
    for hidden in ("For Polar", "For later", "forbruksmateriell"):
        assert hidden not in page
    assert "Nothing found" in found(visit, cast.csr, "polar")
    assert "For Nordvare" not in found(visit, cast.agency, "for")


def test_nothing_asked_and_nothing_found(cast: Cast, visit: Visit) -> None:
    assert "Nothing found" not in found(visit, cast.manager, "  ")
    assert "Nothing found" in found(visit, cast.manager, "xyzzy")
    assert "Nothing found" in found(visit, cast.manager, "%")
