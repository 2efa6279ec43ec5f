"""Names of countries, from Babel, by their two-letter code."""

from functools import lru_cache

from babel import Locale, core

ALPHABET = str.maketrans({"æ": "{a", "ø": "{b", "å": "{c"})
LANGUAGES = ("nb", "nn", "en", "sv", "da", "fi", "de", "fr", "es")


@lru_cache(maxsize=len(LANGUAGES))
def names(language: str) -> dict[str, str]:
    """Every country by its ISO 3166 code. Babel also lists continents (three digits) and groups, which are left out."""
    return {
        code: name
        for code, name in Locale.parse(language, sep="-").territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
    }


def name(code: str, language: str) -> str:
    return names(language).get(code, code)


def choices(language: str) -> list[tuple[str, str]]:
    """For a list to pick from, in alphabetical order: æ, ø, å come last."""
    return sorted(names(language).items(), key=lambda item: item[1].casefold().translate(ALPHABET))


@lru_cache
def _codes() -> dict[str, str]:
    codes = {country.casefold(): code for language in LANGUAGES for code, country in names(language).items()}
    return codes | {"uk": "GB", "usa": "US", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB"}


def code_of(text: str) -> str:
    """The code of a country given as code, as three-letter code or by name in one of the usual languages; else nothing."""
    if text.upper() in names("en"):
        return text.upper()
    three_letters = core.get_global("territory_aliases").get(text.upper()) or [""]
    return _codes().get(text.casefold(), "") or (three_letters[0] if len(text) == 3 else "")
