"""Where the demo suppliers make things, the year's programme, and what is written down around the audit in Vietnam."""

from datetime import timedelta
from decimal import Decimal

from cpb.demo.requests import Event, Story, When
from followup.models import Audit, Programme, Site
from followup.services import audit_records, audit_teams, programmes, sites

FACTORY = "Lotus Furniture Binh Duong"
PROGRAMME = "Arbeidsforhold i produksjonen"


def events() -> list[Event]:
    return [
        (50, _make_programme),
        (49, _add_factory),
        (45, _name_team),
        (22, _write_meetings),
        (22, _write_costs),
        (12, _tell_of_assembly),
        (3, _tell_of_printing),
    ]


def site(story: Story, supplier: str) -> Site:
    return Site.objects.get(supplier=story.cast.organisations[supplier])


def programme() -> Programme:
    return Programme.objects.get(title=PROGRAMME)


def _make_programme(story: Story, when: When) -> None:
    programmes.create(
        title=PROGRAMME,
        year=story.today.year,
        purpose="Se etter at de som lager og leverer det vi kjøper, har lønn og arbeidstid etter kontraktsvilkårene.",
        reason="Valgt etter land, bransje og hvor lenge det er siden forrige kontroll. PC-produksjonen dekkes av andres revisjoner.",
        budget=Decimal(400_000),
        currency="NOK",
        actor=story.user("section"),
        now=when["now"],
    )


def _add_factory(story: Story, when: When) -> None:
    sites.add(
        supplier=story.cast.organisations["lotus"],
        name=FACTORY,
        address="Lot 12, My Phuoc 3, Ben Cat",
        country="VN",
        latitude=Decimal("11.1363"),
        longitude=Decimal("106.6130"),
        os_id="VN2021081Q7K4MD",
        tier=Site.Tier.FIRST,
        products="Chairs and desks",
        workers=640,
        actor=story.user("manager"),
        now=when["now"],
    )


def _name_team(story: Story, when: When) -> None:
    audit = _of_factory(story)
    by = {"audit": audit, "actor": story.user("manager"), "now": when["now"]}
    audit_teams.add(role="lead", user=story.user("auditor"), **by)
    audit_teams.add(role="expert", name="Tran Thi Mai", organisation="Granskerne AS, Ho Chi Minh City", **by)
    audit_teams.add(role="observer", user=story.user("specialist"), **by)


def _write_meetings(story: Story, when: When) -> None:
    audit, day = _of_factory(story), story.today - timedelta(days=24)
    people = "Nguyen Thi Lan, Lotus Furniture\nRolf Granli, Granskerne AS\nTran Thi Mai, Granskerne AS"
    notes = {"opening": "Plan for the day agreed. Interviews without managers present.", "closing": "Findings gone through, none disputed."}
    for kind, said in notes.items():
        audit_records.write_meeting(
            audit=audit, kind=kind, held_on=day, participants=people, notes=said, actor=story.user("manager"), **when
        )


def _write_costs(story: Story, when: When) -> None:
    audit, day = _of_factory(story), story.today - timedelta(days=24)
    by = {"audit": audit, "spent_on": day, "actor": story.user("manager"), **when}
    audit_records.add_cost(kind="fee", hours=Decimal(24), amount=Decimal(96_000), member=audit.team.get(role="lead"), **by)
    audit_records.add_cost(kind="interpreter", amount=Decimal(640), currency="EUR", rate=Decimal("11.62"), note="Vietnamesisk", **by)
    audit_records.add_cost(kind="travel", amount=Decimal(18_400), note="Fly og hotell", member=audit.team.get(role="observer"), **by)
    audit_records.add_cost(kind="work", hours=Decimal("15.5"), member=audit.team.get(role="observer"), **by)


def _tell_of_assembly(story: Story, when: When) -> None:
    """Told by the supplier, and sent back: it was the address of the office."""
    told = sites.suggest(
        supplier=story.cast.organisations["nordvare"],
        name="Gdańsk Assembly",
        address="ul. Portowa 4, Gdańsk",
        country="PL",
        products="Sammenstilling av PC-er",
        actor=story.user("sales"),
        **when,
    )
    comment = "Dette er kontoret. Vi trenger adressen til hallen der PC-ene settes sammen."
    sites.send_back(site=told, comment=comment, actor=story.user("manager"), now=when["now"])


def _tell_of_printing(story: Story, when: When) -> None:
    sites.suggest(
        supplier=story.cast.organisations["polar"],
        name="Polar Trykk",
        address="Havnegata 9, Tromsø",
        country="NO",
        products="Konvolutter og trykksaker",
        workers=14,
        tier=Site.Tier.FIRST,
        actor=story.user("csr-polar"),
        **when,
    )


def _of_factory(story: Story) -> Audit:
    seen = Audit.objects.select_related("framework__organisation", "supplier", "deadline__organisation", "auditor", "programme")
    return seen.filter(supplier=story.cast.organisations["lotus"]).earliest("created_at")
