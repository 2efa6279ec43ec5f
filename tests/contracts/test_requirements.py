"""What is stipulated: clauses with their deadlines, requirements that bind at once, and text that is frozen when something rests on it."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.models import Clause, Requirement
from contracts.services import obligations
from core.models import History
from tests import factories
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import filled, html, said, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

AT = {"today": TODAY, "now": NOW}


def new(cast: Cast, page: str = "requirements") -> str:
    return f"/frameworks/{cast.pc.pk}/{page}/new/"


def wording(**changes: Any) -> dict[str, Any]:
    text = {"title": "Ingen barnearbeid", "text": "Barn skal ikke arbeide.", "theme": "ilo_core", "convention": "C138"}
    return {**text, "kind": "contract_clause", "level": "basic", **changes}


def test_a_requirement_binds_every_supplier_on_the_lots_it_covers(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    rule = cast.clause.rules.get()
    client.post(new(cast), wording(rule=rule.pk, lots=[cast.lot2.pk], valid_from="1.6.2026"))
    made = Requirement.objects.get(title="Ingen barnearbeid")
    assert (made.number, made.clause, made.rule) == (3, cast.clause, rule), "a rule says which clause it is of"
    bound = {tuple(row) for row in made.obligations.values_list("supplier__name", "lot__number", "declared", "verified")}
    assert bound == {("Nordvare AS", 2, "unknown", "unknown"), ("Polar Kontor AS", 2, "unknown", "unknown")}
    assert set(made.obligations.values_list("valid_from", flat=True)) == {made.valid_from}


def test_without_lots_it_covers_the_whole_agreement(cast: Cast, visit: Visit) -> None:
    visit(cast.manager).post(new(cast), wording())
    assert Requirement.objects.get(title="Ingen barnearbeid").obligations.count() == 4


def test_several_in_a_row_begin_with_the_same_clause(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    answer = client.post(new(cast), wording(rule=cast.clause.rules.get().pk, again="yes"))
    fields = filled(client.get(answer["Location"]))
    assert fields["rule"] == [str(cast.clause.rules.get().pk)]
    assert fields["theme"] == ["ilo_core"]


@pytest.mark.parametrize("field", ["title", "text", "theme"])
def test_what_must_be_written_is_asked_for(cast: Cast, visit: Visit, field: str) -> None:
    answer = visit(cast.manager).post(new(cast), wording(**{field: " "}))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in html(answer)


def test_nothing_of_another_agreement_can_be_chosen(cast: Cast, visit: Visit) -> None:
    foreign = factories.clause(cast.office)
    answer = visit(cast.manager).post(new(cast), wording(clause=foreign.pk, rule=foreign.rules.get().pk))
    assert answer.status_code == 422
    assert not Requirement.objects.filter(title="Ingen barnearbeid").exists()


def test_the_text_can_be_corrected_until_something_rests_on_it(cast: Cast, visit: Visit) -> None:
    client, edit = visit(cast.manager), f"/requirements/{cast.environment.pk}/edit/"
    client.post(edit, {**filled(client.get(edit)), "text": "Leverandøren skal ha miljøledelse."})
    cast.environment.refresh_from_db()
    assert cast.environment.text == "Leverandøren skal ha miljøledelse."
    obligation = cast.environment.obligations.get(supplier=cast.nordvare)
    obligations.judge(obligation=obligation, verified="met", method="document", checked_on=TODAY, actor=cast.manager, **AT)
    page = client.get(edit)
    assert "its text is frozen" in text(page)
    assert "text" not in filled(page)
    client.post(edit, {**filled(page), "text": "Noe annet.", "documentation": "Sertifikat."})
    cast.environment.refresh_from_db()
    assert (cast.environment.text, cast.environment.documentation) == ("Leverandøren skal ha miljøledelse.", "Sertifikat.")


def test_a_request_for_its_documentation_freezes_it_too(cast: Cast, visit: Visit) -> None:
    from followup.services.drafting import NewItem

    obligation = cast.environment.obligations.get(supplier=cast.nordvare)
    factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem(title="Sertifikat", obligations=[obligation])])
    assert "its text is frozen" in text(visit(cast.manager).get(f"/requirements/{cast.environment.pk}/edit/"))


def test_withdrawn_it_binds_nobody_and_stays_readable(cast: Cast, visit: Visit) -> None:
    client, pk = visit(cast.manager), cast.environment.pk
    assert client.post(f"/requirements/{pk}/withdraw/", {"reason": " "}).status_code == 422
    client.post(f"/requirements/{pk}/withdraw/", {"reason": "Dekkes av nytt krav."})
    cast.environment.refresh_from_db()
    assert cast.environment.withdrawn_on == TODAY
    assert set(cast.environment.obligations.values_list("valid_to", flat=True)) == {TODAY}
    assert History.objects.get(object_id=pk, verb="withdraw").changes == {"reason": "Dekkes av nytt krav."}
    assert client.get(f"/requirements/{pk}/").status_code == 200
    assert client.get(f"/requirements/{pk}/edit/").status_code == 200
    assert client.post(f"/requirements/{pk}/withdraw/", {"reason": "Igjen."}).status_code == 409


def test_who_comes_later_is_bound_by_what_stands(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    client.post(f"/requirements/{cast.environment.pk}/withdraw/", {"reason": "Ut."})
    client.post(new(cast, "participations"), {"supplier": cast.polar.pk, "lot": cast.lot1.pk})
    bound = cast.pc.obligations.filter(supplier=cast.polar, lot=cast.lot1)
    assert [row.requirement for row in bound] == [cast.due_diligence]


def clause(**changes: str) -> dict[str, str]:
    words = {"number": "5.1", "title": "Menneskerettigheter", "text": "Svar innen seks uker.", "version": "2022", "source": "Avtalen"}
    rows = {"rules-count": "2", "rules-0-offset": "6", "rules-0-unit": "weeks", "rules-0-anchor": "sent"}
    empty = {"rules-1-offset": "", "rules-1-unit": "weeks", "rules-1-anchor": "sent"}
    return {**words, **rows, **empty, **changes}


def test_a_clause_keeps_its_text_and_the_deadlines_it_gives(cast: Cast, visit: Visit) -> None:
    visit(cast.manager).post(new(cast, "clauses"), clause(**{"rules-1-offset": "1", "rules-1-unit": "months", "rules-1-anchor": "signing"}))
    made = Clause.objects.get(title="Menneskerettigheter")
    assert [str(rule) for rule in made.rules.order_by("offset")] == ["1 month from signing", "6 weeks from the day the request is sent"]


def test_one_more_deadline_without_script(cast: Cast, visit: Visit) -> None:
    page = visit(cast.manager).post(new(cast, "clauses"), clause(title="", add="rules"))
    fields = filled(page)
    assert page.status_code == 200
    assert fields["rules-count"] == ["3"]
    assert (fields["text"], fields["rules-0-offset"]) == (["Svar innen seks uker."], ["6"])


def test_a_clause_is_frozen_when_a_requirement_rests_on_it(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    client.post(new(cast, "clauses"), clause())
    made = Clause.objects.get(title="Menneskerettigheter")
    edit = f"/clauses/{made.pk}/edit/"
    assert filled(client.get(edit))["rules-0-offset"] == ["6"]
    client.post(edit, clause(text="Svar innen fire uker.", **{"rules-0-offset": "4"}))
    made.refresh_from_db()
    assert (made.text, [rule.offset for rule in made.rules.all()]) == ("Svar innen fire uker.", [4])
    client.post(new(cast), wording(clause=made.pk))
    answer = client.post(edit, clause(text="Svar når dere vil."))
    assert answer.status_code == 409
    assert "its text is frozen" in said(answer)
    made.refresh_from_db()
    assert made.text == "Svar innen fire uker."


def test_impossible_deadlines_are_refused(cast: Cast, visit: Visit) -> None:
    for offset in ("-1", "1001", "seks"):
        assert visit(cast.manager).post(new(cast, "clauses"), clause(**{"rules-0-offset": offset})).status_code == 422
    assert not Clause.objects.filter(title="Menneskerettigheter").exists()


@pytest.mark.parametrize("who", ["specialist", "reader", "other_manager", "agency", "csr"])
def test_others_may_not_stipulate(cast: Cast, visit: Visit, who: str) -> None:
    client = visit(getattr(cast, who))
    pages = [new(cast), new(cast, "clauses"), f"/clauses/{cast.clause.pk}/edit/"]
    pages += [f"/requirements/{cast.environment.pk}/{page}/" for page in ("edit", "withdraw")]
    for page in pages:
        assert client.get(page).status_code == 403
        assert client.post(page, wording()).status_code == 403


def test_nothing_is_stipulated_in_an_agreement_that_is_over(cast: Cast, visit: Visit) -> None:
    cast.pc.__class__.objects.filter(pk=cast.pc.pk).update(status="terminated")
    assert visit(cast.manager).post(new(cast), wording()).status_code == 409


def test_the_list_over_all_agreements_can_be_narrowed(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        factories.requirement(cast.office, f"Krav {number}", theme="wages")
    client = visit(cast.reader)

    def titles(**query: str) -> set[str]:
        return {row.title for row in client.get("/requirements/", query).context["listing"].rows}

    assert titles(framework=str(cast.pc.pk)) == {"Aktsomhetsvurderinger", "Miljøledelse"}
    assert titles(theme="environment") == {"Miljøledelse", "Papir fra ansvarlig skogbruk"}
    assert titles(q="skogbruk") == {"Papir fra ansvarlig skogbruk"}
    assert titles(kind="award_criterion") == {"Miljøledelse"}
    with django_assert_max_num_queries(12):
        client.get("/requirements/")


def test_a_deadline_rule_from_another_time_is_still_shown(cast: Cast, visit: Visit) -> None:
    """What was withdrawn some days ago is below the others, with its day."""
    Requirement.objects.filter(pk=cast.environment.pk).update(withdrawn_on=TODAY - timedelta(days=3))
    assert "Withdrawn requirements (1)" in text(visit(cast.reader).get(f"/frameworks/{cast.pc.pk}/requirements/"))


def test_a_later_form_of_a_rule_is_written_down_though_requirements_rest_on_it(cast: Cast, visit: Visit) -> None:
    rule = cast.clause.rules.get()
    client, url = visit(cast.manager), f"/clauses/{cast.clause.pk}/rules/new/"
    sent = {"first": rule.pk, "valid_from": "1.1.2027", "offset": "4", "unit": "weeks", "anchor": "sent", "source": "Rundskriv 3"}
    assert client.post(url, sent).status_code == 302
    later = rule.later.get()
    assert (later.clause, str(later), later.valid_from, later.calendar) == (
        cast.clause,
        "4 weeks from the day the request is sent",
        date(2027, 1, 1),
        "NO",
    )
    assert client.post(url, sent).status_code == 422, "the same day twice"
    assert client.post(url, sent | {"valid_from": ""}).status_code == 422
    page = text(client.get(f"/frameworks/{cast.pc.pk}/requirements/"))
    assert "from 1 January 2027" in page
    assert "Rundskriv 3" in page


def test_forms_of_a_rule_are_rows_below_it(cast: Cast, visit: Visit) -> None:
    first = {"rules-count": "2", "rules-0-offset": "1", "rules-0-unit": "months", "rules-0-anchor": "signing"}
    second = {"rules-1-offset": "-3", "rules-1-unit": "months", "rules-1-anchor": "agreement_end", "rules-1-valid_from": "20.9.2021"}
    wording = {"title": "Sluttrapport", "text": "Leverandøren rapporterer."}
    visit(cast.manager).post(new(cast, "clauses"), wording | first | second)
    made = Clause.objects.get(title="Sluttrapport")
    rule = made.rules.get(first=None)
    assert [str(form) for form in (rule, rule.later.get())] == ["1 month from signing", "3 months before the end of the agreement"]
    alone = {name.replace("-1-", "-0-"): value for name, value in second.items()} | {"rules-count": "1"}
    assert visit(cast.manager).post(new(cast, "clauses"), wording | alone).status_code == 422, "there is no rule that it could be a form of"
