"""Inviting, joining, leaving: by mail, by page and by command."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import SYSTEM, Contact, Invitation, Membership, User
from core.errors import WrongState
from notifications import account_mail, delivery
from notifications.models import Message, Notice
from tests import factories
from tests.cast import Cast, SignIn

pytestmark = pytest.mark.django_db

PASSWORD = {"name": "Nils Ny", "password": "correct horse battery staple"}


def send() -> dict[str, int]:
    return dict(delivery.deliver(clock=timezone.now))


def link_in(body: str) -> str:
    found = re.search(r"/accounts/invitation/[^\s\"<]+", body)
    assert found, body
    return found[0]


def invite(cast: Cast, email: str = "ny@nordvare.example", role: str = "contributor", organisation: Any = None) -> str:
    """The link that the invited person finds in the mail."""
    account_mail.invite(email=email, organisation=organisation or cast.nordvare, role=role, actor=cast.admin, now=timezone.now())
    assert send() == {"sent": 1}
    return link_in(str(mail.outbox[-1].body))


def test_the_invited_chooses_a_password_and_is_in(cast: Cast) -> None:
    link, browser = invite(cast), Client()
    assert browser.get(link).status_code == 200
    assert not User.objects.filter(email="ny@nordvare.example").exists(), "looking acts on nothing"
    answer = browser.post(f"{link}?next=/document-requests/", PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/document-requests/")
    user = User.objects.get(email="ny@nordvare.example")
    assert list(user.memberships.values_list("organisation", "role")) == [(cast.nordvare.pk, "contributor")]
    assert user.person.name == "Nils Ny"
    assert Contact.objects.get(person=user.person).confirmed_at
    assert browser.get("/accounts/settings/").status_code == 200


def test_a_link_can_be_opened_often_and_used_once(cast: Cast) -> None:
    link = invite(cast)
    for _ in range(3):
        assert Client().get(link).status_code == 200
    Client().post(link, PASSWORD)
    stranger = Client()
    page = stranger.get(link)
    assert page.status_code == 200
    assert stranger.post(link, PASSWORD).status_code in (200, 409)
    assert Membership.objects.filter(organisation=cast.nordvare, user__email="ny@nordvare.example").count() == 1


def test_the_link_is_in_the_mail_and_nowhere_in_the_database(cast: Cast) -> None:
    link = invite(cast)
    token = link.rstrip("/").split("/")[-1]
    message = Message.objects.get()
    assert token not in message.text + message.html + message.subject
    assert not Notice.objects.filter(person__email="ny@nordvare.example").exists()


def test_a_link_that_somebody_made_up_is_not_found(cast: Cast) -> None:
    invite(cast)
    key = Invitation.objects.get().pk
    for text in ("x", str(key), f"{key}:AAAA"):
        assert Client().get(f"/accounts/invitation/{text}/").status_code == 404


def test_a_weak_password_is_said_at_its_field(cast: Cast) -> None:
    answer = Client().post(invite(cast), {"name": "Nils", "password": "kort"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["password"]
    assert not User.objects.filter(email="ny@nordvare.example").exists()


def test_it_runs_out_and_can_be_taken_back(cast: Cast) -> None:
    link = invite(cast)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert "form" not in Client().get(link).content.decode() or Client().post(link, PASSWORD).status_code == 409
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    services.revoke(invitation=Invitation.objects.get(), actor=cast.admin, now=timezone.now())
    assert Client().post(link, PASSWORD).status_code == 409
    assert not User.objects.filter(email="ny@nordvare.example").exists()


def test_a_revoked_invitation_is_not_mailed_any_more(cast: Cast) -> None:
    account_mail.invite(email="ny@nordvare.example", organisation=cast.nordvare, role="contributor", actor=cast.admin, now=timezone.now())
    services.revoke(invitation=Invitation.objects.get(), actor=cast.admin, now=timezone.now())
    assert send() == {"cancelled": 1}
    assert mail.outbox == []


def test_whoever_has_an_account_signs_in_and_joins_with_it(cast: Cast, sign_in: SignIn) -> None:
    link = invite(cast, email=cast.csr_polar.email)
    page = Client().get(link)
    assert "/accounts/login/" in page.content.decode()
    assert Client().post(link, PASSWORD).status_code == 200, "nobody takes an account over by its invitation"
    assert not Membership.objects.filter(user=cast.csr_polar, organisation=cast.nordvare).exists()
    assert sign_in(cast.csr_polar).post(link).status_code == 302
    assert Membership.objects.filter(user=cast.csr_polar, organisation=cast.nordvare, role="contributor").exists()


def test_somebody_else_cannot_use_it(cast: Cast, sign_in: SignIn) -> None:
    link = invite(cast)
    browser = sign_in(cast.csr_polar)
    assert browser.get(link).status_code == 200
    browser.post(link, PASSWORD)
    assert not Membership.objects.filter(user=cast.csr_polar, organisation=cast.nordvare).exists()


def test_it_never_leads_to_another_site(cast: Cast) -> None:
    answer = Client().post(f"{invite(cast)}?next=https://evil.example/", PASSWORD)
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("who", "status"), [("admin", 200), ("csr", 200), ("manager", 403), ("sales", 403), ("agency", 403), ("reader", 403)]
)
def test_who_sees_to_people(cast: Cast, sign_in: SignIn, who: str, status: int) -> None:
    assert sign_in(cast.everybody[who]).get("/accounts/people/").status_code == status


def test_a_main_contact_invites_to_its_own_organisation_alone(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.csr)
    answer = browser.post("/accounts/people/", {"email": "ny@nordvare.example", "name": "", "role": "contributor"})
    assert answer.status_code == 302
    assert Invitation.objects.get().organisation == cast.nordvare
    assert browser.get(f"/accounts/people/?organisation={cast.polar.pk}").status_code == 404
    assert browser.post("/accounts/people/", {"email": "x@y.example", "role": "administrator"}).status_code == 422


def test_who_has_left_loses_access_and_gets_no_more_mail(cast: Cast, sign_in: SignIn) -> None:
    membership = Membership.objects.get(user=cast.sales)
    factories.contact(cast.nordvare, cast.sales.person)
    browser = sign_in(cast.csr)
    assert cast.sales.name in browser.get(f"/accounts/people/{membership.pk}/remove/").content.decode()
    assert browser.post(f"/accounts/people/{membership.pk}/remove/").status_code == 302
    membership.refresh_from_db()
    assert membership.ended_at
    assert Contact.objects.get(person=cast.sales.person).ended_at
    foreign = Membership.objects.get(user=cast.csr_polar)
    assert browser.post(f"/accounts/people/{foreign.pk}/remove/").status_code == 404


def test_the_last_main_contact_cannot_be_removed(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.csr_polar)
    with pytest.raises(WrongState):
        services.end_membership(membership=membership, actor=cast.csr_polar, now=timezone.now())


def test_the_first_contact_of_a_supplier_becomes_its_main_contact(cast: Cast) -> None:
    person, empty = factories.person("post@ny.example"), factories.organisation("Ny AS")
    first = services.invitation_for(person=person, organisation=empty, actor=SYSTEM, now=timezone.now())
    second = services.invitation_for(
        person=factories.person("b@nordvare.example"), organisation=cast.nordvare, actor=SYSTEM, now=timezone.now()
    )
    assert (first.role, second.role) == ("main_contact", "contributor")
    assert services.invitation_for(person=person, organisation=empty, actor=SYSTEM, now=timezone.now()) == first


def test_the_command_creates_the_invitation_and_its_mail(cast: Cast) -> None:
    out = StringIO()
    call_command("invite", "ny@nordvare.example", "--role", "contributor", "--organisation", "nordvare as", stdout=out)
    assert out.getvalue() == "ny@nordvare.example\tNordvare AS\tcontributor\n"
    assert send() == {"sent": 1}
    call_command("invite", "to@nordvare.example", "--role", "contributor", "--organisation", str(cast.nordvare.pk), stdout=out)
    with pytest.raises(CommandError, match="No organisation"):
        call_command("invite", "x@y.example", "--role", "contributor", "--organisation", "Ingen AS")
    with pytest.raises(CommandError, match="Nordvare AS"):
        call_command("invite", "x@y.example", "--role", "administrator", "--organisation", "Nordvare AS")
