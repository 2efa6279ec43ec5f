"""What somebody was writing when their session ended: kept on the server, given back after sign-in.

`core.middleware` keeps and gives back; `core.forms` puts the text into the form it came from. Files are never kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, QueryDict

SESSION_KEY = "kept_text"
READER_COOKIE = "reader"
LASTS = timedelta(hours=2)
MOST_CHARACTERS = 200_000
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass
class Kept:
    """The text of one form; `used` tells whether a form on the page has taken it back."""

    fields: dict[str, list[str]]
    had_files: bool
    used: bool = field(default=False)

    @property
    def texts(self) -> list[str]:
        """What is shown to be copied when no form took it back."""
        return [value for values in self.fields.values() for value in values if len(value) > 3]


_given_back: ContextVar[Kept | None] = ContextVar("kept_text", default=None)


class _NoFiles(FileUploadHandler):
    """Reads files away without keeping them: nobody has signed in."""

    had_files = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.had_files = True
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


def keep(request: HttpRequest, *, now: datetime) -> None:
    """Keep the text of a refused POST in the session, for the reader who last signed in with this browser."""
    page, reader = page_of(request), reader_of(request)
    if page is None or reader is None or request.content_type not in FORMS:
        return
    skip = _NoFiles(request)
    if not hasattr(request, "_post"):  # Django reads a body once, with the handlers set before
        request.upload_handlers = [skip]
    fields = {name: request.POST.getlist(name) for name in request.POST if _is_text(name)}
    if sum(len(value) for values in fields.values() for value in values) > MOST_CHARACTERS:
        return
    had_files = skip.had_files or bool(request.FILES)
    request.session[SESSION_KEY] = {"page": page, "reader": reader, "at": now.isoformat(), "fields": fields, "had_files": had_files}


def _is_text(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and "password" not in name


def typed(request: HttpRequest) -> list[str]:
    """What a person wrote in the form that was refused: more than one word, so that no code or mark of ours is among it."""
    if request.method != "POST" or request.content_type not in FORMS or not hasattr(request, "_post"):
        return []  # a body that nobody has read is not read now
    written = [value.strip() for name in request.POST if _is_text(name) for value in request.POST.getlist(name)]
    return [value[:MOST_CHARACTERS] for value in written if len(value.split()) > 1]


def page_of(request: HttpRequest) -> str | None:
    """The page of ours that the form stood on, with its query; None when another site sent it.

    A path that begins with two slashes would lead to another site when it is gone back to.
    """
    source = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if source.netloc != request.get_host() or source.path.startswith("//"):
        return None
    return f"{source.path}?{source.query}" if source.query else source.path


def reader_of(request: HttpRequest) -> str | None:
    reader = request.get_signed_cookie(READER_COOKIE, default=None)
    return str(reader) if reader else None


def kept_for(request: HttpRequest, *, now: datetime) -> Kept | None:
    """The text that waits for this person on this page."""
    stored = request.session.get(SESSION_KEY)
    if not stored or stored["reader"] != str(request.user.pk) or stored["page"] != request.get_full_path():
        return None
    if datetime.fromisoformat(stored["at"]) + LASTS < now:
        return None
    return Kept(stored["fields"], stored["had_files"])


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


@contextmanager
def given_back(kept: Kept | None) -> Iterator[None]:
    token = _given_back.set(kept)
    try:
        yield
    finally:
        _given_back.reset(token)


def current() -> Kept | None:
    return _given_back.get()


def for_form(form: forms.BaseForm) -> dict[str, Any]:
    """Initial values from the kept text, if it came from this form: each of its ordinary fields is there."""
    kept = current()
    if kept is None:
        return {}
    data = _as_data(kept)
    written = [name for name, part in form.fields.items() if _is_ordinary(part.widget)]
    if not written or any(form.add_prefix(name) not in data for name in written):
        return {}
    kept.used = True
    return {
        name: part.widget.value_from_datadict(data, {}, form.add_prefix(name))
        for name, part in form.fields.items()
        if not isinstance(part.widget, forms.FileInput | forms.PasswordInput)
    }


def _as_data(kept: Kept) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in kept.fields.items():
        data.setlist(name, values)
    return data


def _is_ordinary(widget: forms.Widget) -> bool:
    """A control that a browser always sends: not a tick, a radio or a file."""
    absent = (forms.CheckboxInput, forms.RadioSelect, forms.SelectMultiple, forms.FileInput, forms.PasswordInput, forms.MultiWidget)
    return not isinstance(widget, (*absent, forms.CheckboxSelectMultiple))
