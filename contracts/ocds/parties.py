"""Who takes part: names, numbers and contacts as publishers give them, put right where that is safe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from stdnum.no import orgnr

from contracts.ocds import values
from contracts.ocds.problems import Problem, problem
from core import countries

NORWEGIAN = "NO-BRC"
NORWEGIAN_SCHEMES = {"NO-BRC", "NO-ORGNR", "NO-ORG", "BRREG", "0192", "9908"}
ORG_ID = re.compile(r"(NO-BRC)-?(\d{9})")
PLACEHOLDER_DOMAINS = re.compile(r"@(.*\.)?(example(\.(org|com|net))?|invalid|test|localhost)$", re.IGNORECASE)
PLACEHOLDER_NAMES = {"contact person", "kontaktperson", "n/a", "none", "unknown"}


@dataclass(frozen=True)
class Party:
    name: str
    scheme: str = ""
    number: str = ""
    country: str = ""
    contact_name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes two mentions the same organisation: the number, and without one the name."""
        return (self.scheme, self.number) if self.number else ("", self.name.casefold())


class Directory:
    """The parties of one release by their id. A reference may say what the list of parties leaves out."""

    def __init__(self, release: dict[str, Any], *, problems: list[Problem]) -> None:
        self._parties = {values.identifier(party.get("id")): party for party in values.objects(release.get("parties"))}
        self._known: dict[str, Party | None] = {}
        self._problems = problems

    def find(self, reference: Any) -> Party | None:
        """The party that a reference means, or None (with a problem) when it can be neither named nor numbered."""
        given = values.obj(reference)
        party_id = values.identifier(given.get("id"))
        key = party_id or values.text(given.get("name"))
        if key not in self._known:
            self._known[key] = self._read({**given, **self._parties.get(party_id, {})}, party_id)
        return self._known[key]

    def with_role(self, *roles: str) -> Party | None:
        for role in roles:
            for party in self._parties.values():
                if role in values.texts(party.get("roles")):
                    return self.find(party)
        return None

    def _read(self, data: dict[str, Any], party_id: str) -> Party | None:
        name = values.text(data.get("name")) or values.text(values.obj(data.get("identifier")).get("legalName"))
        country = self._country(values.obj(data.get("address")), name)
        scheme, number = self._number(data, name, country)
        if not name and not number:
            self._problems.append(problem("nameless_supplier", id=party_id or "?"))
            return None
        party = Party(name=(name or number)[:250], scheme=scheme, number=number, country=country or ("NO" if scheme == NORWEGIAN else ""))
        return replace(party, **_contact(values.obj(data.get("contactPoint"))))

    def _country(self, address: dict[str, Any], name: str) -> str:
        given = values.text(address.get("country")) or values.text(address.get("countryName"))
        code = countries.code_of(given)
        if given and not code:
            self._problems.append(problem("unknown_country", value=given, name=name))
        return code

    def _number(self, data: dict[str, Any], name: str, country: str) -> tuple[str, str]:
        """The first identifier that can be used. What cannot be used is told once."""
        troubles: list[Problem] = []
        for scheme, number in _identifiers(data):
            found, trouble = read_number(scheme=scheme, number=number, country=country, name=name)
            troubles += trouble
            if found:
                self._problems.extend(trouble)
                return found
        self._problems.extend(troubles)
        return "", ""


def _identifiers(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for item in (values.obj(data.get("identifier")), *values.objects(data.get("additionalIdentifiers"))):
        if number := values.identifier(item.get("id")):
            yield values.text(item.get("scheme")), number
    if match := ORG_ID.fullmatch(values.text(data.get("id"))):
        yield match[1], match[2]


def read_number(*, scheme: str, number: str, country: str, name: str) -> tuple[tuple[str, str] | None, list[Problem]]:
    """Scheme and number as we keep them, or None where they cannot be used.

    Norwegian notices come through converters that write a British scheme on every number. A number that is a valid
    Norwegian one and belongs to an address in Norway, or says NO or MVA itself, is Norwegian whatever its scheme.
    """
    scheme, compact = scheme.upper(), orgnr.compact(re.sub(r"[\s.\u00a0]", "", number).upper())
    says_norway = bool(re.match(r"NO\d", compact)) or compact.endswith("MVA")
    digits = compact.removeprefix("NO").removesuffix("MVA")
    if scheme in NORWEGIAN_SCHEMES or country == "NO" or says_norway:
        if orgnr.is_valid(digits):
            is_other = bool(scheme) and scheme not in NORWEGIAN_SCHEMES
            return (NORWEGIAN, digits), [problem("scheme_corrected", name=name, scheme=scheme)] if is_other else []
        looks_right = digits.isdigit() and len(digits) == 9
        return None, [problem("false_check_digit" if looks_right else "useless_identifier", number=number, name=name)]
    if not scheme or len(scheme) > 40 or len(number) > 60:
        return None, [problem("useless_identifier", number=number, name=name)]
    return (scheme, re.sub(r"\s", "", number)), []


def _contact(point: dict[str, Any]) -> dict[str, str]:
    """Name, address and telephone of a contact; nothing where the address is missing, false or a placeholder."""
    email = values.text(point.get("email")).lower()
    try:
        validate_email(email)
    except ValidationError:
        return {}
    if PLACEHOLDER_DOMAINS.search(email) or len(email) > 254:
        return {}
    name, phone = values.text(point.get("name"))[:200], values.text(point.get("telephone"))[:40]
    return {
        "email": email,
        "contact_name": "" if name.casefold() in PLACEHOLDER_NAMES else name,
        "phone": phone if re.search(r"[1-9]", phone) else "",
    }
