"""The checklists that a new installation begins with, from `data/checklists/`. Data from then on: a change is the next version."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "checklists"
ORDER = ("document-review", "wage-control", "factory-visit")
LANGUAGES = ("nb", "nn", "en")


def read(code: str) -> dict[str, Any]:
    """One file: names and questions, their texts as columns."""
    said = tomllib.loads((FOLDER / f"{code}.toml").read_text())
    names = {f"name_{language}": text for language, text in zip(LANGUAGES, said["name"], strict=True)}
    return {"code": said["code"], "names": names, "questions": list(_questions(said["questions"]))}


def _questions(asked: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(asked, start=1):
        words: dict[str, Any] = {
            f"{part}_{language}": text
            for part in ("text", "guidance", "evidence")
            for language, text in zip(LANGUAGES, each.get(part, ("", "", "")), strict=True)
        }
        same: dict[str, Any] = {name: each[name] for name in ("code", "theme", "topic", "kind", "choices") if name in each}
        yield {"number": number, **same, **words}


def install(checklists: Any, versions: Any, questions: Any, *, now: datetime) -> None:
    """Write what is missing. Takes the models, so that the migration can hand in those of its time."""
    for code in ORDER:
        checklist, is_new = checklists.objects.get_or_create(code=code, defaults={"created_at": now})
        if is_new:
            said = read(code)
            version = versions.objects.create(checklist=checklist, number=1, created_at=now, **said["names"])
            questions.objects.bulk_create(questions(version=version, **each) for each in said["questions"])
