"""What every test may ask for: the cast (tests/cast.py), real servers, and processes of the product on the test's own database."""

import gc
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from tests import emptying, ready, servers, shipped, stage
from tests.mail_server import MailServer

pytest_plugins = ["tests.cast", "tests.permission_world"]

NO_SERVER = "NOT TESTED: needs "


class QuickHasher(PBKDF2PasswordHasher):
    """One round: quick, and the product's own processes can still check it."""

    iterations = 1


# Time is measured in the bench; a loaded machine fails no property. The ordinary suite draws the same examples each time, so that
# it only fails for what was changed; HYPOTHESIS_PROFILE=hunt draws new and many ones, to find what nobody thought of.
SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=SLOW, derandomize=True)
hypothesis.settings.register_profile("hunt", deadline=None, suppress_health_check=SLOW, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

settings.PASSWORD_HASHERS = ["tests.conftest.QuickHasher"]
TransactionTestCase._fixture_teardown = emptying.empty  # type: ignore[attr-defined]
settings.WHITENOISE_AUTOREFRESH = True  # else each new client reads the whole folder of static files first
logging.getLogger("django_structlog").setLevel(logging.WARNING)  # else each request writes two lines, which takes a millisecond


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What a service says to a test is in the language of the code; a page speaks the language of its reader."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """The clock of most tests stands still: what one has asked for in its minute would count for the next."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Each test process has a copy of its own; on SQLite it is that of its data folder, so that child processes find it."""
    test = settings.DATABASES["default"]["TEST"]
    if settings.PRODUCTION:
        test["NAME"] = f"test_cpb_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        test["TEMPLATE"] = ready.postgres(os.environ["DATABASE_URL"])
    else:
        test["NAME"] = settings.DATA_DIR / "db.sqlite3"
        shutil.copy(ready.sqlite() / "db.sqlite3", test["NAME"])


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """PostgreSQL copies a template by itself; on SQLite the copy lies there already."""
    return not settings.PRODUCTION


@pytest.fixture(scope="session", autouse=True)
def nobody_is_left_in_the_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A process that a test has killed keeps its place in PostgreSQL for a moment, and a database in use cannot be dropped."""
    yield
    if settings.PRODUCTION:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Redis]:
    """A Redis of our own: a test may kill it, and starts it again."""
    with servers.redis(tmp_path_factory.mktemp("redis")) as server:
        if server is None:
            missing("Redis")
        yield server


@pytest.fixture
def redis_url(request: pytest.FixtureRequest) -> str:
    return os.environ.get("TEST_REDIS_URL") or request.getfixturevalue("redis_server").url


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def what_the_migrations_wrote(request: pytest.FixtureRequest) -> None:
    """A test with real transactions empties the tables afterwards, also of what the product ships; the next finds it again."""
    if not {"db", "transactional_db", "cast"} & set(request.fixturenames):
        return
    if stage.has_real_transactions(request):
        stage.clear()
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    shipped.write_again()


Start = Callable[..., servers.Process]


@pytest.fixture
def start(transactional_db: None, tmp_path: Path) -> Iterator[Start]:
    """`start("manage.py", "deliver", EMAIL_URL=…)`: the product in a process of its own, on the database of this test."""
    processes: list[servers.Process] = []

    def begin(*arguments: str, **environment: str) -> servers.Process:
        env = our_world() | environment
        processes.append(servers.Process(sys.executable, *arguments, env=env, log=tmp_path / f"process-{len(processes)}.log"))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()


@pytest.fixture
def start_worker(start: Start) -> Start:
    """A real Celery worker; answers when it is ready to work. Give it REDIS_URL and EMAIL_URL."""

    def begin(**environment: str) -> servers.Process:
        worker = start(
            "-m", "celery", "-A", "cpb", "worker", "-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", **environment
        )
        worker.wait_for("ready.", 120)
        return worker

    return begin


def our_world() -> dict[str, str]:
    """What a process must be told to work on the same data as this test."""
    if not settings.PRODUCTION:
        return {"CPB_DATA_DIR": str(settings.DATA_DIR), "DATABASE_URL": ""}
    database = connection.settings_dict
    address = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {"DATABASE_URL": f"postgres://{address}"}


def missing(what: str) -> NoReturn:
    if servers.REQUIRED:
        pytest.fail(f"{what} cannot be had, and REQUIRE_SERVERS=1.")
    pytest.skip(f"{NO_SERVER}{what}")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: it need not be looked through again for each test."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a file, who needs less comes before what the others share is built."""
    for item in items:
        if asks_for(item, "cast") and item.get_closest_marker("django_db") is None:
            item.add_marker("django_db")  # who asks for the cast alone needs a database all the same
    items.sort(key=lambda item: (str(item.path), asks_for(item, "cast"), asks_for(item, "silence")))
    if not settings.PRODUCTION:
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason=f"{NO_SERVER}PostgreSQL"))


def asks_for(item: pytest.Item, fixture: str) -> bool:
    return fixture in getattr(item, "fixturenames", ())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    untested = [r for r in terminalreporter.stats.get("skipped", []) if NO_SERVER in str(r.longrepr)]
    if untested:
        terminalreporter.section("NOT TESTED", red=True, bold=True)
        terminalreporter.write_line(f"{len(untested)} tests were skipped because a server or browser is missing here.", red=True, bold=True)
