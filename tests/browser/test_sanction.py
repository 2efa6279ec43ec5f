"""A silent supplier in a browser: reminded, heard, suspended on lot 2 by another person than who proposed it, agencies told, lifted."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person, User
from contracts.models import CallOff
from followup.models import Sanction
from tests import factories
from tests.browser.walker import Walker, post
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[User, str], None]


@pytest.fixture
def silence(cast: Cast) -> None:
    """Asked long ago and reminded by mail since; an agency orders on lot 2; a representative can be written to."""
    Person.objects.update(language="en")
    asked = timezone.now() - timedelta(days=60)
    CallOff.objects.create(
        framework=cast.pc, lot=cast.lot2, supplier=cast.nordvare, agency=cast.agency_body, reference="A-1", created_at=asked
    )
    factories.contact(cast.nordvare, cast.sales.person)
    factories.role(cast.pc, cast.nordvare, "representative", cast.sales.person)
    factories.document_request(cast.pc, cast.nordvare, cast.manager, now=asked, title="Yearly report")
    call_command("remind", stdout=StringIO())
    post()


@pytest.mark.usefixtures("silence")
def test_a_silent_supplier_is_suspended_and_taken_up_again(page: Page, enter: Enter, cast: Cast) -> None:
    walker = Walker(page, "mouse")
    case = the_manager_proposes_and_hears(walker, enter, cast)
    the_supplier_replies(walker, enter, cast, case)
    another_person_decides(walker, enter, cast, case)
    the_agency_is_told(walker, enter, cast, case)
    it_is_lifted(walker, enter, cast, case)


def the_manager_proposes_and_hears(walker: Walker, enter: Enter, cast: Cast) -> str:
    page = walker.page
    enter(cast.manager, f"/sanctions/new/?framework={cast.pc.pk}")
    page.get_by_label("Supplier", exact=True).select_option(label="Nordvare AS")
    walker.tick(page.get_by_label("Temporary suspension"))
    page.get_by_label("The clause that allows it").select_option(str(cast.clause.pk))
    walker.button("Go on to the case")
    walker.tick(page.get_by_role("group", name="Lots").get_by_role("checkbox", name=str(cast.lot2)))
    walker.look("the case")
    walker.button("Keep the case and see the letter")
    expect(page.get_by_text("Nothing has been sent.")).to_be_visible()
    walker.look("considered")
    walker.link("Hear the supplier")
    walker.button("Send the letter")
    expect(page.get_by_text("Nothing is imposed before then.")).to_be_visible()
    post()
    return f"/sanctions/{Sanction.objects.get().pk}/"


def the_supplier_replies(walker: Walker, enter: Enter, cast: Cast, case: str) -> None:
    page = walker.page
    enter(cast.sales, case)
    expect(page.get_by_role("heading", name="We consider a sanction. You may reply by")).to_be_visible()
    walker.look("heard")
    page.get_by_label("How you see the matter").fill("We have had a fire in the archive.")
    walker.button("Send in the reply")
    expect(page.get_by_role("heading", name="We have your reply, and are considering it")).to_be_visible()
    post()


def another_person_decides(walker: Walker, enter: Enter, cast: Cast, case: str) -> None:
    page = walker.page
    enter(cast.manager, case)
    expect(page.get_by_role("radio", name="Imposed")).to_have_count(0)
    enter(cast.owner, case)
    walker.look("to decide")
    walker.tick(page.get_by_role("radio", name="Imposed", exact=True))
    page.get_by_label("Grounds").fill("Nothing has come, after four messages.")
    page.get_by_label("Applies from").fill(timezone.localdate().isoformat())
    walker.button("Keep the decision")
    expect(page.get_by_text("Decided: it is imposed")).to_be_visible()
    enter(cast.manager, case)
    walker.link("Send the decision letter")
    walker.button("Send the letter")
    post()
    walker.link("Put it into force")
    walker.button("Put it into force")
    expect(page.get_by_text("The agencies that have ordered on the agreement have been told.")).to_be_visible()
    walker.look("in force")
    post()


def the_agency_is_told(walker: Walker, enter: Enter, cast: Cast, case: str) -> None:
    page = walker.page
    enter(cast.agency, f"/frameworks/{cast.pc.pk}/")
    expect(page.get_by_text("Nordvare AS is suspended")).to_be_visible()
    expect(page.get_by_text("Order from: Polar Kontor AS")).to_be_visible()
    walker.look("the agreement, one suspended")
    enter(cast.sales, case)
    expect(page.get_by_text("Your participation is suspended from")).to_be_visible()


def it_is_lifted(walker: Walker, enter: Enter, cast: Cast, case: str) -> None:
    page = walker.page
    enter(cast.owner, case)
    walker.press(page.get_by_text("Lift or end it"))
    walker.tick(page.get_by_role("radio", name="Lifted: it is not needed any more"))
    page.get_by_label("From", exact=True).fill(timezone.localdate().isoformat())
    page.get_by_label("Why", exact=True).fill("The report has come.")
    walker.button("Keep it and tell the supplier")
    expect(page.get_by_text("Lifted").first).to_be_visible()
    post()
    enter(cast.agency, f"/frameworks/{cast.pc.pk}/")
    expect(page.get_by_text("Nordvare AS is suspended")).to_have_count(0)
