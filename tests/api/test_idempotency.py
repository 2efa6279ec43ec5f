"""The same request sent twice happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections

from core.api import idempotency
from core.models import IdempotentAnswer
from followup.models import Document, DocumentRequest, Submission
from tests import cast as the_cast
from tests import factories
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.factories import NOW

Api = Callable[..., Program]


def request_body(cast: Cast, title: str = "Aktsomhetsvurderinger") -> dict[str, Any]:
    return {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "title": title}


def paper(text: str = "Innhold", name: str = "rapport.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_the_first_answer_is_given_again(cast: Cast, api: Api, monday_morning: time_machine.Traveller) -> None:
    first = api(cast.manager).post("document-requests/", request_body(cast), key="a")
    monday_morning.shift(timedelta(hours=23))
    again = api(cast.manager).post("document-requests/", dict(reversed(request_body(cast).items())), key="a")
    assert (again.status_code, again.content, again.headers["Content-Type"]) == (201, first.content, first.headers["Content-Type"])
    assert DocumentRequest.objects.count() == 1


def test_after_a_day_the_key_is_new(cast: Cast, api: Api, monday_morning: time_machine.Traveller) -> None:
    api(cast.manager).post("document-requests/", request_body(cast), key="a")
    monday_morning.shift(timedelta(hours=24, seconds=1))
    assert api(cast.manager).post("document-requests/", request_body(cast, "Noe annet"), key="a").status_code == 201
    assert DocumentRequest.objects.count() == 2
    monday_morning.shift(timedelta(hours=24, seconds=1))
    assert idempotency.forget(now=NOW + timedelta(days=3)) == 1


def test_another_content_is_422(cast: Cast, api: Api) -> None:
    api(cast.manager).post("document-requests/", request_body(cast), key="a")
    problem_of(api(cast.manager).post("document-requests/", request_body(cast, "Noe annet"), key="a"), 422)
    assert DocumentRequest.objects.count() == 1


def test_a_key_is_its_users_and_its_paths(cast: Cast, api: Api) -> None:
    made = api(cast.manager).post("document-requests/", request_body(cast), key="a").json()
    assert api(cast.deputy).post("document-requests/", request_body(cast), key="a").status_code == 201
    assert api(cast.manager).post(f"document-requests/{made['id']}/send/", key="a").json()["status"] == "sent"
    assert DocumentRequest.objects.count() == 2


def test_a_refusal_is_an_answer_too(cast: Cast, api: Api) -> None:
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    path = f"document-requests/{request.pk}/accept/"
    first = api(cast.manager).post(path, key="a")
    problem_of(first, 409)
    api(cast.csr).upload(f"document-requests/{request.pk}/submit/", files=paper())
    assert api(cast.manager).post(path, key="a").content == first.content
    assert api(cast.manager).post(path, key="b").json()["status"] == "accepted"


def test_what_is_wrong_in_form_is_said_before_the_key_counts(cast: Cast, api: Api) -> None:
    problem_of(api(cast.manager).post("document-requests/", {"title": ""}, key="a"), 400)
    assert api(cast.manager).post("document-requests/", request_body(cast), key="a").status_code == 201


def test_a_failure_of_ours_may_be_tried_again(cast: Cast, api: Api) -> None:
    with mock.patch("followup.services.asking.briefs.refresh", side_effect=OperationalError):
        problem_of(api(cast.manager).post("document-requests/", request_body(cast), key="a"), 503)
    assert not IdempotentAnswer.objects.exists()
    assert api(cast.manager).post("document-requests/", request_body(cast), key="a").status_code == 201


def test_files_count_by_name_and_checksum(cast: Cast, api: Api) -> None:
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    path = f"document-requests/{request.pk}/submit/"
    first = api(cast.csr).upload(path, key="a", files=paper())
    assert first.status_code == 200
    assert api(cast.csr).upload(path, key="a", files=paper()).content == first.content
    problem_of(api(cast.csr).upload(path, key="a", files=paper("Annet")), 422)
    problem_of(api(cast.csr).upload(path, key="a", files=paper(name="annet.txt")), 422)
    problem_of(api(cast.csr).upload(path, key="a", files=paper(), note="Hei"), 422)
    assert Submission.objects.count() == Document.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_length(cast: Cast, api: Api, key: str) -> None:
    problem_of(api(cast.manager).post("document-requests/", request_body(cast), key=key), 400)


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    def one(number: int) -> Any:
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.fault("F19", "twenty submissions at once with one key")
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_the_same_key_happen_once(api: Api) -> None:
    cast = the_cast.build()
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    program = api(cast.csr)
    program.get("me/")
    connection.close()
    path = f"document-requests/{request.pk}/submit/"
    answers = at_once(20, lambda _: program.upload(path, key="a", files=paper()))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert Submission.objects.count() == Document.objects.count() == 1


@pytest.mark.fault("F20", "two reviewers decide at once")
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_wins(api: Api) -> None:
    cast = the_cast.build()
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    path = f"document-requests/{request.pk}/"
    api(cast.csr).upload(f"{path}submit/", files=paper())
    reviewers = [api(cast.manager), api(cast.specialist)]
    connection.close()
    actions: list[tuple[str, dict[str, Any]]] = [("accept/", {}), ("return/", {"reason": "incomplete"})]
    answers = at_once(2, lambda number: reviewers[number].post(path + actions[number][0], actions[number][1]))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    verdicts = [round_.verdict for round_ in request.rounds.all() if round_.verdict]
    assert len(verdicts) == 1
