"""Every mail in every language: complete, the same in text and HTML, and in the recipient's own words and dates."""

import re
from datetime import UTC, date, datetime
from html import escape, unescape
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import translation

from accounts.models import Organisation, Person
from followup.models import Item
from notifications import kinds, ladders, rendering, subjects
from notifications.links import Link
from notifications.models import Delivery
from notifications.views import dev

LANGUAGES = [code for code, _name in settings.LANGUAGES]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def mail(
    kind: str = "documents_requested", language: str = "en", *, number: int = 1, link: Link | None = None, **context: Any
) -> rendering.Rendered:
    person = Person(email="csr@nordvare.example", name="Nora Nordvare", language=language)
    supplier = Organisation(name="Nordvare AS", kind=Organisation.Kind.SUPPLIER)
    lines = [
        Delivery(
            kind=kind,
            person=person,
            organisation=supplier,
            context={**dev.CONTEXT, **context},
            due_on=date(2026, 12, 2),
            created_at=NOW,
            role="responsible",
            about_id=uuid4(),
        )
        for _ in range(number)
    ]
    return rendering.render(
        person=person, lines=lines, line_links={line.pk: link or Link(f"https://x.example/{line.pk}") for line in lines}
    )


def words_of(html: str) -> str:
    return only_words(unescape(re.sub(r"<[^>]+>", " ", html.partition("<body")[2])))


def only_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(kinds.CATALOGUE))
def test_every_kind_is_complete_in_every_language(kind: str, language: str) -> None:
    rendered = mail(kind, language)
    assert rendered.subject
    assert "\n" not in rendered.subject
    for text in (rendered.subject, rendered.text, rendered.html):
        assert not re.search(r"\{\{|\{%|None|%\(|\[\[", text), text
    assert "https://x.example/" in rendered.text
    assert "https://x.example/" in rendered.html
    html = words_of(rendered.html)
    missing = [line for line in _sentences(rendered.text) if line not in html]
    assert missing == [], "the text part says something that the HTML part does not"


LONG_NAMES = {
    "supplier": "Saigon Precision Garment and Furniture Manufacturing Co., Ltd.",
    "agreement": "Fellesavtale for kontorrekvisita, skriverutstyr og forbruksmateriell til staten m.m.",
    "title": "Dokumentasjon på aktsomhetsvurderinger og lønns- og arbeidsvilkår i leverandørkjeden",
    "body": "Nordmøre, Romsdal og Sunnmøre interkommunale innkjøpssamarbeid m.fl.",
    "site": "Binh Duong Electronics and Furniture Joint Stock Co., Ltd.",
    "to_organisation": "Saigon Precision Garment and Furniture Manufacturing Co., Ltd.",
    "agency": "Direktoratet for samfunnssikkerhet og beredskap, avd.",
    "name": "Et annet system som får vite hva som skjer, f.eks. arkivet.",
}
MOMENTS = {"starts_at": "2026-12-14T09:00:00+00:00", "week": 50, "case": "SI-2026-0143", "on": "2026-12-14", "finding": 143}
FORKS: dict[str, list[dict[str, Any]]] = {
    "finding_due": [{"clock": each} for each in ("response", "plan", "action", "correction")],
    "finding_overdue": [{"clock": each} for each in ("response", "plan", "action", "correction")],
    "finding_returned": [{"clock": each} for each in ("plan", "correction")],
    "finding_to_judge": [{"waits": each} for each in ("dispute", "plan", "correction")],
    "finding_decided": [{"outcome": each} for each in ("plan_accepted", "withdrawn", "upheld")],
    "finding_told": [{"severity": each, "response_on": "2026-11-30"} for each in ("good_practice", "observation", "major")],
    "formal_notice_due": [{"came_back": each} for each in (True, False)],
    "meeting_cancelled": [{"goes_on": each} for each in (True, False)],
    "meeting_invited": [{"is_changed": each} for each in (True, False)],
    "minutes_sent": [{"version": each} for each in (1, 2)],
    "report_to_comment": [{"is_moved": each} for each in (True, False)],
    "report_told": [{"what": each} for each in ("taken", "answered", "finding", "audit", "closed")],
    "sanction_closed": [{"outcome": each} for each in ("not_imposed", "dropped", "lifted", "ended")],
    "sharing_answered": [{"answered": each} for each in ("given", "refused", "withdrawn")],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_subject_stays_short_with_long_names_and_no_sentence_ends_twice(language: str) -> None:
    """The names end with a full stop, as companies' names do."""
    for kind in sorted(kinds.CATALOGUE):
        for fork in FORKS.get(kind, [{}]):
            rendered = mail(kind, language, **LONG_NAMES, **MOMENTS, **fork)
            assert len(rendered.subject) <= subjects.MOST, f"{kind} {fork}: {rendered.subject}"
            assert ".." not in rendered.text, f"{kind} {fork}: say the name with before_stop"


def test_what_is_left_out_of_a_subject_is_the_end_of_a_name() -> None:
    subject = mail("question_waiting", **LONG_NAMES).subject
    assert subject == "Question from Saigon Precision Garment…, answer by 2 December (Fellesavtale…)"
    assert subjects.shortened("Arbeidsmiljødepartementet", 16) == "Arbeidsmiljødep…"


def test_a_subject_names_the_year_where_it_is_another() -> None:
    assert "by 2 December (" in mail("option_notice", last_on="2027-11-30").subject
    assert mail("sharing_ending").subject.endswith("ends 30 November 2027")


def _sentences(text: str) -> list[str]:
    """The lines of the text part, without addresses."""
    return [only_words(line) for line in text.splitlines() if "://" not in line]


@pytest.mark.parametrize(
    ("language", "day"), [("nb", "onsdag 2. desember 2026"), ("nn", "onsdag 2. desember 2026"), ("en", "Wednesday 2 December 2026")]
)
def test_the_date_is_in_the_recipients_words(language: str, day: str) -> None:
    with translation.override("en"):
        rendered = mail(language=language)
    assert day in rendered.text
    assert only_words(day) in words_of(rendered.html)


def test_the_request_says_who_what_why_by_when_and_whom_to_call() -> None:
    text = mail().text
    for part in (
        "Statens innkjøp",
        "Aktsomhetsvurdering",
        "Leverandørkjede, to ledd",
        "2.1",
        "Leverandøren skal på forespørsel",
        "Maja Forvalter",
    ):
        assert part in text
    assert "+47 22 00 00 01" in text
    assert mail().subject == "Statens innkjøp: 2 documents by 2 December (Fellesavtale for PC-utstyr)"


def test_the_first_mail_asks_and_the_next_says_what_is_missing() -> None:
    assert "What we ask for:" in mail().text
    assert "What is missing:" in mail("reminder_before").text


def test_only_a_supplier_hears_who_asks() -> None:
    """Our own people are not greeted by the manager, who is often themselves; and only our page has a timeline to look at."""
    assert mail("overdue_first").text.count("Maja Forvalter") == 2, "whom to call, and who signs"
    assert "#timeline" not in mail("overdue_first").text


def test_what_a_supplier_called_itself_is_text_and_never_markup() -> None:
    rendered = mail(title="<script>alert(1)</script>", supplier="A & B <AS>")
    assert "<script>" not in rendered.html
    assert "<script>alert(1)</script>" in rendered.text
    assert "A & B <AS>" in rendered.text


def test_a_line_break_never_reaches_the_subject() -> None:
    assert "\n" not in mail(agreement="PC\r\nBcc: all@example.org").subject


def test_a_link_that_opens_a_door_is_in_the_mail_and_not_in_what_is_kept() -> None:
    link = Link("https://x.example/secret?a=1&b=2", is_secret=True, needs_account=True)
    rendered = mail(link=link)
    assert link.url in rendered.text
    assert "https://x.example/secret?a=1&amp;b=2" in rendered.html
    assert "secret" not in rendered.kept_text + rendered.kept_html


def test_one_thing_and_many_things() -> None:
    assert "1 document by" in mail(missing=["One"]).subject
    several = mail(number=3)
    assert "3 things" in several.subject
    assert several.text.count("https://x.example/") == 3
    assert several.subject.endswith("(Fellesavtale for PC-utstyr)")
    assert several.text.count("Why we ask: clause 2.1") == several.html.count("clause 2.1") == 3, "each demand names its clause"
    assert "legge frem dokumentasjon" not in several.text + several.html, "and leaves the clause's text to the page"
    assert several.text.count("Questions? Call Maja Forvalter") == several.html.count("Questions? Call Maja Forvalter") == 1


def test_no_more_time_says_which_date_stands() -> None:
    assert "the date is still Wednesday 2 December 2026" in mail("more_time_refused").text


def test_answers_go_to_the_agreements_mailbox_or_to_ours() -> None:
    assert mail().reply_to == "pc-avtalen@cpb.example"
    assert mail(mailbox="").reply_to == settings.ORGANISATION_EMAIL


def test_only_what_one_may_choose_can_be_switched_off() -> None:
    optional, mandatory = mail("documentation_accepted"), mail("documents_requested")
    assert "/inbox/mail/stop/" in optional.stop_url
    assert optional.stop_url in optional.text
    assert escape(optional.stop_url) in optional.html
    assert "/inbox/mail/stop/" not in optional.kept_text + optional.kept_html, "whoever reads the log stops nobody's mail"
    assert "/inbox/mail/" not in mandatory.stop_url + mandatory.text + mandatory.html


@pytest.mark.parametrize("kind", sorted(kinds.CATALOGUE))
def test_a_mail_loads_nothing_from_anywhere(kind: str) -> None:
    """No pictures, no fonts, nothing that tells whether or when it was read."""
    assert not re.search(r"<(img|link|script|iframe|object)|url\(|background=", mail(kind).html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_line_of_many_leads_to_why_it_came(language: str) -> None:
    words = {"nb": "Hvorfor fikk jeg denne?", "nn": "Kvifor fekk eg denne?", "en": "Why did I get this?"}[language]
    link = Link("https://x.example/page", why="https://x.example/why")
    assert mail(language=language, link=link).text.count("https://x.example/why") == 1
    several = mail(language=language, number=3, link=link)
    assert several.text.count(words) == several.html.count(words) == 3


def test_a_brief_that_says_little_still_gives_a_mail() -> None:
    person = Person(email="a@b.example", language="nb")
    line = Delivery(kind="overdue_second", person=person, context={}, created_at=NOW)
    assert rendering.render(person=person, lines=[line], line_links={line.pk: Link("https://x.example/")}).text


def test_the_reasons_for_a_return_are_the_ones_that_are_counted() -> None:
    with translation.override("en"):
        reasons = {reason.value: str(reason.label) for reason in Item.Reason if reason.value != "other"}
        assert {code: str(words) for code, words in rendering.RETURN_REASONS.items()} == reasons


def test_every_ladder_tells_kinds_that_exist() -> None:
    for _name, rungs in ladders.LADDERS.values():
        for rung in rungs:
            assert kinds.told_by(rung.kind, {}).name in kinds.CATALOGUE
