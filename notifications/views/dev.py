"""Every mail in every language, for those who write them. Only when DEBUG."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from accounts.models import Organisation, Person
from notifications import kinds, rendering
from notifications.links import Link
from notifications.models import Delivery

WHO = {"supplier": "Nordvare AS", "agreement": "Fellesavtale for PC-utstyr", "reference": "SI-2026-014"}
LETTER: dict[str, Any] = {
    "title": "Reklamasjon – varsel om mislighold av dokumentasjonsplikten",
    "number": "Varsel nr. 1, Fellesavtale for PC-utstyr (SI-2026-014)",
    "day": "22. november 2026",
    "sender": ["Statens innkjøp", "post@cpb.example"],
    "to": ["Kari Nordmann, kari@nordvare.example", "Nordvare AS"],
    "copy_to": "Kopi: Ola Nordmann, ola@nordvare.example",
    "parts": [
        {
            "heading": "Faktum",
            "points": [
                {"number": 1, "text": "Vi har ikke mottatt dokumentasjonen."},
                {"number": 2, "text": "Avtalen sier:", "quote": "Leverandøren skal på forespørsel legge frem dokumentasjon."},
            ],
        },
        {"heading": "Det vi har sendt dere før", "points": [{"number": 3, "text": "Vi skrev:", "rows": ["1. november 2026: Purring"]}]},
    ],
    "closing": "Med hilsen",
    "signature": ["Maja Forvalter", "Kontraktsforvalter", "Statens innkjøp"],
}
SHARING: dict[str, Any] = {
    "body": "Fylkesinnkjøp Øst",
    "purpose": "Vurderer å bruke samme leverandør på egen avtale.",
    "basis": "consent",
    "first_on": "2026-12-01",
    "last_on": "2027-11-30",
    "asked_on": "2026-11-16",
}
CONTEXT: dict[str, Any] = {
    **WHO,
    **SHARING,
    "title": "Dokumentasjon på aktsomhetsvurderinger",
    "sentence": "Vi snakket om dette på statusmøtet i forrige uke.",
    "missing": ["Aktsomhetsvurdering", "Leverandørkjede, to ledd"],
    "clause": {"number": "2.1", "title": "Dokumentasjon", "text": "Leverandøren skal på forespørsel legge frem dokumentasjon."},
    "mailbox": "pc-avtalen@cpb.example",
    "asked_by": "Maja Forvalter",
    "asker_phone": "+47 22 00 00 01",
    "returned": [{"title": "Aktsomhetsvurdering", "reason": "too_old", "comment": "Den er fra 2021."}],
    "documents": [{"name": "aktsomhet.pdf", "size": 640_000, "sha256": "0" * 64}],
    "question": "Holder det med fjorårets rapport?",
    "answer": "Ja, hvis den dekker alle produktene.",
    "wanted_on": "2026-12-20",
    "letter": LETTER,
    "notice": 1,
    "cure_on": "2026-12-04",
    "outcome": "upheld",
    "grounds": "Rapporten dekker ikke det vi ba om.",
    "reply": "Vi mener at rapporten fra i fjor er nok.",
    "why": "Rapporten fra underleverandøren er ikke ferdig.",
    "address": "gammel@nordvare.example",
    "audit_kind": "supplier_audit",
    "by": "Granskerne AS",
    "place": "Binh Duong, Vietnam",
    "purpose": "Hvordan overtid betales.",
    "checked": ["Aktsomhetsvurderinger", "Lønns- og arbeidsvilkår"],
    "prepare": ["Timelister for de siste tre månedene."],
    "result": "improvements",
    "held_on": "2026-12-01",
    "team": ["Tran Thi Mai", "Rune Revisor"],
    "because": "Fabrikken er stengt den uken.",
    "site": "Binh Duong Electronics",
    "to_organisation": "Nordvare AS",
    "invited_by": "Maja Forvalter",
    "email": "csr@nordvare.example",
    "until": "2026-12-24",
    "text": "Fire ansatte har ikke fått overtidsbetaling i juni og juli.",
    "clock": "plan",
    "waits": "plan",
    "severity": "major",
    "finding": 3,
    "response_on": "2026-11-30",
    "plan_on": "2026-12-07",
    "correction_on": "2027-02-22",
    "comment": "Si også hvordan dere finner andre som er rammet.",
    "points": ["Etterbetale fire ansatte: Når?"],
    "method": "document",
    "action": "Etterbetale fire ansatte",
}


def mails(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    shown = [(kind, code, sample(kind, code)) for kind in kinds.CATALOGUE for code, _name in settings.LANGUAGES]
    return render(request, "notifications/dev_mails.html", {"mails": shown})


def mail(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The HTML part as a mail program would show it."""
    if not settings.DEBUG or kind not in kinds.CATALOGUE:
        raise Http404
    answer = HttpResponse(sample(kind, language).kept_html)
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


def sample(kind: str, language: str) -> rendering.Rendered:
    """A mail of that kind with made-up contents."""
    now = timezone.now()
    person = Person(email="csr@nordvare.example", name="Nora Nordvare", language=language)
    supplier = Organisation(name="Nordvare AS", kind=Organisation.Kind.SUPPLIER)
    due_on = timezone.localdate(now) + timedelta(days=10)
    line = Delivery(kind=kind, person=person, organisation=supplier, context=CONTEXT, due_on=due_on, created_at=now, role="responsible")
    with translation.override(language):
        return rendering.render(person=person, lines=[line], line_links={line.pk: Link("https://example.org/")})
