"""`make run`: the whole product as one foreground process, on the embedded default."""

import fcntl
import shutil
import socket
import sys
import threading
import time
from typing import Any, TextIO
from urllib.request import urlopen

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from core.commands import HouseCommand
from cpb import first, supervisor

HOST = "127.0.0.1"
DEMO_PEOPLE = {
    "admin@cpb.example": "administrator of the central body",
    "section@cpb.example": "section head",
    "owner@cpb.example": "agreement owner",
    "manager@cpb.example": "contract manager: start here",
    "deputy@cpb.example": "deputy",
    "specialist@cpb.example": "subject specialist",
    "reader@cpb.example": "reader",
    "agency@agency.example": "an agency that orders",
    "auditor@audit.example": "auditor",
    "csr@nordvare.example": "supplier Nordvare AS, main contact",
    "sales@nordvare.example": "supplier Nordvare AS, contributor",
    "csr@fjordtek.example": "suppliers Fjordtek AS and Nordvare AS",
    "csr@polar.example": "supplier Polar Kontor AS",
}


class Command(HouseCommand):
    help = "Runs web, worker and scheduler until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        with only_one_here():
            wait_for_port()
            super().handle(*args, **options)

    def work(self, **options: Any) -> None:
        build_demo_world()
        forget_old_bells()
        threading.Thread(target=self.welcome, daemon=True).start()
        supervisor.supervise(children(), logs=settings.DATA_DIR / "logs")

    def welcome(self) -> None:
        while not answers():
            time.sleep(0.2)
        self.stdout.write(f"\nReady: http://{HOST}:{settings.PORT}/   (Ctrl-C stops it; logs in {settings.DATA_DIR / 'logs'})")
        if settings.DEMO:
            self.stdout.write(f"\nDemo sign-ins, all with the password {first.demo_password()}\n")
            for email, who in DEMO_PEOPLE.items():
                self.stdout.write(f"  {email:<24} {who}")
        self.stdout.flush()


def children() -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "-A", "cpb"]
    worker = ["worker", "-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "INFO"]
    return {
        "web": [sys.executable, "-m", "gunicorn", "-c", "python:cpb.gunicorn"],
        "worker": [*celery, *worker],
        "scheduler": [*celery, "beat", "-s", str(settings.BROKER_DIR / "schedule"), "--pidfile=", "-l", "INFO"],
    }


def only_one_here() -> TextIO:
    """The lock falls with the process, however it ends."""
    lock = (settings.DATA_DIR / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(f"It is running already in {settings.DATA_DIR}. Stop that one, or choose another CPB_DATA_DIR.") from None
    return lock


def wait_for_port(seconds: float = 5) -> None:
    """A web process whose parent was killed needs a moment to go."""
    end = time.monotonic() + seconds
    while not is_free(settings.PORT):
        if time.monotonic() > end:
            raise CommandError(f"Port {settings.PORT} is in use. Stop what uses it, or choose another: PORT={settings.PORT + 1} make run")
        time.sleep(0.2)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def answers() -> bool:
    """The port is open long before the first page can be had."""
    try:
        with urlopen(f"http://{HOST}:{settings.PORT}/health/live", timeout=60) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def build_demo_world() -> None:
    """Once, in an empty database; a build that was cut off is taken up again."""
    state = settings.DATA_DIR / "demo"
    done = state.read_text() if state.exists() else ""
    if not settings.DEMO or done == "built" or (not done and get_user_model().objects.exists()):
        return
    supervisor.say("Building the demo world …")
    state.write_text("building")
    call_command("demo")
    state.write_text("built")


def forget_old_bells() -> None:
    """What is to be done stands in the database; bells of an earlier run would only ring for nothing."""
    shutil.rmtree(settings.BROKER_DIR, ignore_errors=True)
    settings.BROKER_DIR.mkdir()
