"""A meeting in a browser: planned, invited to, minuted with what was agreed, and the minutes confirmed by the supplier on a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person, User
from followup.models import Meeting, MeetingAction
from tests.browser.walker import Walker, of_history, on_a_phone, path_of, post
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[User, str], None]


def test_from_the_invitation_to_minutes_that_both_sides_confirm(page: Page, enter: Enter, cast: Cast) -> None:
    Person.objects.update(language="en")
    walker = Walker(page, "mouse")
    meeting = planned_and_invited(walker, enter, cast)
    with on_a_phone(page):
        enter(cast.csr, meeting)
        expect(page.get_by_role("link", name="Put it into my calendar")).to_be_visible()
        walker.look("invited, to the supplier")
    minuted(walker, enter, cast, meeting)
    with on_a_phone(page):
        enter(cast.csr, meeting)
        walker.look("minutes to confirm")
        walker.button("The minutes are right")
        expect(page.get_by_text("Thank you. The minutes are confirmed by both sides.")).to_be_visible()
    post()
    assert Meeting.objects.get().status == "confirmed"
    assert MeetingAction.objects.get().deadline.is_open
    assert of_history(meeting) >= {"plan", "invite", "write_minutes", "send_minutes", "confirm_minutes"}


def planned_and_invited(walker: Walker, enter: Enter, cast: Cast) -> str:
    page = walker.page
    enter(cast.manager, f"/meetings/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}&kind=status")
    page.get_by_role("textbox", name="Day").fill(timezone.localdate().isoformat())
    page.get_by_label("Time", exact=True).fill("23:58")
    walker.tick(page.get_by_role("group", name="From the supplier").get_by_label("Nora Nordvare"))
    walker.look("plan a meeting")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text("Nobody has been invited yet.")).to_be_visible()
    walker.link("Send the meeting invitation")
    walker.button("Send the meeting invitation")
    expect(page.get_by_text("The invitation is sent.")).to_be_visible()
    post()
    return path_of(page.url)


def minuted(walker: Walker, enter: Enter, cast: Cast, meeting: str) -> None:
    page = walker.page
    enter(cast.manager, meeting)
    walker.link("Write the minutes")
    page.get_by_label("Minutes", exact=True).fill("1. The report was gone through.")
    agreed = page.get_by_role("group", name="Action 1")
    agreed.get_by_label("What was agreed?").fill("Send the list of factories.")
    walker.tick(agreed.get_by_label("The supplier"))
    agreed.get_by_label("Done by").fill((timezone.localdate() + timedelta(days=14)).isoformat())
    walker.look("minutes")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text("The minutes are kept as a draft.")).to_be_visible()
    walker.link("Send the minutes")
    walker.button("Send the minutes")
    expect(page.get_by_text("The supplier is asked to confirm them.")).to_be_visible()
    walker.look("minutes sent")
    post()
