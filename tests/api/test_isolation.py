"""Nothing in the API tells one supplier of another: ids of another's rows are answered like ids that nobody has.

The routes and the fields are taken from the router, so that a new one is covered by itself.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework import serializers
from rest_framework.test import APIRequestFactory

from cpb.api_urls import router
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.permission_world import Pair

Api = Callable[..., Program]
Actions = Iterator[tuple[str, str, type[Any], str]]

CHECKED_BY_THE_SERVICE = {
    ("document-request", "accept", "items"),
    ("document-request", "return_", "items"),
    ("document-request", "submit", "manifest.items"),
    ("document-request", "submit", "not_applicable.item"),
    ("audit", "judge", "obligation"),
    ("audit", "leave", "member"),
    ("audit", "cost", "member"),
    ("audit", "convert", "cost"),
    ("audit", "strike", "cost"),
    ("audit", "take_report_away", "report"),
    ("finding", "return_plan", "actions.action"),
    ("finding", "finish_action", "action"),
    ("finding", "strike_effect", "effect"),
    ("meeting", "minutes", "actions.id"),
    ("meeting", "minutes", "were_there"),
    ("meeting", "finish_action", "action"),
    ("received-result", "rely", "audit"),
    ("received-result", "decline", "audit"),
    ("sheet", "merge", "entries.id"),
    ("sheet", "merge", "entries.question"),
    ("sheet", "choose", "entry"),
    ("sheet", "photos", "id"),
    ("sheet", "photos", "question"),
    ("sheet", "pieces", "id"),
    ("sheet", "pieces", "question"),
    ("sheet", "log_finding", "question"),
    ("written-report", "partial_update", "sections.id"),
    ("written-report", "comment", "section"),
    ("written-report", "comment", "remove"),
    ("written-report", "answer", "section"),
}
"""Keys in bodies that are looked for among the case's own parts and nowhere else."""

NOT_YET = {"sanctions/{}/decision_letter/"}
"""What the own thing has only later: a letter, once it is decided."""

NEVER_A_SUPPLIERS = {"agency-reports", "audit-schemes", "checklists", "received-results", "sheets", "sheet-photos"}
"""What no supplier ever sees, not even where it is about that supplier."""


def detail_actions() -> Actions:
    """Kind of thing, path with a place for its key, resource and name of the action."""
    for prefix, resource, _basename in router.registry:
        yield prefix, f"{prefix}/{{}}/", resource, "retrieve"
        if hasattr(resource, "partial_update"):
            yield prefix, f"{prefix}/{{}}/", resource, "partial_update"
        action: Any
        for action in resource.get_extra_actions():
            yield prefix, f"{prefix}/{{}}/{action.url_path}/", resource, action.__name__


def ask(program: Program, action: str, resource: type[Any], path: str) -> Any:
    if action == "partial_update":
        return program.patch(path, {})
    found = getattr(resource, action)
    return program.post(path) if "post" in getattr(found, "mapping", {}) else program.get(path)


def test_every_path_with_anothers_key_answers_like_a_key_that_nobody_has(cast: Cast, api: Api, world: dict[str, Pair]) -> None:
    program = api(cast.csr)
    asked = 0
    for kind, path, resource, action in detail_actions():
        foreign = ask(program, action, resource, path.format(world[kind].foreign))
        nobodys = ask(program, action, resource, path.format(uuid4()))
        assert foreign.status_code == (403 if resource.needs else 404), path
        assert (foreign.content, set(foreign.headers)) == (nobodys.content, set(nobodys.headers)), path
        own = ask(program, action, resource, path.format(world[kind].own))
        assert own.status_code != 404 or path in NOT_YET or kind in NEVER_A_SUPPLIERS, (
            f"{path}: the own thing must be there, or this test shows nothing"
        )
        if own.streaming:
            b"".join(own.streaming_content)  # read to its end, or the file stays open
        asked += 1
    assert asked >= 25


def test_lists_hold_nothing_of_another(cast: Cast, api: Api, world: dict[str, Pair]) -> None:
    """Neither its keys nor its name nor its people's addresses, in any list that a supplier can read."""
    secret = {str(pair.foreign) for pair in world.values() if isinstance(pair.foreign, UUID) and pair.foreign != pair.own}
    secret |= {"Polar", "polar.example", "Fjordtek", "fjordtek.example", "SI-KONTOR", str(cast.polar.pk), str(cast.fjordtek.pk)}
    for prefix, resource, _basename in router.registry:
        answer = api(cast.csr).get(f"{prefix}/", page_size=200, count=1)
        if getattr(resource, "needs", None):
            problem_of(answer, 403)
            continue
        text = answer.content.decode()
        assert '"results":[{' in text or prefix in NEVER_A_SUPPLIERS, prefix
        assert not [word for word in secret if word in text], prefix


def test_filters_by_anothers_key_answer_like_a_key_that_nobody_has(cast: Cast, api: Api, world: dict[str, Pair]) -> None:
    kinds = {"supplier": "organisations", "organisation": "organisations", "framework": "frameworks", "object_id": "document-requests"}
    kinds |= {"lot": "lots", "requirement": "requirements", "deadline": "deadlines"}
    program, asked = api(cast.csr), 0
    resource: Any
    for prefix, resource, _basename in router.registry:
        if resource.needs:
            continue
        for name in set(resource.filterset_class.base_filters if resource.filterset_class else ()) & set(kinds):
            foreign = program.get(f"{prefix}/", **{name: world[kinds[name]].foreign, "count": 1})
            assert foreign.content == program.get(f"{prefix}/", **{name: uuid4(), "count": 1}).content, (prefix, name)
            asked += 1
    assert asked >= 9


def fields_with_keys(form: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field, however deep, whose value names a row."""
    from core.api.fields import Visible, VisibleMany

    for name, field in form.fields.items():
        here = f"{path}.{name}" if path else name
        inner = field.entry() if hasattr(field, "entry") else getattr(field, "child", field)
        if isinstance(field, Visible | VisibleMany):
            yield here, field
        elif isinstance(inner, serializers.Serializer):
            yield from fields_with_keys(inner, here)
        elif isinstance(inner, serializers.UUIDField | serializers.RelatedField):
            yield here, field


def test_every_key_in_a_body_is_looked_for_among_what_the_sender_sees(cast: Cast, world: dict[str, Pair]) -> None:
    from core.api.fields import Visible, VisibleMany
    from followup.api.shapes import KindCode

    request = APIRequestFactory().post("/")
    request.user = cast.csr
    unscoped, scoped, compared = set(), 0, 0
    foreign = [pair.foreign for pair in world.values() if isinstance(pair.foreign, UUID)]
    resource: Any
    for _prefix, resource, basename in router.registry:
        for action, form in resource.inputs.items():
            for path, field in fields_with_keys(form(context={"request": request})):
                if isinstance(field, KindCode):  # kinds of documents are nobody's
                    continue
                if not isinstance(field, Visible | VisibleMany):
                    unscoped.add((basename, action, path))
                    continue
                nobodys = refusal(field, uuid4())
                for row in field.model._default_manager.filter(pk__in=foreign):  # a key of another kind is nobody's here
                    assert refusal(field, row.pk) == nobodys, (basename, action, path)
                    compared += 1
                scoped += 1
    assert unscoped == CHECKED_BY_THE_SERVICE
    assert scoped > 10
    assert compared > 10


def refusal(field: Any, key: UUID) -> Any:
    many = isinstance(field, serializers.ListField)
    try:
        field.run_validation([str(key)] if many else str(key))
    except serializers.ValidationError as error:
        return error.get_full_details()
    return "taken"


def test_items_of_anothers_request_are_unknown(cast: Cast, api: Api, world: dict[str, Pair]) -> None:
    def submit(item: Any) -> list[Any]:
        path = f"document-requests/{world['document-requests'].own}/submit/"
        parts = {
            "manifest": json.dumps([{"file": "a.txt", "items": [str(item)]}]),
            "not_applicable": json.dumps([{"item": str(item), "reason": "Nei."}]),
        }
        sent = [api(cast.csr).upload(path, files=SimpleUploadedFile("a.txt", b"a"), **{name: text}) for name, text in parts.items()]
        return [(answer.status_code, answer.content) for answer in sent]

    assert submit(world["items"].foreign) == submit(uuid4())
    assert {status for status, _ in submit(world["items"].foreign)} == {400}


def test_items_of_another_request_cannot_be_judged(cast: Cast, api: Api, world: dict[str, Pair]) -> None:
    path = f"document-requests/{world['document-requests'].own}/accept/"
    foreign = api(cast.manager).post(path, {"items": [str(world["items"].foreign)]})
    assert foreign.status_code == 400
    assert foreign.content == api(cast.manager).post(path, {"items": [str(uuid4())]}).content
