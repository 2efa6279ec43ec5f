"""Use case: what somebody writes is kept in the browser until it is sent, for them and for nobody else at the same machine."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[User, str], None]


def test_a_draft_is_its_writers(page: Page, enter: Enter, cast: Cast) -> None:
    path = f"/document-requests/new/?framework={cast.pc.pk}"
    enter(cast.manager, path)
    title = page.locator("form[data-draft] input[name=title]")
    title.fill("Only Maja knows this")
    expect(page.locator(".draft-note")).to_be_visible()

    enter(cast.deputy, path)
    expect(title).not_to_have_value("Only Maja knows this")
    expect(page.locator(".draft-note")).to_have_count(0)

    enter(cast.manager, path)
    expect(title).to_have_value("Only Maja knows this")
