"""Small pictures: the right way up, without where they were taken, and never at the cost of the server."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from core import janitor, thumbnails
from core.models import ScanState
from followup.models import FindingFile
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.conftest import Visit
from tests.followup.findings.stories import logged

ORIENTATION, GPS = 0x0112, 0x8825


def photo(form: str = "JPEG", size: tuple[int, int] = (640, 400), *, turned: int = 1) -> bytes:
    """Red on the left, blue on the right, as a telephone would write it that was held `turned`."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    exif.get_ifd(GPS)[2] = (10.0, 58.0, 49.8)
    out = BytesIO()
    picture.save(out, form, **({"exif": exif} if form == "JPEG" else {}))
    return out.getvalue()


def test_it_stands_upright_and_says_nothing_of_the_place() -> None:
    assert GPS in Image.open(BytesIO(photo(turned=6))).getexif()
    with Image.open(BytesIO(thumbnails.made(BytesIO(photo(turned=6)), "JPEG"))) as small:
        assert small.size == (200, 320), "the telephone was held on end"
        assert not small.getexif()
        red, blue = small.getpixel((100, 20)), small.getpixel((100, 300))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert (red[0] > 200, blue[2] > 200) == (True, True)


def test_what_is_damaged_beside_the_picture_does_no_harm() -> None:
    whole = photo(turned=6)
    orientation, as_text = b"\x01\x12\x00\x03", b"\x01\x12\x00\x02"
    assert whole.count(orientation) == 1
    for damaged in (whole.replace(orientation, as_text), whole.replace(b"\x88\x25\x00\x04", b"\x01\x00\x00\x02")):
        assert damaged != whole
        assert thumbnails.made(BytesIO(damaged), "JPEG")


def test_what_cannot_be_shown_or_would_need_much_memory_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert thumbnails.made(BytesIO(b"\x89PNG\r\n\x1a\nnonsense"), "PNG") == b""
    assert thumbnails.made(BytesIO(photo()[:900]), "JPEG") == b"", "cut off"
    assert thumbnails.made(BytesIO(photo()), "PNG") == b"", "another kind than was found when it came in"
    assert thumbnails.made(BytesIO(photo("PNG")), "PNG")
    assert thumbnails.made(BytesIO(photo("PNG", (2, 70_000))), "PNG") == b"", "a thread of pixels"
    monkeypatch.setattr(thumbnails, "MOST_PIXELS", 1000)
    assert thumbnails.made(BytesIO(photo("PNG")), "PNG") == b"", "not even decoded"
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert thumbnails.made(BytesIO(photo()), "JPEG") == b"", "a bomb"


def test_it_is_made_once_for_who_may_see_the_file(cast: Cast, visit: Visit) -> None:
    finding = logged(cast)
    name = default_storage.save("ab/" + "1" * 32, ContentFile(photo()))
    columns: dict[str, Any] = {"name": "dør.jpg", "size": 9, "sha256": "0" * 64, "content_type": "image/jpeg", "storage_name": name}
    kept = FindingFile.objects.create(
        finding=finding, uploaded_by=cast.manager, created_at=NOW, scan_state=ScanState.NOT_SCANNED, **columns
    )
    at = f"/finding-files/{kept.pk}/small/"
    ours, theirs = visit(cast.manager), visit(cast.csr)
    page = ours.get(f"/findings/{finding.pk}/").content.decode()
    assert f'src="{at}" alt="Photo of what was found: dør.jpg"' in page
    assert 'loading="lazy"' in page
    first = theirs.get(at)
    assert (first.status_code, first.headers["Content-Type"], first.headers["Cache-Control"]) == (200, "image/jpeg", "private, no-cache")
    default_storage.delete(name)
    assert ours.get(at).content == first.content, "kept"
    assert ours.get(at, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert visit(cast.csr_polar).get(at).status_code == 404
    FindingFile.objects.update(scan_state=ScanState.INFECTED)
    assert ours.get(at).status_code == 409
    kept.delete()
    FindingFile.objects.create(
        finding=finding, uploaded_by=cast.manager, created_at=NOW, scan_state=ScanState.NOT_SCANNED, **columns | {"storage_name": "cd/x"}
    )
    janitor.remove_orphans(now=NOW + timedelta(days=2))
    assert not default_storage.exists(thumbnails.name_of(name)), "gone with its file"
