"""Audits made by others: which schemes we may rely on, how strict each is, and what rests on them."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import Invalid
from core.models import History
from followup.models import Audit, AuditScheme
from followup.services import audit_outcomes, schemes
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.contracts.pages import filled, text
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT
from tests.followup.audits.stories import page_of as audit_page_of
from tests.followup.conftest import Visit


def page_of(it: AuditScheme, *parts: str) -> str:
    return "/".join(["", "audit-schemes", str(it.pk), *parts, ""])


def relied_on(cast: Cast, **said: Any) -> Audit:
    fields: dict[str, Any] = {
        "place": "Fabrikk 4",
        "performed_on": TODAY,
        "result": "improvements",
        "is_as_strict": True,
        "is_similar": True,
        "accepted_because": "Punkt 4 mot klausul 12.",
        "actor": cast.manager,
        **said,
    }
    return audit_outcomes.log_reused(framework=cast.pc, supplier=cast.nordvare, **fields, **AT)


def test_a_scheme_is_chosen_from_the_list_or_meant_by_its_name(cast: Cast) -> None:
    smeta = AuditScheme.objects.get(code="smeta")
    assert relied_on(cast, listed_scheme=smeta).scheme == "SMETA"
    assert relied_on(cast, scheme=" smeta ").listed_scheme == smeta
    own = relied_on(cast, scheme="Stiftelsen Rein Sko")
    assert (own.scheme, own.listed_scheme) == ("Stiftelsen Rein Sko", None)
    for said in ({}, {"listed_scheme": smeta, "scheme": "amfori BSCI"}):
        with pytest.raises(Invalid) as refused:
            relied_on(cast, **said)
        assert [each.field for each in refused.value.errors] == ["scheme"]
    schemes.retire(scheme=smeta, is_retired=True, actor=cast.admin, now=NOW)
    with pytest.raises(Invalid):
        relied_on(cast, listed_scheme=smeta)


def test_where_the_scheme_is_less_strict_somebody_says_how_they_know(cast: Cast, visit: Visit) -> None:
    smeta = AuditScheme.objects.get(code="smeta")
    bound = list(cast.environment.obligations.filter(supplier=cast.nordvare).select_related("requirement"))
    with pytest.raises(Invalid) as refused:
        relied_on(cast, listed_scheme=smeta, obligations=bound, accepted_because="")
    assert [each.field for each in refused.value.errors] == ["accepted_because"]
    audit = relied_on(cast, listed_scheme=smeta, obligations=bound)
    page = text(visit(cast.manager).get(audit_page_of(audit)))
    assert "By our list it is not as strict everywhere:" in page
    assert "Environment and climate: as strict in part" in page
    schemes.save(written={"name": "SMETA 8"}, scheme=smeta, actor=cast.specialist, now=NOW)
    audit.refresh_from_db()
    assert audit.scheme == "SMETA", "what was written down stands"


def test_the_list_is_kept_on_its_pages(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    ours, reader = visit(cast.specialist), visit(cast.reader)
    form = {name: values[0] for name, values in filled(ours.get("/audit-schemes/new/")).items()}
    covers = dict.fromkeys(("covers_nb", "covers_nn", "covers_en"), "Sko.")
    said = {**form, **covers, "name": "Rein Sko", "owner": "Stiftelsen", "sort": "scheme", "theme-wages": "weaker"}
    assert ours.post("/audit-schemes/new/", {**said, "name": "smeta"}).status_code == 422
    ours.post("/audit-schemes/new/", said)
    it = AuditScheme.objects.get(name="Rein Sko")
    assert (it.code, it.strictness) == ("rein-sko", {"wages": "weaker"})
    ours.post(page_of(it, "edit"), {**said, "theme-wages": "as_strict"})
    page = text(reader.get(page_of(it)))
    assert "As strict as our requirements" in page
    assert "Compared anew: wage and working conditions" in page
    audit = relied_on(cast, listed_scheme=it)
    with django_assert_max_num_queries(12):
        assert "Rein Sko" in text(reader.get("/audit-schemes/"))
    found = visit(cast.manager).get("/audits/", {"scheme": str(it.pk)})
    assert str(audit.pk) in found.content.decode()
    ours.post(page_of(it, "retire"))
    assert "out of use" in text(reader.get("/audit-schemes/"))
    assert sorted(History.objects.filter(object_id=it.pk).values_list("verb", flat=True)) == ["create", "edit", "retire"]
    assert visit(cast.csr).get("/audit-schemes/").status_code == 403


def test_programs_read_and_keep_the_list(cast: Cast, django_assert_max_num_queries: Any) -> None:
    api: Callable[..., Program] = Program
    ours = api(cast.admin)
    covers = dict.fromkeys(("covers_nb", "covers_nn", "covers_en"), "Sko.")
    made = ours.post("audit-schemes/", {"name": "Rein Sko", "owner": "Stiftelsen", **covers, "strictness": {"wages": "weaker"}})
    assert made.status_code == 201, made.content
    path = f"audit-schemes/{made.json()['id']}/"
    assert ours.patch(path, {"strictness": {"environment": "partly"}}).json()["strictness"] == {"environment": "partly"}
    problem_of(ours.patch(path, {"strictness": {"prices": "partly"}}), 400)
    problem_of(ours.patch(path, {"name": "smeta"}), 400)
    assert ours.post(f"{path}retire/").json()["is_retired"]
    problem_of(api(cast.manager).post(f"{path}restore/"), 403)
    problem_of(api(cast.csr).get(path), 404)
    reader = api(cast.reader)
    with django_assert_max_num_queries(6):
        rows = reader.get("audit-schemes/", is_retired="false").json()["results"]
    assert "smeta" in {row["code"] for row in rows}
    said: dict[str, Any] = {
        "framework": str(cast.pc.pk),
        "supplier": str(cast.nordvare.pk),
        "kind": "reused",
        "performed_on": TODAY.isoformat(),
    }
    said |= {"result": "improvements", "place": "Oslo", "is_as_strict": True, "is_similar": True, "scheme": "SMETA"}
    audit = api(cast.manager).post("audits/", said).json()
    assert audit["listed_scheme"] == str(AuditScheme.objects.get(code="smeta").pk)
    found = api(cast.manager).get("audits/", scheme=audit["listed_scheme"]).json()["results"]
    assert [each["id"] for each in found] == [audit["id"]]
