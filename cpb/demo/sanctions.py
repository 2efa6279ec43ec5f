"""A sanction case of the demo world: a supplier that never answered is suspended, and the agencies are told."""

from typing import Any

from cpb.demo.requests import Event, Story, When
from followup.models import Sanction
from followup.services import hearings, sanction_decisions, sanctions

FACTS = [
    "Furuheim Møbler AS har ikkje sendt eigenrapporteringa, heller ikkje etter to purringar.",
    "Utan eigenrapportering kan vi ikkje følgje opp arbeidsvilkåra i produksjonen.",
]
MEASURE = "Ingen verksemder kan gjere avrop hos dykk.\n\nStansen blir oppheva når eigenrapporteringa er komen og godteken."
GROUNDS = "De har ikkje gitt tilsvar. Plikta til å dokumentere er vesentleg, og mildare verkemiddel har ikkje hjelpt."


def events() -> list[Event]:
    return [(40, _proposed), (39, _heard), (9, _decided), (8, _notified), (7, _in_force)]


def _case() -> Sanction:
    return Sanction.objects.select_related("framework__organisation", "framework__scope", "supplier", "clause", "reply_deadline").get()


def _proposed(story: Story, when: When) -> Any:
    framework = story.agreements["furniture"]
    sanctions.propose(
        framework=framework,
        supplier=story.cast.organisations["furuheim"],
        means=Sanction.Means.SUSPENSION,
        clause=framework.clauses.earliest("created_at", "id"),
        requests=[story.request("furniture-furuheim")],
        facts=FACTS,
        measure=MEASURE,
        actor=story.user("manager"),
        **when,
    )


def _heard(story: Story, when: When) -> Any:
    hearings.hear(sanction=_case(), actor=story.user("manager"), **when)


def _decided(story: Story, when: When) -> Any:
    sanction_decisions.decide(sanction=_case(), outcome="imposed", grounds=GROUNDS, actor=story.user("owner"), **when)


def _notified(story: Story, when: When) -> Any:
    sanction_decisions.notify(sanction=_case(), actor=story.user("manager"), **when)


def _in_force(story: Story, when: When) -> Any:
    sanction_decisions.enforce(sanction=_case(), actor=story.user("manager"), **when)
