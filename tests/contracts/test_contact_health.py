"""Whether mail to a contact reaches the right person: seen where contacts are, and asked about once a year."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Contact
from contracts.services import contacts
from core.errors import NotAllowed
from core.models import History
from notifications import contact_health, delivery, reminders
from notifications.models import Message, Notice
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY
from tests.notifications.engine import open_request

DAY = timedelta(days=1)
LATER = NOW + 366 * DAY


@pytest.fixture(autouse=True)
def monday_morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def contact(cast: Cast) -> Contact:
    return Contact.objects.get(person=cast.csr.person)


def health(contact: Contact, now: datetime = NOW) -> contact_health.Health:
    [(_contact, found)] = contact_health.read(Contact.objects.filter(pk=contact.pk), today=now.date())
    return found


def test_it_says_when_mail_was_delivered_and_a_case_opened(cast: Cast, contact: Contact) -> None:
    assert health(contact) == contact_health.Health(None, None, NOW, False)
    open_request(cast)
    reminders.sweep(today=TODAY, now=NOW)
    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    assert health(contact).delivered_at == NOW
    Notice.objects.filter(person=cast.csr.person).update(read_at=NOW + DAY)
    assert health(contact).opened_at == NOW + DAY
    Message.objects.update(status="failed")  # it came back
    assert health(contact).delivered_at is None


def test_what_concerns_another_supplier_is_not_counted(cast: Cast) -> None:
    """Frida belongs to two; Nordvare does not learn what Fjordtek was sent."""
    open_request(cast, supplier=cast.fjordtek)
    reminders.sweep(today=TODAY, now=NOW)
    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    other = factories.contact(cast.nordvare, cast.csr_fjordtek.person)
    assert health(other).delivered_at is None
    assert health(Contact.objects.get(organisation=cast.fjordtek)).delivered_at == NOW


def test_after_a_year_somebody_is_asked_unless_the_person_has_opened_a_case(cast: Cast, contact: Contact) -> None:
    assert not health(contact, NOW + 365 * DAY).is_to_ask
    assert health(contact, LATER).is_to_ask
    open_request(cast)
    reminders.sweep(today=TODAY, now=NOW)
    Notice.objects.filter(person=cast.csr.person).update(read_at=NOW + 30 * DAY)
    assert not health(contact, LATER).is_to_ask
    assert health(contact, LATER + 30 * DAY).is_to_ask


@pytest.mark.parametrize(("name", "page"), [("manager", "/frameworks/{pc}/suppliers/"), ("csr", "/suppliers/{nordvare}/")])
def test_one_click_says_that_it_is_right(cast: Cast, contact: Contact, sign_in: SignIn, name: str, page: str) -> None:
    address = page.format(pc=cast.pc.pk, nordvare=cast.nordvare.pk)
    button = f"/contacts/{contact.pk}/right/"
    with time_machine.travel(LATER, tick=False):
        browser = sign_in(getattr(cast, name))
        assert button in browser.get(address).content.decode()
        assert browser.post(button, {"next": address})["Location"] == address
        assert button not in browser.get(address).content.decode()
    contact.refresh_from_db()
    assert (contact.confirmed_at, contact.confirmed_by) == (LATER, getattr(cast, name))
    assert History.objects.filter(object_id=contact.pk, verb="confirm").count() == 1


@pytest.mark.parametrize("name", ["sales", "csr_polar", "reader", "specialist", "agency"])
def test_others_may_not_say_so(cast: Cast, contact: Contact, sign_in: SignIn, name: str) -> None:
    with pytest.raises(NotAllowed):
        contacts.confirm_again(contact=contact, actor=getattr(cast, name), now=NOW)
    with time_machine.travel(LATER, tick=False):
        page = sign_in(getattr(cast, name)).get(f"/suppliers/{cast.nordvare.pk}/")
        assert f"/contacts/{contact.pk}/right/" not in page.content.decode()


def test_one_question_however_many_contacts(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in range(20):
        factories.contact(cast.nordvare, factories.person(f"p{number}@nordvare.example"))
    with django_assert_num_queries(1):
        contact_health.read(Contact.objects.all(), today=TODAY)


def test_the_pages_ask_as_many_questions_for_many_contacts_as_for_one(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in(cast.manager)
    for number in range(20):
        person = factories.person(f"p{number}@nordvare.example")
        factories.contact(cast.nordvare, person)
        factories.role(cast.pc, cast.nordvare, "csr", person)
    for address in (f"/frameworks/{cast.pc.pk}/suppliers/", f"/suppliers/{cast.nordvare.pk}/"):
        with django_assert_max_num_queries(12):
            browser.get(address)
