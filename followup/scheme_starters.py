"""The schemes and bodies that a new installation begins with, from `data/audit_schemes.toml`. Data from then on.

How strict each is, is a place to begin from and not a verdict: somebody compares it with the clauses before relying on it.
"""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "audit_schemes.toml"
LANGUAGES = ("nb", "nn", "en")


def read() -> Iterator[dict[str, Any]]:
    for each in tomllib.loads(FILE.read_text())["schemes"]:
        covers = {f"covers_{language}": text for language, text in zip(LANGUAGES, each.pop("covers"), strict=True)}
        yield {**each, **covers}


def install(schemes: Any, *, now: datetime) -> None:
    """Write what is missing. Takes the model, so that the migration can hand in that of its time."""
    for each in read():
        schemes.objects.get_or_create(code=each.pop("code"), defaults={**each, "created_at": now})
