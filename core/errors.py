"""What a service says when it will not do something. The doors turn these into pages and problem+json."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class HouseError(Exception):
    """Base of every refusal. `status` is the HTTP status that both doors answer with."""

    status = 400
    message: Text = _("This cannot be done.")

    def __init__(self, message: Text | None = None) -> None:
        self.message = message or self.message
        super().__init__(str(self.message))


class NotAllowed(HouseError):
    """The row is visible to you, but your role may not do this with it."""

    status = 403
    message = _("Your role does not include this action.")


class WrongState(HouseError):
    """The action exists and is yours, but not in the state that the row is in now."""

    status = 409
    message = _("This has changed since you opened it. Look at it again before you go on.")


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong with one field; `code` is for programs, `detail` for people.

    `about` is the row that the field belongs to, where a page shows the field once for each of several rows.
    """

    field: str
    code: str
    detail: Text
    about: UUID | None = None


class Invalid(HouseError):
    """What was sent cannot be used; every fault is named with its field."""

    status = 400
    message = _("Some of what you sent cannot be used.")

    def __init__(self, errors: Iterable[FieldError], message: Text | None = None) -> None:
        self.errors = list(errors)
        super().__init__(message)

    @classmethod
    def one(cls, field: str, code: str, detail: Text) -> Self:
        return cls([FieldError(field, code, detail)], detail)


class TooLarge(Invalid):
    """A file, or all files together, exceed what the portal takes."""

    status = 413


class WrongType(Invalid):
    """The content of a file is not of a kind that the portal takes."""

    status = 415


class LengthMissing(HouseError):
    """The body came in pieces and did not say how long it is (`Transfer-Encoding: chunked`), so it was not read."""

    status = 411
    message = _("What was sent did not say how large it is, so it was not read. Send it with its length (Content-Length), not in pieces.")


class StorageFull(HouseError):
    """The disk has no room; nothing was kept."""

    status = 507
    message = _("There is no room for the file right now. Nothing was lost; please try again later.")


def must_say(text: str, field: str, refusal: Text) -> str:
    """What was written, without the blanks around it. Refused where nothing was."""
    if not text.strip():
        raise Invalid.one(field, "required", refusal)
    return text.strip()


def must_be_ahead(day: date | None, today: date, field: str = "due_on") -> None:
    """A date that somebody gives is today or later. None: nobody gave one."""
    if day is not None and day < today:
        raise Invalid.one(field, "past", _("This date has passed. Choose today or later."))
