"""Every text is there in bokmål and nynorsk, with its placeholders, and the catalogues hold nothing else."""

import re

import pytest

from tests import texts

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


@pytest.fixture(scope="module")
def wanted() -> dict[texts.Key, texts.Text]:
    return texts.all_texts()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_nothing_is_missing(language: str, wanted: dict[texts.Key, texts.Text]) -> None:
    catalogue = texts.catalogue(language)
    missing = []
    for (context, text), found in wanted.items():
        message = catalogue.get(text, context=context)
        forms = message.string if message and isinstance(message.string, tuple | list) else (message.string if message else "",)
        if message is None or message.fuzzy or not all(forms) or (found.plural and len(forms) < 2):
            missing.append(f"{found.place}: {text}")
    assert missing == [], "run: .venv/bin/python -m tests.texts, and translate what is empty"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_placeholders_are_kept(language: str) -> None:
    wrong = []
    for message in texts.catalogue(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = [text or "" for text in (message.string if isinstance(message.string, tuple | list) else (message.string,))]
        asked = {found.group() for text in ids for found in PLACEHOLDER.finditer(text)}
        wrong += [string for string in strings if {found.group() for found in PLACEHOLDER.finditer(string)} - asked]
        needed = {found.group() for found in PLACEHOLDER.finditer(ids[-1])}  # a singular may be one word
        wrong += [strings[-1]] if needed - {found.group() for found in PLACEHOLDER.finditer(strings[-1])} else []
    assert wrong == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_nothing_is_left_over(language: str, wanted: dict[texts.Key, texts.Text]) -> None:
    kept = {
        (message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id) for message in texts.catalogue(language)
    }
    assert kept - set(wanted) - {(None, "")} == set()
