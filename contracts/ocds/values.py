"""What a JSON value means as text, a list, a date or an amount. Nothing here raises: publishers send every type everywhere."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

MOST = Decimal(10) ** 16
NUMBER = re.compile(r"-?\d{1,16}([.,]\d{1,6})?")


def obj(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list."""
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def texts(value: Any) -> list[str]:
    """The texts of a list, or of a single text that should have been a list."""
    found = (text(item) for item in value) if isinstance(value, list) else [text(value)]
    return [item for item in found if item]


def text(value: Any) -> str:
    """One line of text; numbers, which publishers use for ids, as their digits."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def paragraphs(value: Any) -> str:
    return value.strip() if isinstance(value, str) else text(value)


def identifier(value: Any) -> str:
    """An id as text. Spreadsheets turn `11111111` into `11111111.0` on the way."""
    return re.sub(r"^(\d+)\.0$", r"\1", text(value))


def moment(value: Any) -> datetime | None:
    """A date and time with zone; UTC where none is given."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(value: Any, *, zone: tzinfo) -> date | None:
    """The day that a publisher means by a timestamp.

    That is the day as written, whatever its zone (a signature at `2022-10-14T23:59:59Z` was given on the 14th), except
    where the time is midnight with us: then somebody turned our day into another zone's time.
    """
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        local = found.astimezone(zone) if found.tzinfo else found
        return local.date() if local.time() == time.min else found.date()
    except (ValueError, OverflowError):
        return _day_with_zone(value)


def _day_with_zone(value: str) -> date | None:
    """`2022-10-14Z` and `2022-10-14+02:00`, as notices in XML have it."""
    try:
        return date.fromisoformat(value.strip()[:10])
    except ValueError:
        return None


def amount(value: Any) -> Decimal | None:
    """A sum of money that fits our columns: not negative, below MOST."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    written = str(value).replace("\u00a0", "").replace(" ", "")
    if isinstance(value, str) and not NUMBER.fullmatch(written):
        return None
    try:
        found = Decimal(written.replace(",", ".")).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return found if 0 <= found < MOST else None
