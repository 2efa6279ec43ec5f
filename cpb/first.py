"""A secret that whichever process comes first writes, and all others read."""

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings


def kept(path: Path, make: Callable[[], str]) -> str:
    """The text of the file, written with `make()` if there is none. Two at once get the same: a link is made whole or not at all."""
    if not path.exists():
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "w") as file:
            file.write(make())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(aside)
    return path.read_text()


def demo_password() -> str:
    """Chosen before the demo world is built, and the same ever after."""
    return kept(settings.DATA_DIR / "demo_password", lambda: settings.DEMO_PASSWORD or _password())


def _password() -> str:
    """Easy to read aloud and to type: some 59 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))
