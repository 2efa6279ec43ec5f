"""The sheet of an audit with 300 answers and 200 photos, merged through the real web server from a device that is killed on the way.

Run by `tests.bench`; prints JSON.
"""

# ruff: noqa: E402
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import django

django.setup()

from django.utils import timezone
from PIL import ExifTags, Image

from accounts import services
from core import ids
from followup.models import AuditSheet, Checklist, ChecklistQuestion, ChecklistVersion, PhotoPiece, SheetAnswer, SheetEntry, SheetPhoto
from followup.services import audits, sheets
from tests import cast
from tests.bench import device, web
from tests.bench.device import Device

QUESTIONS, PHOTOS, KILLED_AT, BATCH, IN_ONE = 300, 200, 101, 50, 9
Entry = dict[str, Any]


def main() -> None:
    sheet, token = begun()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = taken(folder / "phone", questions(sheet), PHOTOS)
        with web.running(folder) as server:
            found = answers(sheet, server, token) | pictures(sheet, server, token, photos)
            print(json.dumps(found | in_one(sheet, server, token, folder / "other")))


def begun() -> tuple[AuditSheet, str]:
    """A sheet that asks 300 questions, and the token of the contract manager."""
    built, now = cast.build(), timezone.now()
    checklist = Checklist.objects.create(code="bench", created_at=now)
    names = {"name_nb": "Måling", "name_nn": "Måling", "name_en": "Bench"}
    version = ChecklistVersion.objects.create(checklist=checklist, number=1, created_at=now, **names)
    asked = {
        "theme": "ilo_core",
        "topic": "other",
        "kind": "text",
        "text_nb": "Hva ble sett?",
        "text_nn": "Kva vart sett?",
        "text_en": "Seen?",
    }
    numbers = range(1, QUESTIONS + 1)
    ChecklistQuestion.objects.bulk_create(ChecklistQuestion(version=version, number=n, code=f"other-{n}", **asked) for n in numbers)
    audit = audits.plan(
        framework=built.pc,
        supplier=built.nordvare,
        kind="supplier_audit",
        planned_on=timezone.localdate(),
        obligations=[],
        actor=built.manager,
        now=now,
        today=timezone.localdate(),
    )
    sheet = sheets.begin(audit=audit, versions=[version], actor=built.manager, now=now)
    return sheet, services.issue_token(user=built.manager, name="bench", now=now)


def questions(sheet: AuditSheet) -> list[str]:
    return [str(key) for key in ChecklistQuestion.objects.filter(version__sheets__sheet=sheet).values_list("pk", flat=True)]


def taken(folder: Path, asked: list[str], count: int) -> list[Path]:
    """Photos as a telephone takes them: 12 million pixels, 3.5 MB, and in EXIF when and where. No two are the same."""
    folder.mkdir()
    grain = [Image.effect_noise((1008, 756), sigma).resize((4032, 3024), Image.Resampling.BICUBIC) for sigma in (40, 50, 60)]
    made = BytesIO()
    Image.merge("RGB", grain).save(made, "JPEG", quality=80)
    photos = []
    for number in range(1, count + 1):
        exif = Image.Exif()
        exif[ExifTags.Base.Make], exif[ExifTags.Base.ImageDescription] = "Telephone", f"{folder.name} {number}"
        exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (10.0, 58.0, 49.8)
        head = exif.tobytes()
        photo = folder / f"{number:03}_{asked[number % len(asked)]}_{ids.new()}.jpg"
        photo.write_bytes(b"\xff\xd8\xff\xe1" + (len(head) + 2).to_bytes(2) + head + made.getvalue()[2:])
        photos.append(photo)
    return photos


def answers(sheet: AuditSheet, server: web.Server, token: str) -> dict[str, float]:
    """Merged, merged again, and then a second device's: a third the same, a third newer, a third written without having seen them."""
    phone, asked = Device(server.port, token, str(sheet.pk)), questions(sheet)
    phone.merge("phone", [entry(asked[0], "Sett.")])
    server.begin_to_count()
    first = [entry(question, f"Sett {number}.", base=int(number == 0)) for number, question in enumerate(asked)]
    began = time.perf_counter()
    assert outcomes(phone, "phone", first) == ["applied"] * QUESTIONS
    took, before = (time.perf_counter() - began) * 1000, rows(sheet)
    assert outcomes(phone, "phone", first) == ["applied"] * QUESTIONS, "what became of each the first time"
    assert rows(sheet) == before, "a second merge of the same changes nothing"
    third = QUESTIONS // 3
    expected = ["same"] * third + ["applied"] * third + ["conflict"] * third
    said = [f"Sett {n}." if n < third else f"Sett av to, {n}." for n in range(QUESTIONS)]
    seen = [0 if n >= 2 * third else 2 if n == 0 else 1 for n in range(QUESTIONS)]
    second = [entry(question, text, base=base) for question, text, base in zip(asked, said, seen, strict=True)]
    assert outcomes(Device(server.port, token, str(sheet.pk)), "tablet", second) == expected
    stands = dict(SheetAnswer.objects.filter(sheet=sheet).values_list("question__number", "text"))
    assert [stands[n + 1] for n in range(QUESTIONS)] == [text if n < 2 * third else f"Sett {n}." for n, text in enumerate(said)]
    return {"300 answers merged, fifty at a time, ms": took, "web processes grew by with the answers, MB": server.grew_by}


def entry(question: str, text: str, base: int = 0) -> Entry:
    return {"id": str(ids.new()), "question": question, "part": "answer", "text": text, "base": base, "written_at": device.TAKEN_AT}


def outcomes(sending: Device, name: str, entries: list[Entry]) -> list[str]:
    return [each["outcome"] for start in range(0, len(entries), BATCH) for each in sending.merge(name, entries[start : start + BATCH])]


def rows(sheet: AuditSheet) -> list[Any]:
    """Everything that stands in the sheet and that was ever sent to it."""
    stands = SheetAnswer.objects.filter(sheet=sheet).order_by("pk").values_list("pk", "text", "revision", "entry")
    return [*stands, *SheetEntry.objects.filter(sheet=sheet).order_by("pk").values_list("pk", "outcome", "revision")]


def pictures(sheet: AuditSheet, server: web.Server, token: str, photos: list[Path]) -> dict[str, float]:
    """Sent in pieces, the device killed in the middle of one, and the rest sent by the next."""
    weighs, folder = {photo.name: photo.stat().st_size for photo in photos}, photos[0].parent
    assert sent(server, token, sheet, folder, killed_at=str(KILLED_AT)) is None
    assert SheetPhoto.objects.filter(sheet=sheet).count() == KILLED_AT - 1
    assert len(list(folder.glob("*.jpg"))) == PHOTOS - KILLED_AT + 1, "what was taken in is gone from the device, and no more"
    arrived = sum(PhotoPiece.objects.filter(sheet=sheet).values_list("size", flat=True))
    grew, worked = server.grew_by, server.worked
    took = sent(server, token, sheet, folder)
    assert took
    assert SheetPhoto.objects.filter(sheet=sheet).count() == PHOTOS
    assert not PhotoPiece.objects.filter(sheet=sheet).exists()
    assert dict(SheetPhoto.objects.filter(sheet=sheet).values_list("name", "size")) == weighs
    assert took[0][2] + arrived == weighs[photos[KILLED_AT - 1].name], "of the photo that was cut off, only what was missing"
    return {
        "web processes grew by with 100 photos, MB": grew,
        "web processes grew by with 200 photos, MB": server.grew_by,
        **compared("a photo in pieces", took),
        "a photo in pieces: processor time of the web processes, ms": (server.worked - worked) / len(took),
    }


def sent(server: web.Server, token: str, sheet: AuditSheet, folder: Path, killed_at: str = "0") -> list[list[float]] | None:
    """What the device says of each photo; None where it was killed."""
    command = [sys.executable, "-m", "tests.bench.device", str(server.port), token, str(sheet.pk), str(folder), killed_at]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode == -signal.SIGKILL:
        return None
    done.check_returncode()
    found: list[list[float]] = json.loads(done.stdout)
    return found


def in_one(sheet: AuditSheet, server: web.Server, token: str, folder: Path) -> dict[str, float]:
    """The same kind of photo in a single request, to tell what the pieces cost."""
    phone, took, worked = Device(server.port, token, str(sheet.pk)), [], server.worked
    for photo in taken(folder, questions(sheet), IN_ONE):
        least = web.bare(photo, folder / "copy")
        began = time.perf_counter()
        content = photo.read_bytes()
        phone.in_one(device.about(photo, content), content)
        took.append([(time.perf_counter() - began) * 1000, least])
    spent = (server.worked - worked) / len(took)
    return {**compared("a photo in one request", took), "a photo in one request: processor time of the web processes, ms": spent}


def compared(name: str, took: Iterable[list[float]]) -> dict[str, float]:
    """Medians."""
    return {
        f"{name}, ms": statistics.median(one for one, *_ in took),
        f"{name}: bare read + SHA-256 + write + fsync, ms": statistics.median(least for _, least, *_ in took),
        f"{name}: ratio": statistics.median(one / least for one, least, *_ in took),
    }


if __name__ == "__main__":
    main()
