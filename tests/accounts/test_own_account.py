"""One's own: settings, tokens for programs, a forgotten password, switching organisation."""

import re
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import ApiToken
from notifications import delivery
from notifications.models import Message
from tests.cast import Cast, SignIn
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def send() -> dict[str, int]:
    return dict(delivery.deliver(clock=timezone.now))


def test_settings_are_saved_and_the_pages_speak_the_language(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.csr)
    answer = browser.post("/accounts/settings/", {"name": "Nora N", "phone": "+47 1", "language": "nn", "time_zone": "Asia/Shanghai"})
    assert answer.status_code == 302
    cast.csr.person.refresh_from_db()
    assert (cast.csr.person.name, cast.csr.person.language, cast.csr.person.time_zone) == ("Nora N", "nn", "Asia/Shanghai")
    assert 'lang="nn"' in browser.get("/accounts/settings/").content.decode()


def test_a_zone_that_does_not_exist_is_refused(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.csr).post("/accounts/settings/", {"name": "N", "language": "nb", "time_zone": "Moon/Base"})
    assert answer.status_code == 422


def test_a_token_is_shown_once_and_kept_as_a_digest(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.manager)
    page = browser.post("/accounts/tokens/", {"name": "Regneark"})
    found = re.search(r"cpb_[\w-]+", page.content.decode())
    assert found
    token = ApiToken.objects.get()
    assert found[0] not in (token.digest, token.name)
    assert token.digest == services.digest(found[0])
    assert "cpb_" not in browser.get("/accounts/tokens/").content.decode()
    assert page["Cache-Control"] == "no-store"
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {found[0]}"}).status_code == 200
    assert browser.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 302
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {found[0]}"}).status_code == 401


def test_another_persons_token_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    services.issue_token(user=cast.manager, name="x", now=timezone.now())
    assert sign_in(cast.owner).post(f"/accounts/tokens/{ApiToken.objects.get().pk}/revoke/").status_code == 404


def test_the_command_prints_the_token_alone_on_the_last_line(cast: Cast) -> None:
    out = StringIO()
    call_command("api_token", "Manager@cpb.example", stdout=out)
    last = out.getvalue().rstrip("\n").splitlines()[-1]
    assert services.user_of_token(last, today=timezone.localdate()) == cast.manager
    with pytest.raises(CommandError):
        call_command("api_token", "nobody@cpb.example")


def test_a_forgotten_password_by_mail_whose_link_is_made_when_it_is_sent(cast: Cast) -> None:
    assert Client().post("/accounts/password/reset/", {"email": cast.csr.email}).status_code == 302
    assert send() == {"sent": 1}
    link = re.search(r"/accounts/password/reset/key/[^\s\"<]+", str(mail.outbox[0].body))
    assert link
    message = Message.objects.get()
    assert link[0] not in message.text
    assert link[0].split("/")[-2] not in message.html
    browser = Client()
    page: Any = browser.get(link[0], follow=True)
    assert page.status_code == 200
    new = "a quite different sentence"
    answer = browser.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert answer.status_code == 302
    assert send() == {"sent": 1}, "that it was changed is told too"
    assert Client().login(email=cast.csr.email, password=new)


def test_an_address_that_nobody_has_is_answered_alike_and_mailed_nothing(cast: Cast) -> None:
    known, unknown = (Client().post("/accounts/password/reset/", {"email": email}) for email in (cast.csr.email, "ingen@nordvare.example"))
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert send() == {"sent": 1}
    assert mail.outbox[0].to == [cast.csr.email]


def test_nobody_signs_up_by_themselves(cast: Cast) -> None:
    answer = Client().post("/accounts/signup/", {"email": "ny@stranger.example", "password1": PASSWORD})
    assert b"stranger" not in answer.content
    assert not type(cast.csr).objects.filter(email="ny@stranger.example").exists()


def test_from_sign_in_on_the_pages_speak_ones_language(cast: Cast) -> None:
    cast.csr.person.language = "en"
    cast.csr.person.save()
    browser = Client()
    browser.post("/accounts/login/", {"login": cast.csr.email, "password": PASSWORD})
    assert browser.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_the_language_chosen_on_a_page_is_kept_for_mails_and_the_next_sign_in(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.csr)
    for chosen in ("en", "tlh", ""):
        assert browser.post("/language/", {"language": chosen, "next": "/help/"}).status_code == 302
    cast.csr.person.refresh_from_db()
    assert cast.csr.person.language == "en"


def test_switching_only_between_ones_own(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.csr_fjordtek)
    assert browser.post("/accounts/switch/", {"organisation": str(cast.nordvare.pk)}).status_code == 302
    assert browser.session["organisation"] == str(cast.nordvare.pk)
    for wrong in (str(cast.polar.pk), "nonsense", ""):
        assert browser.post("/accounts/switch/", {"organisation": wrong}).status_code == 404
