"""Small pictures of photos that are kept: made once, on first view, and kept beside the files.

What made the photo may tell where and when it was taken; the small picture has nothing of that, and stands the right way up.
A file that cannot be shown, or would need much memory, has none: its name is shown instead.
"""

from io import BytesIO
from typing import IO, Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError

from core import scanning
from core.errors import WrongState
from core.models import StoredFile

FOLDER = "small"
SIDE = 320
"""Pixels of the longer side: sharp at half of it on a telephone's screen."""

SHOWN = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
MOST_PIXELS, MOST_OF_JPEG, LONGEST_SIDE = 24_000_000, 80_000_000, 1 << 16
"""Of a JPEG an eighth is decoded in each direction; of the others every pixel takes four octets of memory, and every pixel of the
longer side some thirty more while it is made small."""

T = Image.Transpose
TURNED: dict[Any, Image.Transpose] = {
    2: T.FLIP_LEFT_RIGHT,
    3: T.ROTATE_180,
    4: T.FLIP_TOP_BOTTOM,
    5: T.TRANSPOSE,
    6: T.ROTATE_270,
    7: T.TRANSVERSE,
    8: T.ROTATE_90,
}
"""How to stand it upright, by the orientation that EXIF gives. Pillow's own `exif_transpose` writes the whole of EXIF anew, and falls
over one that is damaged."""

CANNOT = (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError, SyntaxError)
"""What Pillow raises about a picture that is broken or built to do harm."""

log = structlog.get_logger(__name__)


def has(file: StoredFile) -> bool:
    """Whether a page may ask for one."""
    return file.content_type in SHOWN and not scanning.is_locked(file.scan_state)


def handed_out(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The small picture; 204 where there is none, and the page says what it would show.

    The browser may keep it, and asks each time whether it may show it.
    """
    if scanning.is_locked(file.scan_state):
        raise WrongState(_("This file is locked until it has been scanned for viruses."))
    etag = quote_etag(file.storage_name)
    data = b"" if file.content_type not in SHOWN else _kept(file.storage_name, SHOWN[file.content_type])
    response = HttpResponse(data, content_type="image/jpeg") if data else HttpResponse(status=204)
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if not data:
        return response
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def name_of(storage_name: str) -> str:
    return f"{FOLDER}/{storage_name}"


def made(content: IO[bytes], form: str) -> bytes:
    """A JPEG without anything but the picture; empty where it cannot be made."""
    try:
        with Image.open(content, formats=[form]) as picture:
            return _shrunk(picture, form)
    except CANNOT as error:
        log.info("no_thumbnail", error=type(error).__name__)
        return b""


def _shrunk(picture: Image.Image, form: str) -> bytes:
    width, height = picture.size
    if width * height > (MOST_OF_JPEG if form == "JPEG" else MOST_PIXELS) or max(width, height) > LONGEST_SIDE:
        return b""
    picture.draft("RGB", (SIDE, SIDE))  # a JPEG is then decoded small in the first place
    turned = TURNED.get(picture.getexif().get(ExifTags.Base.Orientation))
    picture.thumbnail((SIDE, SIDE))
    upright = picture if turned is None else picture.transpose(turned)
    flat = Image.new("RGB", upright.size, "white")
    see_through = upright.convert("RGBA")
    flat.paste(see_through, mask=see_through.getchannel("A"))
    out = BytesIO()
    flat.save(out, "JPEG", quality=80)
    return out.getvalue()


def _kept(storage_name: str, form: str) -> bytes:
    """As it was made before; made and kept the first time, also that it cannot be made."""
    name = name_of(storage_name)
    if default_storage.exists(name):
        with default_storage.open(name) as small:
            data: bytes = small.read()
        return data
    if not storage_name or not default_storage.exists(storage_name):
        return b""
    with default_storage.open(storage_name) as content:
        data = made(content, form)
    default_storage.save(name, ContentFile(data, name=name))
    return data
