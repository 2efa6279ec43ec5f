"""OCDS field ↔ our field.

Reading is pure and never raises on what a publisher sends. Two kinds of wrong are told apart:

- A *section* of the wrong type (awards that are text, a supplier that is a number) means that parts of an agreement
  would be missing without anybody seeing it. The process is rejected with the reason.
- A wrong *value* (a date, an amount, a currency, a number) is left out, the rest is taken in, and the problem is kept.

Which process becomes what:

- flagged as a framework, on the tender or on any of its lots (notices from the EU's forms flag the lots): an agreement;
- related to a framework: call-offs on it, one for each award and supplier;
- anything else is skipped, unless a person says that it is an agreement.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from babel.numbers import list_currencies

from contracts.ocds import values
from contracts.ocds.parties import Directory, Party
from contracts.ocds.placing import Placing
from contracts.ocds.problems import Problem, problem
from contracts.ocds.process import Kind, Lot, Order, Place, Process, RejectedError

CURRENCIES = list_currencies() - {"XXX", "XTS"}
FRAMEWORK_WORDS = re.compile(
    r"ramme-?\s?avtal|rammekontrakt|ramavtal|rammeaftal|fellesavtal|samkjøpsavtal|framework|accord-cadre", re.IGNORECASE
)
BELIEVABLE_YEARS = range(1950, 2151)
LONGEST_DURATION = 36_500
TITLE_LENGTH, REFERENCE_LENGTH, CASE_LENGTH, OCID_LENGTH = 300, 80, 60, 120

SHAPE: tuple[tuple[str, type], ...] = (
    ("parties", list),
    ("tender", dict),
    ("tender.lots", list),
    ("tender.techniques", dict),
    ("awards", list),
    ("awards.suppliers", list),
    ("contracts", list),
    ("contracts.suppliers", list),
    ("bids", dict),
    ("bids.details", list),
    ("relatedProcesses", list),
)
"""The sections whose form decides whether a process can be read at all."""


def related_framework(release: dict[str, Any]) -> str:
    """The ocid of the agreement that this process was called off from."""
    own = release.get("ocid")
    for related in values.objects(release.get("relatedProcesses")):
        if "framework" in values.texts(related.get("relationship")) and related.get("scheme") in ("ocid", None):
            ocid = values.text(related.get("identifier"))
            if ocid and ocid != own:
                return ocid
    return ""


def is_flagged(release: dict[str, Any]) -> bool:
    tender = values.obj(release.get("tender"))
    holders = (tender, *values.objects(tender.get("lots")), *values.objects(tender.get("lotGroups")))
    return any(values.obj(holder.get("techniques")).get("hasFrameworkAgreement") is True for holder in holders)


def read(ocid: str, release: dict[str, Any], *, zone: tzinfo, as_framework: bool = False) -> Process:
    """What a merged release says in our words. Raises RejectedError."""
    _check_shape(release)
    return _Reader(ocid, release, zone=zone).process(as_framework=as_framework)


def _check_shape(release: dict[str, Any]) -> None:
    for path, expected in SHAPE:
        for value in _at(release, path.split(".")):
            parts = value if isinstance(value, list) and expected is list else [value]
            is_made_of_objects = all(part is None or isinstance(part, dict) for part in parts)
            if not is_made_of_objects or (expected is list and not isinstance(value, list)):
                raise RejectedError(problem("wrong_shape", field=path))


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    """Every value at a path, through lists; nulls are the same as nothing."""
    if value is None:
        return
    if isinstance(value, list) and path:
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        yield from _at(value.get(path[0]), path[1:])


class _Reader:
    def __init__(self, ocid: str, release: dict[str, Any], *, zone: tzinfo) -> None:
        self.ocid = ocid
        self.release = release
        self.zone = zone
        self.problems: list[Problem] = []
        self.tender = values.obj(release.get("tender"))
        self.techniques = values.obj(self.tender.get("techniques"))
        self.awards = [award for award in values.objects(release.get("awards")) if self._is_made(award)]
        self.contracts = list(values.objects(release.get("contracts")))
        self.parties = Directory(release, problems=self.problems)
        self.lots = self._lots()
        bids = values.objects(values.obj(release.get("bids")).get("details"))
        self.placing = Placing(lots=self.lots, contracts=self.contracts, bids=bids, parties=self.parties, problems=self.problems)

    def process(self, *, as_framework: bool) -> Process:
        related = related_framework(self.release)
        is_framework = as_framework or is_flagged(self.release)
        kind = Kind.FRAMEWORK if is_framework else Kind.CALL_OFF if related else Kind.OTHER
        title = self._title() or _first_title(values.objects(self.release.get("relatedProcesses")))
        process = Process(
            ocid=self.ocid, kind=kind, title=title[:TITLE_LENGTH] or self.ocid, problems=self.problems, framework_ocid=related
        )
        if kind is Kind.OTHER:
            process.looks_like_framework = bool(FRAMEWORK_WORDS.search(process.title)) and self._has_suppliers()
            return process
        process.references, process.case_number = self._references()
        if kind is Kind.CALL_OFF:
            process.buyer = self._buyer()
            process.orders = list(self._orders())
        else:
            self._agreement(process)
        process.problems = list(dict.fromkeys(self.problems))
        return process

    def _agreement(self, process: Process) -> None:
        process.description = values.paragraphs(self.tender.get("description"))
        process.cpv = self._cpv()
        process.lots = list(self.lots.values())
        process.starts_on, process.ends_on = self._period()
        process.signed_on = self._signed(self.contracts)
        if process.signed_on and process.ends_on and process.signed_on > process.ends_on:
            self.problems.append(problem("signed_after_end", signed=process.signed_on, end=process.ends_on))
            process.signed_on = None
        process.value, process.currency = self._value()
        process.places = self._places(process.starts_on, process.ends_on)

    # Text and codes

    def _title(self) -> str:
        named = (self.tender, self.release, *self.awards, *self.contracts)
        return self._cut(_first_title(named), TITLE_LENGTH, "title")

    def _cut(self, text: str, limit: int, name: str) -> str:
        if len(text) > limit:
            self.problems.append(problem("too_long", field=name, limit=limit))
        return text[:limit]

    def _references(self) -> tuple[tuple[str, ...], str]:
        """What the agreement may be called by, best first, and the number of its case in the archive."""
        internal = [values.text(item.get("id")) for item in values.objects(self.tender.get("identifiers"))]
        case = next((item for item in internal if item), "")
        found = (case, values.identifier(self.tender.get("id")), self.ocid)
        return tuple(dict.fromkeys(item for item in found if item and len(item) <= REFERENCE_LENGTH)), case[:CASE_LENGTH]

    def _cpv(self) -> dict[str, str]:
        """Codes with the description given, if any; as publishers write them: `45233162-2`, `45233130.0`."""
        found: dict[str, str] = {}
        for holder in (self.tender, *values.objects(self.tender.get("items")), *values.objects(self.tender.get("lots"))):
            for item in (values.obj(holder.get("classification")), *values.objects(holder.get("additionalClassifications"))):
                code = values.identifier(item.get("id")).split("-")[0]
                if values.text(item.get("scheme")).upper() == "CPV" and re.fullmatch(r"\d{8}", code):
                    found[code] = found.get(code) or values.text(item.get("description"))[:300]
        return found

    # Dates and money

    def _day(self, value: Any, name: str) -> date | None:
        found = values.day(value, zone=self.zone)
        is_believable = found is not None and found.year in BELIEVABLE_YEARS
        if not is_believable and value not in (None, ""):
            self.problems.append(problem("bad_date", field=name, value=value))
        return found if is_believable else None

    def _span(self, periods: Iterable[Any]) -> tuple[date | None, date | None]:
        """The earliest start and the latest end of some periods."""
        spans = [self._ends(values.obj(period)) for period in periods]
        start = min((start for start, _ in spans if start), default=None)
        end = max((end for _, end in spans if end), default=None)
        if start and end and end < start:
            self.problems.append(problem("dates_reversed", start=start, end=end))
            return None, None
        return start, end

    def _ends(self, period: dict[str, Any]) -> tuple[date | None, date | None]:
        """A duration gives the end where the start is known."""
        start, end = self._day(period.get("startDate"), "startDate"), self._day(period.get("endDate"), "endDate")
        duration = period.get("durationInDays")
        if start and not end and isinstance(duration, int) and 0 < duration <= LONGEST_DURATION:
            end = start + timedelta(days=duration - 1)
        return start, end

    def _period(self) -> tuple[date | None, date | None]:
        """From the most binding statement that has both dates; else from the first that has one."""
        statements: tuple[Iterable[Any], ...] = (
            [values.obj(self.techniques.get("frameworkAgreement")).get("period")],
            [contract.get("period") for contract in self.contracts],
            [award.get("contractPeriod") for award in self.awards],
            [self.tender.get("contractPeriod")],
            [lot.get("contractPeriod") for lot in values.objects(self.tender.get("lots"))],
        )
        best: tuple[date | None, date | None] = (None, None)
        for statement in statements:
            start, end = self._span(statement)
            if start and end:
                return start, end
            best = best if any(best) else (start, end)
        return best

    def _signed(self, contracts: Iterable[dict[str, Any]]) -> date | None:
        """When the last of the contracts was signed: from then the agreement binds everybody on it."""
        return max((day for c in contracts if (day := self._day(c.get("dateSigned"), "dateSigned"))), default=None)

    def _money(self, value: Any) -> tuple[Decimal, str] | None:
        given = values.obj(value)
        if given.get("amount") is None:
            return None
        amount, currency = values.amount(given["amount"]), values.text(given.get("currency")).upper()
        if amount is None:
            self.problems.append(problem("bad_amount", field="value", value=given["amount"]))
            return None
        if currency not in CURRENCIES:
            self.problems.append(problem("unknown_currency", value=currency or "?", amount=amount))
            return None
        return amount, currency

    def _sum(self, given: Iterable[Any]) -> tuple[Decimal | None, str]:
        sums = [money for value in given if (money := self._money(value))]
        currencies = {currency for _, currency in sums}
        if len(currencies) > 1:
            self.problems.append(problem("mixed_currencies"))
        if len(currencies) != 1:
            return None, ""
        total = sum((amount for amount, _ in sums), Decimal(0))
        if total >= values.MOST:
            self.problems.append(problem("bad_amount", field="value", value=total))
            return None, ""
        return total, currencies.pop()

    def _value(self) -> tuple[Decimal | None, str]:
        """The estimated value: of the agreement, the tender, its lots together, the awards together."""
        candidates: tuple[Iterable[Any], ...] = (
            [values.obj(self.techniques.get("frameworkAgreement")).get("value")],
            [self.tender.get("value")],
            [lot.get("value") for lot in values.objects(self.tender.get("lots"))],
            [award.get("value") for award in self.awards],
        )
        for candidate in candidates:
            value, currency = self._sum(candidate)
            if value is not None:
                return value, currency
        return None, ""

    # Lots and suppliers

    def _is_made(self, award: dict[str, Any]) -> bool:
        status = values.text(award.get("status"))
        if status == "pending" and award.get("suppliers"):
            self.problems.append(problem("award_pending"))
        return status not in ("pending", "cancelled", "unsuccessful")

    def _has_suppliers(self) -> bool:
        return any(True for award in self.awards for _ in values.objects(award.get("suppliers")))

    def _lots(self) -> dict[str, Lot]:
        lots: dict[str, Lot] = {}
        for number, lot in enumerate(values.objects(self.tender.get("lots")), 1):
            source_id = values.identifier(lot.get("id"))[:120]
            if not source_id:
                self.problems.append(problem("lot_without_id", number=number))
                source_id = f"#{number}"
            title = self._cut(values.text(lot.get("title")) or source_id, TITLE_LENGTH, "lots.title")
            lots.setdefault(source_id, Lot(source_id, title, values.paragraphs(lot.get("description"))))
        return lots

    def _places(self, starts_on: date | None, ends_on: date | None) -> list[Place]:
        places: dict[tuple[tuple[str, str], str | None], Place] = {}
        for award in self.awards:
            start, end = self._span([award.get("contractPeriod")])
            start = start if start != starts_on else None
            end = end if end and ends_on and end < ends_on else None
            for supplier, lots in self.placing.placed(award, self._suppliers(award.get("suppliers"))):
                rank = self.placing.rank(award, supplier)
                for lot in lots:
                    places.setdefault((supplier.key, lot), Place(supplier, lot, rank, start, end))
        return list(places.values())

    def _suppliers(self, references: Any) -> list[Party]:
        """The suppliers of an award, each once."""
        found: dict[tuple[str, str], Party] = {}
        for reference in values.objects(references):
            party = self.parties.find(reference)
            if party and party.key in found:
                self.problems.append(problem("supplier_twice", name=party.name))
            elif party:
                found[party.key] = party
        return list(found.values())

    # Call-offs

    def _buyer(self) -> Party | None:
        for reference in (self.release.get("buyer"), self.tender.get("procuringEntity")):
            if reference and (party := self.parties.find(reference)):
                return party
        return self.parties.with_role("buyer", "procuringEntity")

    def _orders(self) -> Iterator[Order]:
        for number, award in enumerate(self.awards, 1):
            award_id = values.identifier(award.get("id"))[:100]
            own = [c for c in self.contracts if award_id and values.identifier(c.get("awardID")) == award_id]
            suppliers = self._suppliers(award.get("suppliers"))
            money = self._sum([award.get("value")] if award.get("value") else [contract.get("value") for contract in own])
            if len(suppliers) > 1 and money[0] is not None:
                self.problems.append(problem("value_not_divided"))
                money = (None, "")
            title = self._cut(values.text(award.get("title")) or self._title(), TITLE_LENGTH, "awards.title")
            signed = self._signed(own) or self._day(award.get("date"), "awards.date")
            for supplier in suppliers:
                lots = tuple(values.texts(award.get("relatedLots")))
                yield Order(award_id or str(number), title, supplier, lots, signed, *money)


def _first_title(parts: Iterable[dict[str, Any]]) -> str:
    return next((title for part in parts if (title := values.text(part.get("title")))), "")
