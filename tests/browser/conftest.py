"""A real browser: Debian's Chromium, or the one that `CHROMIUM` names. Without one these tests are skipped, and counted aloud."""

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from tests.conftest import missing

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread; the database does not care
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    if not CHROMIUM:
        missing("Chromium")
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}


@pytest.fixture
def browser_context_args() -> dict[str, Any]:
    return {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def enter(page: Page, live_server: Any) -> Callable[[User, str], None]:
    """`enter(cast.manager, "/frameworks/")`: that person, signed in, on that page."""

    def go(user: User, path: str) -> None:
        client = Client()
        client.force_login(user)
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page.goto(live_server.url + path)

    return go


@pytest.fixture(autouse=True)
def addresses(settings: Any, live_server: Any) -> None:
    settings.BASE_URL = live_server.url


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it stands: rule and place."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]
