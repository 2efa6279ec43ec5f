"""Meetings on the demo agreements: one with confirmed minutes, one that is objected to, one that is coming; and what agencies report."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core import files
from cpb.demo.requests import Event, Happening, Story, When, papers_named
from followup.models import AgencyReport, Finding, Meeting, Severity
from followup.services import agency_reports, meeting_actions, meeting_agenda, meetings, minutes
from followup.services.meeting_actions import NewAction
from followup.services.meetings import Guest

OSLO, TEN = ZoneInfo("Europe/Oslo"), time(10)
STATUS_TEXT = (
    "1. Det som ble avtalt sist\nListen over fabrikker er levert.\n\n2. Dokumentasjon\nEgenrapporteringen er godtatt. "
    "Miljøsertifikatet går ut til våren, og nytt kommer i god tid.\n\n3. Det som kommer\nBesøk på kontoret neste måned."
)
KICK_OFF_TEXT = "1. Hvem er hvem\nAlle presenterte seg.\n\n2. Kravene\nGjennomgått. Leverandøren svarer for renholderne om kvelden."
KICK_OFF_OBJECTION = "Vi svarer ikke for renholderne hos underleverandøren. Det sa vi i møtet."
TOLD = "Renholderne sier at de ikke får kveldstillegg. To av dem viste meg lønnsslippene for forrige måned."
TOLD_SCREENS = "Tre av skjermene kom uten miljømerke på esken, og pakksedlene viser en annen modell enn den vi bestilte."
TOLD_CHAIRS = "Stolene lukter sterkt av løsemiddel. Hvem skal vi spørre?"


def events() -> list[Event]:
    return [
        (45, _held("pc", "nordvare", Meeting.Kind.STATUS, STATUS_TEXT)),
        (44, _sent("nordvare")),
        (40, _confirmed),
        (30, _mended),
        (16, _held("pc", "fjordtek", Meeting.Kind.KICK_OFF, KICK_OFF_TEXT)),
        (15, _sent("fjordtek")),
        (13, _objected),
        (12, _correcting),
        (12, _reported("pc", "nordvare", TOLD_SCREENS)),
        (11, _became_finding),
        (5, _coming),
        (3, _reported("furniture", "", TOLD_CHAIRS)),
        (2, _answered),
        (1, _reported("cleaning", "blank", TOLD)),
    ]


def _held(agreement: str, supplier: str, kind: str, text: str) -> Happening:
    """Planned and written down on the day it was held."""

    def happen(story: Story, when: When) -> None:
        it = _plan(story, when, agreement, supplier, kind=kind, starts_at=when["now"])
        day = story.today
        actions = [
            NewAction("supplier", "Sende oppdatert liste over fabrikker.", day + timedelta(days=12), "Kontakt for samfunnsansvar"),
            NewAction("cpb", "Sende mal for neste egenrapportering.", day + timedelta(days=20), "Kontraktsforvalteren"),
        ]
        minutes.write(meeting=it, text=text, actions=actions, actor=story.user("manager"), **when)

    return happen


def _sent(supplier: str) -> Happening:
    return lambda story, when: minutes.send(meeting=_meeting(story, supplier), actor=story.user("manager"), **when)


def _confirmed(story: Story, when: When) -> None:
    minutes.confirm(meeting=_meeting(story, "nordvare"), actor=story.user("csr"), **when)


def _mended(story: Story, when: When) -> None:
    it = _meeting(story, "nordvare")
    with files.kept(papers_named(["Liste over fabrikker"])) as kept:
        action = it.actions.get(side="supplier").pk
        said: dict[str, Any] = {"action": action, "note": "Listen er oppdatert med to nye.", "files": kept}
        meeting_actions.finish(meeting=it, actor=story.user("csr"), **said, **when)


def _objected(story: Story, when: When) -> None:
    minutes.object_(meeting=_meeting(story, "fjordtek"), objection=KICK_OFF_OBJECTION, actor=story.user("csr-fjordtek"), **when)


def _correcting(story: Story, when: When) -> None:
    """A draft of corrected minutes: what it changes counts when it is sent."""
    it = _meeting(story, "fjordtek")
    actions = [NewAction(each.side, each.text, each.deadline.due_on, each.responsible, each.pk) for each in it.actions.all()]
    new = NewAction("supplier", "Sende navn og ansvar hos underleverandøren.", story.today + timedelta(days=14), "Kontakt for renhold")
    text = f"{KICK_OFF_TEXT} Underleverandøren svarer for renholderne sine."
    minutes.write(meeting=it, text=text, actions=[*actions, new], actor=story.user("manager"), **when)


def _coming(story: Story, when: When) -> None:
    day = story.today + timedelta(days=9)
    at = datetime.combine(day - timedelta(days=max(day.weekday() - 4, 0)), TEN, tzinfo=OSLO)
    it = _plan(story, when, "pc", "nordvare", kind=Meeting.Kind.STATUS, starts_at=at)
    meetings.invite(meeting=it, actor=story.user("manager"), **when)


def _plan(story: Story, when: When, agreement: str, supplier: str, *, kind: str, starts_at: datetime) -> Meeting:
    framework, organisation = story.agreements[agreement], story.cast.organisations[supplier]
    contact = {"nordvare": "csr", "fjordtek": "csr-fjordtek"}[supplier]
    manager = story.user("manager")
    agenda = meeting_agenda.proposed(framework=framework, supplier=organisation, kind=kind, viewer=manager, today=when["today"])
    people = [Guest("cpb", manager.person), Guest("cpb", story.cast.person("owner")), Guest("supplier", story.cast.person(contact))]
    return meetings.plan(
        framework=framework,
        supplier=organisation,
        kind=kind,
        starts_at=starts_at,
        agenda=agenda,
        place="Møterom 3, og på video",
        participants=people,
        actor=manager,
        **when,
    )


def _meeting(story: Story, supplier: str) -> Meeting:
    """The first one with that supplier, as the database has it now."""
    about = ("framework__organisation", "framework__scope", "supplier", "deadline__organisation")
    return Meeting.objects.select_related(*about).filter(supplier=story.cast.organisations[supplier]).earliest("created_at")


def _reported(agreement: str, supplier: str, text: str) -> Happening:
    def happen(story: Story, when: When) -> None:
        with files.kept(papers_named(["Bilde av eskene"] if text == TOLD_SCREENS else [])) as kept:
            agency_reports.report(
                agency=story.cast.organisations["kart"],
                framework=story.agreements[agreement],
                supplier=story.cast.organisations[supplier] if supplier else None,
                text=text,
                files=kept,
                actor=story.user("agency"),
                **when,
            )

    return happen


def _report(text: str) -> AgencyReport:
    about = ("framework__organisation", "framework__scope", "supplier", "agency", "deadline__organisation", "reported_by__person")
    return AgencyReport.objects.select_related(*about).get(text=text)


def _became_finding(story: Story, when: When) -> None:
    said: dict[str, Any] = {"severity": Severity.objects.get(code="minor"), "theme": "environment"}
    words = "Tre leverte skjermer mangler miljømerket som er tilbudt, og er av en annen modell."
    found: Finding = agency_reports.become_finding(report=_report(TOLD_SCREENS), text=words, actor=story.user("manager"), **said, **when)
    assert found.supplier == story.cast.organisations["nordvare"]


def _answered(story: Story, when: When) -> None:
    text = "Takk. Hvilken leverandør kom de fra, og har dere ordrenummeret?"
    agency_reports.answer(report=_report(TOLD_CHAIRS), text=text, actor=story.user("manager"), **when)
