"""What happened on the demo agreements: requests in every state, told day by day so that the reminders are real."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile

from accounts.models import Organisation, User
from contracts.models import Framework, Obligation
from core import files
from cpb.demo import papers
from cpb.demo.people import Cast
from followup.models import DocumentKind, DocumentRequest, Item
from followup.services import answering, asking, contact_log, delivering, drafting, more_time, questions, reviewing
from notifications import deadlines

OSLO, TEN = ZoneInfo("Europe/Oslo"), time(10)
When = dict[str, Any]


@dataclass
class Story:
    """A stage with a clock. Events are told in the order of their days; `requests` are found again by their key."""

    cast: Cast
    agreements: dict[str, Framework]
    today: date
    now: datetime
    requests: dict[str, DocumentRequest] = field(default_factory=dict)

    def at(self, days_ago: int) -> When:
        """That day at ten in the morning; today it is now."""
        day = self.today - timedelta(days=days_ago)
        return {"now": datetime.combine(day, TEN, tzinfo=OSLO) if days_ago else self.now, "today": day}

    def request(self, key: str) -> DocumentRequest:
        """As the database has it now: each service works on a fresh row, as a page does."""
        return DocumentRequest.objects.select_related("framework__organisation", "supplier", "deadline__organisation").get(
            pk=self.requests[key].pk
        )

    def user(self, key: str) -> User:
        return self.cast.users[key]


Happening = Callable[[Story, When], Any]
Event = tuple[int, Happening]

ITEMS = {
    "self-assessment": ("Egenrapporteringsskjema", "Fyll ut skjemaet for aktsomhetsvurderinger.", "human_rights", "self-assessment", True),
    "environment": ("Miljøsertifikat", "ISO 14001, EMAS eller tilsvarende, gyldig i dag.", "environment", "certificate", True),
    "recycled": ("Produktdatablad", "Det må gå fram hvor stor andel av materialet som er resirkulert.", "environment", "data-sheet", True),
    "audit": ("Revisjonsrapport fra fabrikk", "Ikke eldre enn tolv måneder.", "ilo_core", "audit-report", True),
    "recruitment": ("Retningslinjer for rekruttering", "Hvordan unngår dere rekrutteringsgebyrer?", "ilo_core", "policy", False),
    "ethics": ("Etiske retningslinjer", "Med oversikt over opplæring det siste året.", "anti_corruption", "policy", True),
    "payslips": ("Lønnsslipper for ti ansatte", "Sladd navn og fødselsnummer.", "wages", "payroll", True),
    "contracts": ("Arbeidsavtaler for de samme ti", "Sladd navn og fødselsnummer.", "wages", "payroll", True),
}

YEARLY = ("self-assessment", "environment")


def tell(story: Story, more: Sequence[Event] = ()) -> Iterator[int]:
    """Let everything happen, and `more` than what is told here. Yields each day (as days ago) when its events are over, to send post."""
    events = sorted([*_events(), *more], key=lambda event: -event[0])
    for days_ago in range(max(day for day, _ in events), -1, -1):
        for day, happen in events:
            if day == days_ago:
                happen(story, story.at(day))
        yield days_ago


def _events() -> list[Event]:
    return [
        _ask(100, "pc-nordvare", "pc", "nordvare", "Årlig egenrapportering og miljøsertifikat", YEARLY),
        _ask(75, "pc-bergdata", "pc", "bergdata", "Årlig egenrapportering og miljøsertifikat", YEARLY),
        _ask(60, "pc-fjordtek", "pc", "fjordtek", "Årlig egenrapportering og miljøsertifikat", YEARLY),
        _ask(20, "pc-batteries", "pc", "nordvare", "Sporbarhet for batterier", ("audit", "recruitment")),
        _ask(8, "pc-recycled", "pc", "fjordtek", "Andel resirkulert plast i skjermer", ("recycled",)),
        _ask(30, "pc-ethics", "pc", "nordvare", "Tiltak mot korrupsjon", ("ethics",)),
        _ask(35, "office-polar", "office", "polar", "Årlig egenrapportering og miljøsertifikat", YEARLY),
        _ask(50, "office-papirhuset", "office", "papirhuset", "Årlig egenrapportering", ("self-assessment",)),
        _ask(46, "office-nordvare", "office", "nordvare", "Årlig egenrapportering", ("self-assessment",)),
        _ask(70, "furniture-lotus", "furniture", "lotus", "Yearly self-assessment and audit report", ("self-assessment", "audit")),
        _ask(120, "furniture-furuheim", "furniture", "furuheim", "Eigenrapportering", ("self-assessment",)),
        _draft(2, "furniture-draft", "furniture", "lotus", "Recruitment of migrant workers", ("recruitment",)),
        _ask(10, "cleaning-blank", "cleaning", "blank", "Kontroll av lønns- og arbeidsvilkår", ("payslips", "contracts"), manager="deputy"),
        _draft(
            1, "cleaning-renhold", "cleaning", "renhold", "Kontroll av lønns- og arbeidsvilkår", ("payslips", "contracts"), manager="deputy"
        ),
        (98, _opens("pc-nordvare")),
        (55, _opens("pc-fjordtek")),
        (26, _opens("pc-ethics")),
        (18, _opens("pc-batteries")),
        (33, _opens("office-polar")),
        (7, _opens("pc-recycled")),
        (80, _submit("pc-nordvare", "csr", "Egenrapportering Nordvare", "ISO 14001 Nordvare")),
        (70, _accept("pc-nordvare", "specialist")),
        (70, _judge("pc-nordvare", "environment", "met", "document")),
        (69, _judge("pc-nordvare", "human_rights", "partly_met", "meeting", "Mangler kartlegging av underleverandører i andre ledd.")),
        (25, _submit("pc-fjordtek", "csr-fjordtek", "Eigenrapportering Fjordtek", "ISO 14001 Fjordtek")),
        (
            12,
            _return("pc-fjordtek", "environment", "incomplete", "Sertifikatet gjelder bare lageret. Vi trenger det for hele virksomheten."),
        ),
        (14, _save("pc-batteries", "sales", "Kartlegging av celleprodusenter")),
        (5, _question("pc-recycled", "csr-fjordtek", "Gjelder kravet også emballasjen rundt skjermene?")),
        (3, _submit("pc-ethics", "csr", "Etiske retningslinjer 2026")),
        (4, _more_time("office-polar", "csr-polar", "Den som har ansvaret for skjemaet, er sykmeldt ut måneden.")),
        (40, _withdraw("office-papirhuset", "Leverandøren har levert det samme til en annen avtale.")),
        (34, _register("furniture-lotus", "Self-assessment Lotus", "Audit report Binh Duong")),
        (30, _close("furniture-furuheim", "not_answered")),
        (22, _log_call("pc-bergdata", "Ringte sentralbordet. Bente Berg er i permisjon, de finner en ny kontakt.")),
    ]


def _ask(day: int, key: str, agreement: str, supplier: str, title: str, wanted: Sequence[str], manager: str = "manager") -> Event:
    def happen(story: Story, when: When) -> None:
        _create(story, when, key, agreement, supplier, title, wanted, manager)
        asking.send(request=story.request(key), actor=story.user(manager), **when)

    return day, happen


def _draft(day: int, key: str, agreement: str, supplier: str, title: str, wanted: Sequence[str], manager: str = "manager") -> Event:
    return day, lambda story, when: _create(story, when, key, agreement, supplier, title, wanted, manager)


def _create(story: Story, when: When, key: str, agreement: str, supplier: str, title: str, wanted: Sequence[str], manager: str) -> None:
    framework, organisation = story.agreements[agreement], story.cast.organisations[supplier]
    story.requests[key] = drafting.create(
        framework=framework,
        supplier=organisation,
        title=title,
        instructions="Last opp det dere har. Spør oss gjerne om noe er uklart.",
        items=[_item(name, framework, organisation) for name in wanted],
        actor=story.user(manager),
        **when,
    )


def _item(name: str, framework: Framework, supplier: Organisation) -> drafting.NewItem:
    title, guidance, theme, kind, is_required = ITEMS[name]
    return drafting.NewItem(
        title=title,
        guidance=guidance,
        is_required=is_required,
        document_kind=DocumentKind.objects.get(code=kind),
        obligations=list(Obligation.objects.filter(framework=framework, supplier=supplier, requirement__theme=theme)),
    )


def _opens(key: str) -> Happening:
    """The supplier looks at it, signed in."""
    return lambda story, when: deadlines.see(story.request(key).deadline, now=when["now"])


def _submit(key: str, who: str, *names: str) -> Happening:
    def happen(story: Story, when: When) -> None:
        request = story.request(key)
        with files.kept(papers_named(names)) as kept:
            delivering.submit(request=request, files=_served(request, kept, when["today"]), actor=story.user(who), **when)

    return happen


def _save(key: str, who: str, name: str) -> Happening:
    def happen(story: Story, when: When) -> None:
        request = story.request(key)
        with files.kept(papers_named([name])) as kept:
            answering.save_files(request=request, files=_served(request, kept, when["today"]), actor=story.user(who), **when)

    return happen


def _register(key: str, *names: str) -> Happening:
    def happen(story: Story, when: When) -> None:
        request = story.request(key)
        with files.kept(papers_named(names)) as kept:
            delivering.register(
                request=request,
                files=_served(request, kept, when["today"]),
                channel="email",
                received_on=when["today"] - timedelta(days=1),
                actor=story.user("manager"),
                **when,
            )

    return happen


def _accept(key: str, who: str) -> Happening:
    return lambda story, when: reviewing.accept(request=story.request(key), actor=story.user(who), **when)


def _return(key: str, name: str, reason: str, comment: str) -> Happening:
    """Accept everything but one item, and send that one back."""

    def happen(story: Story, when: When) -> None:
        request, actor = story.request(key), story.user("specialist")
        bad = request.items.get(title=ITEMS[name][0])
        reviewing.accept(request=request, items=list(request.items.exclude(pk=bad.pk)), actor=actor, **when)
        reviewing.return_(request=story.request(key), items=[bad], reason=reason, comment=comment, actor=actor, **when)

    return happen


def _judge(key: str, theme: str, verified: str, method: str, reason: str = "") -> Happening:
    def happen(story: Story, when: When) -> None:
        request = story.request(key)
        item = request.items.filter(obligations__requirement__theme=theme).distinct().get()
        for obligation in item.obligations.filter(requirement__theme=theme):
            reviewing.judge_requirement(
                request=request,
                item=item,
                obligation=obligation,
                verified=verified,
                method=method,
                checked_on=when["today"],
                valid_until=when["today"] + timedelta(days=365),
                reason=reason,
                actor=story.user("specialist"),
                **when,
            )

    return happen


def _question(key: str, who: str, text: str) -> Happening:
    return lambda story, when: questions.ask(request=story.request(key), text=text, actor=story.user(who), **when)


def _more_time(key: str, who: str, reason: str) -> Happening:
    def happen(story: Story, when: When) -> None:
        request = story.request(key)
        wanted_on = request.deadline.due_on + timedelta(days=14)
        more_time.ask(request=request, wanted_on=wanted_on, reason=reason, actor=story.user(who), **when)

    return happen


def _withdraw(key: str, reason: str) -> Happening:
    return lambda story, when: asking.withdraw(request=story.request(key), reason=reason, actor=story.user("manager"), **when)


def _close(key: str, reason: str) -> Happening:
    return lambda story, when: asking.close(request=story.request(key), reason=reason, actor=story.user("manager"), **when)


def _log_call(key: str, text: str) -> Happening:
    def happen(story: Story, when: When) -> None:
        request = story.request(key)
        contact_log.write(
            supplier=request.supplier,
            request=request,
            kind="call",
            happened_on=when["today"],
            text=text,
            actor=story.user("manager"),
            **when,
        )

    return happen


def papers_named(names: Sequence[str]) -> list[files.CheckedFile]:
    return files.inspect_all([ContentFile(papers.pdf(name), name=f"{name}.pdf") for name in names])


def _served(request: DocumentRequest, kept: Sequence[files.KeptFile], today: date) -> list[delivering.NewFile]:
    """The first file for the first item, and so on, with dates as a tidy supplier gives them."""
    return [
        delivering.NewFile(file=file, item_ids=[item.pk], issued_on=today - timedelta(days=40), valid_until=today + timedelta(days=400))
        for file, item in zip(kept, request.items.exclude(state=Item.State.ACCEPTED), strict=False)
    ]
