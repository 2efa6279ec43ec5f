"""docker-compose.yml and the Dockerfile cannot be run here; so they are parsed, and every command of ours is run without Docker."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import servers
from tests.mail_server import MailServer
from tests.servers import Process, free_port, is_open, wait_until

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "scheduler"]
GIVEN = {"SECRET_KEY": "x" * 60, "POSTGRES_PASSWORD": "of no use elsewhere"}
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def filled_in(text: str) -> str:
    return VARIABLE.sub(lambda found: GIVEN.get(found[1], found[3] if found[2] == "-" else "MISSING"), text)


def test_secrets_have_no_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name, kind, _ in VARIABLE.findall(text):
        if re.search("SECRET|PASSWORD|KEY", name):
            assert kind == "?", f"{name} must be given"
    assert {name for name, kind, _ in VARIABLE.findall(text) if kind == "?"} == set(GIVEN)


def test_the_production_shape_is_whole() -> None:
    assert set(SERVICES) == {*OURS, "db", "redis", "mail"}
    environment = SERVICES["web"]["environment"]
    required = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL"}
    assert required <= set(environment)
    assert "MISSING" not in "".join(filled_in(value) for value in environment.values() if value)
    assert all(environment.items() >= SERVICES[name]["environment"].items() for name in OURS)


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_every_service_that_stays_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_whatever_can_be_configured_reaches_the_processes() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text()
    named = {name for line in text.splitlines() if line.startswith("| `") for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", line)}
    elsewhere = {"CPB_DATA_DIR", "PORT", "WEB_CONCURRENCY"}  # the image's
    elsewhere |= {"CPB_DEMO", "CPB_DEMO_PASSWORD", "DEBUG", "WEBHOOKS_TO_LOOPBACK"}  # not for production
    assert named - elsewhere == set(SERVICES["web"]["environment"]) - {"WEB_CONCURRENCY"}


def test_nothing_starts_before_the_database_is_migrated() -> None:
    for name in ("web", "worker", "scheduler"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"]["db"] == {"condition": "service_healthy"}


def test_only_this_machine_reaches_the_ports() -> None:
    for service in SERVICES.values():
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))


def test_the_image_is_built_from_the_lock_and_runs_as_nobody_in_particular() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    final = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER cpb" in final
    assert any("--require-hashes -r requirements.lock" in line for line in lines)
    assert "npm ci" in "".join(lines)
    for line in lines:  # what is copied from here exists
        if line.startswith("COPY ") and "--from" not in line:
            assert all((ROOT / name).exists() for name in line.split()[1:-1]), line
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert not {"dev.py", "manage.py", "locale", "package.json", "requirements.lock"} & set(ignored)


# The commands, run here


class Stack:
    """The services of ours as compose would start them, on servers of the tests."""

    def __init__(self, folder: Path, database: str, redis: str, mail: str) -> None:
        self.folder, self.port = folder, free_port()
        self.addresses = {"db:5432/cpb": database.partition("@")[2], "redis:6379/0": redis.removeprefix("redis://"), "mail:1025": mail}
        self.processes: dict[str, Process] = {}

    def environment(self, name: str) -> dict[str, str]:
        values = {key: filled_in(value) for key, value in SERVICES[name]["environment"].items() if value}
        for inside, here in self.addresses.items():
            values = {key: value.replace(inside, here) for key, value in values.items()}
        return values | {
            "CPB_DATA_DIR": str(self.folder),
            "WEB_CONCURRENCY": "1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def here(self, command: list[str]) -> list[str]:
        schedule = str(self.folder / "schedule")
        return [
            part.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}")
            .replace("/tmp/schedule", schedule)
            .replace("web:8000", f"127.0.0.1:{self.port}")
            for part in command
        ]

    def start(self, name: str) -> Process:
        log = self.folder / f"{name}.log"
        self.processes[name] = Process(*self.here(SERVICES[name]["command"]), env=self.environment(name), log=log)
        return self.processes[name]

    def is_healthy(self, name: str) -> bool:
        command = [
            part.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}") for part in self.here(SERVICES[name]["healthcheck"]["test"][1:])
        ]
        return subprocess.run(command, env=self.environment(name), cwd=ROOT, capture_output=True).returncode == 0

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()


@pytest.fixture
def stack(tmp_path: Path, redis_url: str, mail_server: MailServer) -> Iterator[Stack]:
    with servers.postgres() as database:
        assert database
        stack = Stack(tmp_path, database, redis_url, mail_server.url.removeprefix("smtp://"))
        yield stack
        stack.stop()


@pytest.mark.postgres
def test_every_command_of_ours_runs_and_its_health_check_passes(stack: Stack) -> None:
    assert not stack.is_healthy("web")
    assert stack.start("migrate").popen.wait(240) == 0, stack.processes["migrate"].output
    stack.start("web")
    stack.start("worker").wait_for("ready.", 120)
    stack.start("scheduler").wait_for("beat: Starting", 120)
    wait_until(lambda: is_open(stack.port))
    for name in ("web", "worker", "scheduler"):
        wait_until(partial(stack.is_healthy, name), 120)
    for name in ("web", "worker", "scheduler"):
        assert stack.processes[name].stop() == 0, stack.processes[name].output
