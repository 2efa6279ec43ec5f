"""Notices brought in on the page: a file, what it would do, ticks, and only then the agreements."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from contracts.models import Framework, ImportRun
from contracts.services import imports
from notifications.models import PlannedStep
from tests.cast import Cast
from tests.contracts import samples
from tests.contracts.conftest import Visit
from tests.contracts.pages import filled, html, said, text
from tests.factories import TODAY

pytestmark = pytest.mark.django_db

BEGIN = "/frameworks/import/"


def release(ocid: str = "ocds-1-a", **tender: Any) -> dict[str, Any]:
    """A process with the framework flag, one supplier awarded."""
    about = {"id": "1", "title": "Rammeavtale om stoler", "techniques": {"hasFrameworkAgreement": True}, **tender}
    award = {"id": "a", "status": "active", "suppliers": [{"id": "s", "name": "Stolmakeren AS"}]}
    parties = [{"id": "s", "name": "Stolmakeren AS", "roles": ["supplier"], "identifier": {"scheme": "NO-BRC", "id": "923609016"}}]
    return {
        "ocid": ocid,
        "id": "r1",
        "date": "2026-01-01T00:00:00Z",
        "tag": ["award"],
        "tender": about,
        "awards": [award],
        "parties": parties,
    }


def file(*releases: Any, name: str = "kunngjøring.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, json.dumps({"releases": list(releases)}).encode())


def send(client: Any, content: SimpleUploadedFile) -> ImportRun:
    answer = client.post(BEGIN, {"file": content})
    assert answer.status_code == 302
    return ImportRun.objects.get(pk=answer["Location"].split("/")[2])


def work() -> int:
    return imports.work(clock=timezone.now, today=TODAY)


def test_first_a_preview_that_writes_nothing_and_then_the_agreement(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    run = send(client, file(release()))
    assert "The file is being read." in text(client.get(f"/imports/{run.pk}/"))
    assert work() == 1
    page = client.get(f"/imports/{run.pk}/")
    assert "Rammeavtale om stoler" in text(page)
    assert "1 process would be new or changed." in text(page)
    assert not Framework.objects.filter(ocid="ocds-1-a").exists()
    client.post(f"/imports/{run.pk}/", filled(page))
    assert "The agreements are being brought in." in text(client.get(f"/imports/{run.pk}/"))
    work()
    framework = Framework.objects.get(ocid="ocds-1-a")
    assert framework.participations.get().supplier.identifier == "923609016"
    done = html(client.get(f"/imports/{run.pk}/"))
    assert f"/frameworks/{framework.pk}/" in done
    run.refresh_from_db()
    assert run.state == "done"
    assert not default_storage.exists(run.storage_name)


def test_the_preview_says_which_reminders_it_would_cause(cast: Cast, visit: Visit) -> None:
    """The end of the agreement is told of 180 days before: in three weeks."""
    client, ends_on = visit(cast.manager), TODAY + timedelta(days=201)
    signed = samples.release(ocid="ocds-1-signed")
    signed["tender"]["contractPeriod"]["endDate"] = f"{ends_on}T12:00:00+02:00"
    run = send(client, file(signed, release()))
    work()
    page = client.get(f"/imports/{run.pk}/")
    assert page.context["reminders"] == [(TODAY + timedelta(days=21), 1)]
    assert "Reminders that it would cause" in text(page)
    assert not PlannedStep.objects.filter(deadline__kind="agreement_expiry").exists()
    client.post(f"/imports/{run.pk}/", filled(page))
    work()
    assert PlannedStep.objects.filter(deadline__kind="agreement_expiry", on=TODAY + timedelta(days=21)).count() == 1
    again = send(client, file(signed))
    work()
    assert "It would cause no reminders" in text(client.get(f"/imports/{again.pk}/"))


def test_what_only_looks_like_an_agreement_is_ticked_and_can_be_unticked(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    loose = {"techniques": {"hasFrameworkAgreement": False}}
    run = send(client, file(release("ocds-1-a", **loose), release("ocds-1-b", **{**loose, "title": "Kjøp av en stol"})))
    work()
    page = client.get(f"/imports/{run.pk}/")
    assert filled(page)["chosen"] == ["ocds-1-a"], "its title speaks of a framework agreement"
    client.post(f"/imports/{run.pk}/", {"chosen": ["ocds-1-b"]})
    work()
    assert set(Framework.objects.filter(ocid__startswith="ocds-1").values_list("ocid", flat=True)) == {"ocds-1-b"}


def test_the_same_file_again_changes_nothing(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    for _ in range(2):
        run = send(client, file(release()))
        work()
        client.post(f"/imports/{run.pk}/", {})
        work()
    assert Framework.objects.filter(ocid="ocds-1-a").count() == 1
    assert "Unchanged" in text(client.get(f"/imports/{run.pk}/"))


def test_a_bad_release_stops_no_other(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    run = send(client, file(7, {"id": "x"}, release()))
    work()
    page = client.get(f"/imports/{run.pk}/")
    assert [row.outcome for row in page.context["rows"]] == ["created", "rejected", "rejected"]
    assert [row.outcome for row in client.get(f"/imports/{run.pk}/?outcome=rejected").context["rows"]] == ["rejected", "rejected"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"[]", "holds no OCDS"), (b"not json", "not JSON"), (b'{"a": 1}', "holds no OCDS"), (b"\xff\xfe\x00", "")],
)
def test_a_file_that_cannot_be_read_says_so_and_can_be_put_away(cast: Cast, visit: Visit, content: bytes, words: str) -> None:
    client = visit(cast.manager)
    run = send(client, SimpleUploadedFile("feil.json", content))
    work()
    page = client.get(f"/imports/{run.pk}/")
    assert "The file could not be read. Nothing was brought in." in text(page)
    assert words in text(page)
    assert client.post(f"/imports/{run.pk}/drop/").status_code == 302
    assert not ImportRun.objects.filter(pk=run.pk).exists()


def test_an_empty_file_is_refused_at_once(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.manager).post(BEGIN, {"file": SimpleUploadedFile("tom.json", b"")})
    assert answer.status_code == 422
    assert "empty" in said(answer)
    assert not ImportRun.objects.exists()


def test_it_is_confirmed_once(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    run = send(client, file(release()))
    assert client.post(f"/imports/{run.pk}/", {}).status_code == 409, "it has not been read yet"
    work()
    assert client.post(f"/imports/{run.pk}/", {}).status_code == 302
    assert client.post(f"/imports/{run.pk}/", {}).status_code == 409


def test_a_worker_that_died_is_followed_by_another_and_a_living_one_is_left_alone(cast: Cast, visit: Visit) -> None:
    run = send(visit(cast.manager), file(release()))
    later = timezone.now() + imports.LEASE
    ImportRun.objects.filter(pk=run.pk).update(leased_until=later)
    assert work() == 0
    ImportRun.objects.filter(pk=run.pk).update(leased_until=timezone.now() - imports.LEASE)
    assert work() == 1


@pytest.mark.parametrize("who", ["specialist", "reader", "agency", "csr", "auditor"])
def test_others_may_not(cast: Cast, visit: Visit, who: str) -> None:
    run = ImportRun.objects.create(started_by=cast.manager, file_name="a.json", storage_name="none", created_at=timezone.now())
    client = visit(getattr(cast, who))
    foreign = 403 if who in ("specialist", "reader") else 404
    assert client.get(BEGIN).status_code == 403
    assert client.post(BEGIN, {"file": file(release())}).status_code == 403
    assert client.get(f"/imports/{run.pk}/").status_code == foreign
    assert client.post(f"/imports/{run.pk}/", {}).status_code == foreign
    assert client.post(f"/imports/{run.pk}/drop/").status_code == foreign


def test_the_pages_ask_few_questions(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    client = visit(cast.manager)
    run = send(client, file(*[release(f"ocds-1-{n}") for n in range(40)]))
    work()
    client.get(BEGIN)
    for address in (BEGIN, f"/imports/{run.pk}/"):
        with django_assert_max_num_queries(12):
            client.get(address)
