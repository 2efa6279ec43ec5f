"""Use case: a session ends while somebody writes. The text comes back after sign-in; files must be chosen again."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.cast import Cast, SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.gallery")]

PAGE = "/written/?tab=2"
TEXT = {
    "title": "Egenrapport om lønn",
    "due_on": "2.12.2026",
    "reason": "Fordi avtalen sier det,\nog fordi vi vil vite det.",
    "value": "1 500",
    "method": "b",
    "requirements": ["1", "3"],
    "supplier": "1",
}


def leave_page_open(sign_in: SignIn, user: User) -> Client:
    """Somebody opened the page, and then the session ended; the browser kept its other cookies."""
    client = sign_in(user)
    client.get(PAGE)
    client.cookies.pop("sessionid")
    return client


def send(client: Client, data: Mapping[str, object], referer: str = f"http://testserver{PAGE}", **headers: str) -> Any:
    return client.post("/written/send/", data, headers={"referer": referer, **headers})


def sign_in_again(client: Client, user: User) -> None:
    client.force_login(user)


def test_text_comes_back_after_sign_in(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)

    answer = send(client, TEXT)
    assert answer.status_code == 302
    assert answer.url == "/accounts/login/?next=/written/%3Ftab%3D2"
    assert b"what you wrote comes back" in client.get(answer.url, headers={"accept-language": "en"}).content

    sign_in_again(client, cast.manager)
    page = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert 'value="Egenrapport om lønn"' in page
    assert "Fordi avtalen sier det,\nog fordi vi vil vite det.</textarea>" in page
    assert 'value="2.12.2026"' in page
    assert re.findall(r'id="(id_\w+)"[^>]* checked|checked [^>]*id="(id_\w+)"', page) == [
        ("id_method_1", ""),
        ("id_requirements_0_0", ""),
        ("id_requirements_1_0", ""),
    ]
    assert "What you wrote is back below" in page
    assert "Files must be chosen again" not in page


def test_a_reload_does_not_lose_it_but_sending_ends_it(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)
    send(client, TEXT)
    sign_in_again(client, cast.manager)
    client.get(PAGE)
    assert "Egenrapport om lønn" in client.get(PAGE).content.decode()

    send(client, TEXT)
    assert "Egenrapport om lønn" not in client.get(PAGE).content.decode()


def test_files_are_not_kept_and_the_page_says_so(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)
    send(client, TEXT | {"files": SimpleUploadedFile("lønn.pdf", b"%PDF-1.7")})
    sign_in_again(client, cast.manager)

    page = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "Egenrapport om lønn" in page
    assert "Files must be chosen again." in page


def test_no_file_of_a_stranger_reaches_the_disk(cast: Cast, sign_in: SignIn, settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1
    client = Client(enforce_csrf_checks=True)
    answer = send(client, TEXT | {"files": SimpleUploadedFile("big.bin", b"x" * 10_000)})
    assert answer.status_code == 302
    assert list(tmp_path.iterdir()) == []


def test_another_person_at_the_same_machine_does_not_get_it(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)
    send(client, TEXT)
    sign_in_again(client, cast.deputy)
    assert "Egenrapport om lønn" not in client.get(PAGE).content.decode()


def test_a_browser_that_never_signed_in_keeps_nothing(cast: Cast) -> None:
    client = Client()
    send(client, TEXT)
    sign_in_again(client, cast.manager)
    assert "Egenrapport om lønn" not in client.get(PAGE).content.decode()


def test_another_site_cannot_put_words_into_our_forms(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)
    answer = send(client, TEXT, referer="https://elsewhere.example/")
    assert answer.url == "/accounts/login/?next=/"
    sign_in_again(client, cast.manager)
    assert "Egenrapport om lønn" not in client.get(PAGE).content.decode()


def test_the_way_back_to_the_text_never_leaves_the_site(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)
    answer = send(client, TEXT, referer="http://testserver//elsewhere.example/x")
    assert answer.url == "/accounts/login/?next=/"


def test_passwords_are_never_kept(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)
    send(client, TEXT | {"old_password": "very secret"})
    assert "very secret" not in str(dict(client.session))


def test_after_two_hours_it_is_gone(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)
    send(client, TEXT)
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        sign_in_again(client, cast.manager)
        assert "Egenrapport om lønn" not in client.get(PAGE).content.decode()


def test_text_that_no_form_takes_back_is_shown_to_be_copied(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)
    send(client, {"comment": "Side 3 mangler underskrift."})
    sign_in_again(client, cast.manager)
    page = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "so that you can copy it" in page
    assert "Side 3 mangler underskrift." in page


def test_a_partial_update_goes_to_sign_in_as_a_whole_page(cast: Cast, sign_in: SignIn) -> None:
    client = leave_page_open(sign_in, cast.manager)
    answer = send(client, TEXT, **{"HX-Request": "true", "HX-Current-URL": f"http://testserver{PAGE}"})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/written/%3Ftab%3D2"


def test_signing_in_again_in_another_tab_loses_nothing(cast: Cast) -> None:
    """The other tab's sign-in changed the CSRF token, so this tab's form is refused: its text is kept and the page opened anew."""
    client = Client(enforce_csrf_checks=True)
    sign_in_again(client, cast.manager)
    client.get(PAGE)
    answer = send(client, TEXT | {"csrfmiddlewaretoken": "x" * 64})
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert "Egenrapport om lønn" in client.get(PAGE).content.decode()


def test_a_forged_form_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in_again(client, cast.manager)
    client.get(PAGE)
    answer = send(client, TEXT, referer="https://elsewhere.example/")
    assert answer.status_code == 403
    assert "Egenrapport om lønn" not in client.get(PAGE).content.decode()
