"""Four agreements: PC equipment, office consumables, furniture made in Vietnam, cleaning. Their shape is real, their suppliers are not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from accounts.models import ScopeRole
from contracts.models import CpvCode, Framework, Option
from contracts.services import call_offs, contacts, frameworks, options, participations, roles, stipulations
from cpb.demo.clauses import write as write_clause
from cpb.demo.people import CONTACTS_WITHOUT_ACCOUNT, Cast

R = ScopeRole.Role

CONTACTS = {
    "nordvare": (("csr@nordvare.example", "", ()), ("sales@nordvare.example", "", (R.KEY_ACCOUNT,))),
    "fjordtek": (("csr@fjordtek.example", "", ()),),
    "polar": (("csr@polar.example", "", ()),),
    **{key: ((email, name, ()),) for key, (email, name, _language) in CONTACTS_WITHOUT_ACCOUNT.items()},
}


@dataclass(frozen=True)
class Wanted:
    """A requirement: title, theme, kind, text, what proves it, which clause it hangs on ("human", "wages", "environment")."""

    title: str
    theme: str
    kind: str
    text: str
    documentation: str
    clause: str
    level: str = "basic"
    convention: str = ""


DUE_DILIGENCE = Wanted(
    "Aktsomhetsvurderinger i leverandørkjeden",
    "human_rights",
    "contract_clause",
    "Leverandøren skal kartlegge og håndtere risiko for brudd på grunnleggende menneskerettigheter i leverandørkjeden.",
    "Utfylt egenrapporteringsskjema og beskrivelse av rutiner.",
    "human",
)
CHILD_LABOUR = Wanted(
    "Ingen barnearbeid",
    "ilo_core",
    "contract_clause",
    "Barn under minstealderen skal ikke settes til arbeid noe sted i leverandørkjeden.",
    "Revisjonsrapport fra produksjonsstedet, ikke eldre enn tolv måneder.",
    "human",
    convention="C138",
)
FORCED_LABOUR = Wanted(
    "Ikke tvangsarbeid",
    "ilo_core",
    "contract_clause",
    "Det skal ikke forekomme noen form for tvangsarbeid, heller ikke gjennom rekrutteringsgebyrer eller inndratte pass.",
    "Retningslinjer for rekruttering hos produsenten.",
    "human",
    convention="C029",
)
FACTORY_LAW = Wanted(
    "Arbeidsrett på produksjonsstedet",
    "national_labour_law",
    "contract_clause",
    "Lønn og arbeidstid på produksjonsstedet skal følge nasjonal lovgivning.",
    "Lønns- og timelister for et utvalg ansatte, med navn fjernet.",
    "human",
)
WAGE_TERMS = Wanted(
    "Lønns- og arbeidsvilkår",
    "wages",
    "contract_clause",
    "Ansatte skal ha lønns- og arbeidsvilkår i tråd med allmenngjort tariffavtale.",
    "Arbeidsavtaler, timelister og lønnsslipper for et utvalg ansatte.",
    "wages",
)
MANAGEMENT_SYSTEM = Wanted(
    "Miljøledelsessystem",
    "environment",
    "qualification",
    "Leverandøren skal ha et sertifisert miljøledelsessystem.",
    "Gyldig ISO 14001- eller EMAS-sertifikat.",
    "environment",
)
RECYCLED = Wanted(
    "Andel resirkulert materiale",
    "environment",
    "award_criterion",
    "Produktene skal inneholde den andelen resirkulert materiale som er tilbudt.",
    "Produktdatablad eller tredjepartsverifisert miljødeklarasjon.",
    "environment",
    level="advanced",
)
BUSINESS_ETHICS = Wanted(
    "Tiltak mot korrupsjon",
    "anti_corruption",
    "contract_clause",
    "Leverandøren skal ha etiske retningslinjer og opplæring som forebygger korrupsjon.",
    "Etiske retningslinjer og oversikt over opplæring.",
    "human",
)


@dataclass(frozen=True)
class Order:
    """What an agency called off: from whom, on which lot (0: no lots), so many months ago, for so many kroner."""

    title: str
    agency: str
    supplier: str
    lot: int
    months_ago: int
    value: int


@dataclass(frozen=True)
class Plan:
    """One agreement. `ranks` maps a lot number (0: no lots) to its suppliers in order; `started` is months ago."""

    key: str
    reference: str
    title: str
    description: str
    cpv: tuple[str, ...]
    value: int
    started: int
    months: int
    option_months: tuple[int, ...]
    lots: tuple[str, ...]
    ranks: dict[int, tuple[str, ...]]
    manager: str
    mailbox: str
    requirements: tuple[Wanted, ...]
    orders: tuple[Order, ...] = ()


PLANS = (
    Plan(
        "pc",
        "SI-2025-01",
        "Fellesavtale for PC-utstyr",
        "Bærbare og stasjonære PC-er, skjermer og tilbehør til staten.",
        ("30213000", "30231300"),
        1_600_000_000,
        14,
        24,
        (12, 12),
        ("PC-klienter, skjermer og tilbehør", "Mac og tilhørende tjenester"),
        {1: ("nordvare", "fjordtek", "bergdata"), 2: ("fjordtek", "nordvare", "bergdata")},
        "manager",
        "pc-avtalen@cpb.example",
        (DUE_DILIGENCE, CHILD_LABOUR, FORCED_LABOUR, MANAGEMENT_SYSTEM, RECYCLED, BUSINESS_ETHICS),
        (
            Order("Bærbare PC-er til feltarbeid", "kart", "nordvare", 1, 12, 4_200_000),
            Order("Utskifting av skjermer", "innsjo", "nordvare", 1, 9, 1_150_000),
            Order("PC-er til nye ansatte", "flom", "fjordtek", 1, 6, 2_300_000),
            Order("Mac til kommunikasjonsavdelingen", "kart", "fjordtek", 2, 3, 640_000),
        ),
    ),
    Plan(
        "office",
        "SI-2024-03",
        "Fellesavtale for forbruksmateriell",
        "Kontorrekvisita, renholds- og toalettartikler, kantineartikler.",
        ("30192000", "30197600"),
        320_000_000,
        20,
        24,
        (12, 12),
        (),
        {0: ("polar", "nordvare", "papirhuset")},
        "manager",
        "forbruk@cpb.example",
        (DUE_DILIGENCE, MANAGEMENT_SYSTEM, RECYCLED),
        (
            Order("Papir og rekvisita", "kart", "polar", 0, 11, 380_000),
            Order("Renholds- og toalettartikler", "flom", "nordvare", 0, 7, 210_000),
        ),
    ),
    Plan(
        "furniture",
        "SI-2025-02",
        "Fellesavtale for møbler",
        "Kontormøbler i tre. Produksjonen foregår i Vietnam.",
        ("39130000",),
        210_000_000,
        8,
        36,
        (12,),
        (),
        {0: ("furuheim", "lotus")},
        "manager",
        "mobler@cpb.example",
        (DUE_DILIGENCE, CHILD_LABOUR, FORCED_LABOUR, FACTORY_LAW, MANAGEMENT_SYSTEM),
        (
            Order("Skrivepulter til nye lokaler", "innsjo", "furuheim", 0, 4, 1_900_000),
            Order("Møterom i regionkontoret", "kart", "lotus", 0, 3, 480_000),
        ),
    ),
    Plan(
        "cleaning",
        "SI-2025-04",
        "Fellesavtale for renholdstjenester",
        "Daglig renhold og periodisk vedlikehold i statens kontorbygg.",
        ("90910000",),
        95_000_000,
        5,
        24,
        (12, 12),
        ("Østlandet", "Vestlandet"),
        {1: ("blank", "renhold"), 2: ("renhold", "blank")},
        "deputy",
        "renhold@cpb.example",
        (WAGE_TERMS, BUSINESS_ETHICS),
        (Order("Daglig renhold i regionkontoret", "kart", "blank", 2, 4, 3_400_000),),
    ),
)


def build(plan: Plan, cast: Cast, *, today: date, now: datetime) -> Framework:
    """Create the agreement as its manager would have, on the day it was signed."""
    starts_on = today - relativedelta(months=plan.started)
    signed_on = starts_on - timedelta(days=21)
    on: dict[str, Any] = {"actor": cast.users[plan.manager], "now": now - (today - signed_on), "today": signed_on}
    framework = _framework(plan, starts_on, **on)
    _our_people(plan, framework, cast, **on)
    _suppliers(plan, framework, cast, **on)
    _requirements(plan, framework, **on)
    frameworks.sign(framework=framework, signed_on=signed_on, **on)
    for months in plan.option_months:
        options.add(framework=framework, months=months, kind=Option.Kind.MUST_BE_USED, notice_days=90, **on)
    _orders(plan, framework, cast, today=today, now=now)
    return Framework.objects.get(pk=framework.pk)


def _framework(plan: Plan, starts_on: date, **on: Any) -> Framework:
    details: frameworks.Details = {
        "reference": plan.reference,
        "title": plan.title,
        "description": plan.description,
        "case_number": f"{starts_on.year}/{plan.reference[-2:]}417",
        "cpv": list(CpvCode.objects.filter(pk__in=plan.cpv)),
        "starts_on": starts_on,
        "ends_on": starts_on + relativedelta(months=plan.months) - timedelta(days=1),
        "value": Decimal(plan.value),
        "currency": "NOK",
        "mailbox": plan.mailbox,
    }
    framework = frameworks.create(details=details, **on)
    for title in plan.lots:
        frameworks.add_lot(framework=framework, title=title, actor=on["actor"], now=on["now"])
    return framework


def _our_people(plan: Plan, framework: Framework, cast: Cast, **on: Any) -> None:
    deputy = cast.person("deputy") if plan.manager != "deputy" else None
    roles.set_roles(framework=framework, owner=cast.person("owner"), manager=cast.person(plan.manager), deputy=deputy, **on)


def _suppliers(plan: Plan, framework: Framework, cast: Cast, **on: Any) -> None:
    lots = {lot.number: lot for lot in framework.lots.all()}
    for number, ranked in plan.ranks.items():
        for rank, key in enumerate(ranked, start=1):
            participations.add(framework=framework, supplier=cast.organisations[key], lot=lots.get(number), rank=rank, **on)
    for key in {key for ranked in plan.ranks.values() for key in ranked}:
        _contacts(framework, cast, key, **on)


def _contacts(framework: Framework, cast: Cast, key: str, **on: Any) -> None:
    """One contact a supplier, in the roles that small suppliers give to one person; Nordvare has a second for sales."""
    supplier = cast.organisations[key]
    everything = [R.RESPONSIBLE, R.CSR, R.REPRESENTATIVE]
    for email, name, wanted in CONTACTS.get(key, ()):
        contacts.add(framework=framework, supplier=supplier, email=email, name=name, roles=wanted or everything, **on)


def _requirements(plan: Plan, framework: Framework, **on: Any) -> None:
    clauses = {key: write_clause(framework, key, **on) for key in dict.fromkeys(wanted.clause for wanted in plan.requirements)}
    for wanted in plan.requirements:
        clause = clauses[wanted.clause]
        wording: stipulations.Wording = {
            "theme": wanted.theme,
            "convention": wanted.convention,
            "kind": wanted.kind,
            "level": wanted.level,
            "title": wanted.title,
            "text": wanted.text,
            "documentation": wanted.documentation,
            "source_criterion": "Demonstrasjonskrav",
            "source_version": "1",
            "clause": clause,
            "rule": clause.rules.first(),
        }
        stipulations.stipulate(framework=framework, wording=wording, **on)


def _orders(plan: Plan, framework: Framework, cast: Cast, *, today: date, now: datetime) -> None:
    lots = {lot.number: lot for lot in framework.lots.all()}
    for number, order in enumerate(plan.orders, start=1):
        signed_on = today - relativedelta(months=order.months_ago)
        details: call_offs.Details = {
            "reference": f"{plan.reference}-{number:02}",
            "title": order.title,
            "supplier": cast.organisations[order.supplier],
            "lot": lots.get(order.lot),
            "agency": cast.organisations[order.agency],
            "signed_on": signed_on,
            "value": Decimal(order.value),
            "currency": "NOK",
        }
        call_offs.add(framework=framework, details=details, actor=cast.users[plan.manager], now=now - (today - signed_on))
