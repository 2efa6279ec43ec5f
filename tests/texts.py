"""Every text that a reader can meet, taken from the code; and the catalogues brought up to date with it.

`.venv/bin/python -m tests.texts [nb] [nn]` writes new texts into locale/*/LC_MESSAGES/django.po (empty, to be translated) and drops those
that are gone. Needs no gettext: Babel reads Python, and templates after Django has turned them into something like it.
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
APPS = ("cpb", "reports", "followup", "contracts", "notifications", "accounts", "core")
LANGUAGES = ("nb", "nn")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
LIBRARIES = {
    # What these say is shown to people, and they do not speak both Norwegian languages.
    "allauth": ("account/forms.py", "account/fields.py", "account/adapter.py", "account/models.py", "core/internal/adapter.py"),
    "rest_framework": ("exceptions.py", "fields.py", "relations.py", "serializers.py", "validators.py", "authentication.py"),
    "django_filters": ("fields.py", "filters.py", "widgets.py", "conf.py", "rest_framework/filterset.py"),
}

Key = tuple[str | None, str]
"""Context and text."""


class Text(NamedTuple):
    context: str | None
    id: str
    plural: str | None
    place: str


def ours() -> Iterator[Text]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts and path.is_file():
                yield from of_file(path, str(path.relative_to(ROOT)))


def of_libraries() -> Iterator[Text]:
    for library, files in LIBRARIES.items():
        spec = find_spec(library)
        assert spec is not None
        assert spec.origin is not None
        folder = Path(spec.origin).parent
        for name in files:
            if (folder / name).exists():
                yield from of_file(folder / name, f"{library}/{name}")


def of_file(path: Path, place: str) -> Iterator[Text]:
    source = path.read_text()
    if path.suffix != ".py":
        source = templatize(source, origin=str(path))
        if not re.search(r"gettext|\b_\(", source):
            return
        source = _calls_only(source)
    for line, message, _comments, context in extract(
        "python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        texts = message if isinstance(message, tuple) else (message,)
        if texts[0]:
            yield Text(context, texts[0], texts[1] if len(texts) > 1 else None, f"{place}:{line}")


def _calls_only(source: str) -> str:
    """What stands between the calls is filling, and need not be Python: keep the calls, one a line as they were."""
    call = re.compile(r"(?<![\w.])(?:n?p?gettext|_)\((?:[^()\"']|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\([^()]*\))*\)", re.DOTALL)
    lines: list[str] = []
    for found in call.finditer(source):
        wanted = source.count("\n", 0, found.start())
        lines += [""] * (wanted - len(lines))
        lines.append(found.group())
    return "\n".join(lines) + "\n"


def path_of(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def all_texts() -> dict[Key, Text]:
    found: dict[Key, Text] = {}
    for text in [*ours(), *of_libraries()]:
        key = (text.context, text.id)
        if key not in found or (text.plural and not found[key].plural):
            found[key] = text
    return found


def update(language: str, texts: Iterable[Text]) -> int:
    """Write the catalogue anew: known translations kept, new texts empty, others dropped. Returns how many are empty."""
    old = catalogue(language) if path_of(language).exists() else Catalog(locale=language)
    then = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date: the file changes only when a text does
    new = Catalog(
        locale=language, project="cpb", version="1", fuzzy=False, creation_date=then, revision_date=then, header_comment="# Our own texts."
    )
    for text in sorted(texts, key=lambda text: (text.place.split(":")[0], text.id)):
        known = old.get(text.id, context=text.context)
        translation = known.string if known and not known.fuzzy else ""
        if text.plural:
            pair = tuple(translation) if isinstance(translation, tuple | list) else (translation or "", "")
            new.add((text.id, text.plural), pair, context=text.context, locations=[(text.place.split(":")[0], 0)])
        else:
            single = translation[0] if isinstance(translation, tuple | list) else translation
            new.add(text.id, single, context=text.context, locations=[(text.place.split(":")[0], 0)])
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    with path_of(language).open("wb") as file:
        write_po(file, new, width=140, include_lineno=False, sort_output=False)
    return sum(1 for message in new if message.id and not _is_full(message.string))


def _is_full(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure(USE_I18N=True)
    django.setup()
    for each in sys.argv[1:] or LANGUAGES:
        print(each, update(each, all_texts().values()), "to translate")
