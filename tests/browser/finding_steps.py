"""What each side does with a finding in a browser, page by page. Journeys put their story together from it."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.walker import Walker, post


def tell(walker: Walker) -> None:
    walker.link("Tell the supplier")
    walker.button("Tell the supplier")
    expect(walker.page.get_by_text("Supplier told")).to_be_visible()
    post()


def send_plan(walker: Walker, *, cause: str, action: str, responsible: str) -> None:
    """One action, of the supplier who is signed in on the finding's page."""
    page = walker.page
    walker.link("Write the action plan")
    page.get_by_label("Why did it happen?").fill(cause)
    part = page.get_by_role("group", name="Action 1")
    walker.tick(part.get_by_label("Correction: mend it now"))
    part.get_by_label("What do you do?").fill(action)
    part.get_by_label("Who is responsible?").fill(responsible)
    part.get_by_label("Done by").fill((timezone.localdate() + timedelta(days=20)).isoformat())
    walker.look("action plan")
    walker.button("Send the plan")
    expect(page.get_by_text("There is nothing more for you to do now.")).to_be_visible()
    post()


def accept_plan(walker: Walker) -> None:
    walker.look("plan to judge")
    walker.button("Accept the plan")
    expect(walker.page.get_by_text("Action plan accepted").first).to_be_visible()
    post()


def finish_action(walker: Walker, shown: Path) -> None:
    walker.press(walker.page.get_by_text("This is done"))
    walker.page.get_by_label("A photo or paper that shows it").set_input_files(shown)
    walker.button("Mark as done")


def send_evidence(walker: Walker, statement: str) -> None:
    walker.page.get_by_label("What has been done?").fill(statement)
    walker.button("It is put right: send in")
    expect(walker.page.get_by_text("There is nothing more for you to do now.")).to_be_visible()
    post()


def cannot_close(walker: Walker, url: str) -> None:
    """Who logged it is offered no way to close it, and the way that nobody offers is shut."""
    page = walker.page
    expect(page.get_by_text("At this severity somebody else closes it:")).to_be_visible()
    expect(page.get_by_role("link", name="Close the finding")).to_have_count(0)
    page.goto(f"{url}close/")
    expect(page.get_by_text("At this severity somebody else must close it.")).to_be_visible()


def close(walker: Walker, method: str, note: str) -> None:
    walker.link("Close the finding")
    walker.tick(walker.page.get_by_label(method))
    walker.page.get_by_label("What we saw").fill(note)
    walker.button("Close the finding")
    expect(walker.page.get_by_text("The finding is closed.")).to_be_visible()
    post()


def it_lasted(walker: Walker, note: str) -> None:
    walker.link("Did it last?")
    walker.tick(walker.page.get_by_label("Yes"))
    walker.page.get_by_label("What we saw").fill(note)
    walker.button("Keep what we saw")
    expect(walker.page.get_by_text("It lasted.")).to_be_visible()
