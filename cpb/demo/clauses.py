"""The clauses of the demo agreements: their text, the deadline they give, and what they let the body do when they are broken."""

from decimal import Decimal
from typing import Any

from contracts.models import Clause, Framework, Means
from contracts.services import stipulations
from contracts.services.clause_means import Gives

HUMAN_RIGHTS = (
    "Leverandøren skal ha rutiner for aktsomhetsvurderinger i leverandørkjeden. På forespørsel skal leverandøren dokumentere "
    "rutinene ved å fylle ut et egenrapporteringsskjema. Skjemaet skal besvares innen seks uker etter at det er sendt. "
    "Ved brudd kan oppdragsgiver kreve retting og en bindende tiltaksplan, midlertidig stanse leverandøren eller heve avtalen."
)
WAGES = (
    "Leverandøren skal sørge for at ansatte som utfører arbeid under avtalen, har lønns- og arbeidsvilkår i tråd med gjeldende regler. "
    "Leverandøren skal på oppfordring legge frem dokumentasjon innen en måned. Ved brudd kan oppdragsgiver kreve retting, holde tilbake "
    "betaling eller kreve dagbot: 0,15 prosent av verdien av avropet for hver kalenderdag, høyst 15 prosent."
)
ENVIRONMENT = "Leverandøren skal gjennom hele avtaleperioden kunne dokumentere de miljøegenskapene som er tilbudt."

IF_HUMAN_RIGHTS: Gives = {"means": [Means.CORRECTION, Means.PLAN, Means.SUSPENSION, Means.TERMINATION]}
IF_WAGES: Gives = {
    "means": [Means.CORRECTION, Means.WITHHELD, Means.DAILY_FINE],
    "fine_rate": Decimal("0.15"),
    "fine_base_words": "verdien av avropet",
    "fine_cap": Decimal(15),
}

CLAUSES: dict[str, tuple[str, str, str, stipulations.Rule, Gives]] = {
    "human": ("5.1", "Grunnleggende menneskerettigheter i leverandørkjeden", HUMAN_RIGHTS, stipulations.Rule(6, "weeks"), IF_HUMAN_RIGHTS),
    "wages": ("5.2", "Lønns- og arbeidsvilkår", WAGES, stipulations.Rule(1, "months"), IF_WAGES),
    "environment": ("6.1", "Klima og miljø", ENVIRONMENT, stipulations.Rule(20, "working_days"), {}),
}


def write(framework: Framework, key: str, **on: Any) -> Clause:
    number, title, text, rule, gives = CLAUSES[key]
    words = {"title": title, "text": text, "number": number, "version": "2022"}
    return stipulations.add_clause(framework=framework, rules=[rule], gives=gives, actor=on["actor"], now=on["now"], **words)
