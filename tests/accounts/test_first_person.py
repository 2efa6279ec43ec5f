"""A new installation has nobody and no central body: the command invites its first person, as the README says."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from notifications import delivery

pytestmark = pytest.mark.django_db


def test_the_first_person_is_invited_to_a_body_that_the_settings_name(settings: Any) -> None:
    settings.ORGANISATION_NAME = "Etatens innkjøp"
    assert not Organisation.objects.exists()
    invite("etatens innkjøp")
    assert dict(delivery.deliver(clock=timezone.now, is_any_time=True)) == {"sent": 1}
    link = re.search(r"/accounts/invitation/[^\s\"<]+", str(mail.outbox[-1].body))
    assert link
    Client().post(link[0], {"name": "Du", "password": "correct horse battery staple"})
    assert User.objects.get(email="du@etat.example").may("people_invite")
    invite("Etatens innkjøp", email="to@etat.example")
    assert Organisation.objects.count() == 1


def test_another_name_is_refused_and_the_right_one_told(settings: Any) -> None:
    with pytest.raises(CommandError, match=f"No organisation is called Vi. The central body is called {settings.ORGANISATION_NAME}."):
        invite("Vi")


def invite(organisation: str, *, email: str = "du@etat.example") -> None:
    call_command("invite", email, "--role", "administrator", "--organisation", organisation, stdout=StringIO())
