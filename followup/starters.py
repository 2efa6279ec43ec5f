"""What a new installation begins with: document kinds and request templates. Data from then on, edited on their pages."""

from datetime import datetime
from typing import Any

KINDS: list[dict[str, Any]] = [
    {
        "code": "self-assessment",
        "name_nb": "Egenrapportering",
        "name_nn": "Eigenrapportering",
        "name_en": "Self-assessment",
        "is_self_declaration": True,
    },
    {
        "code": "certificate",
        "name_nb": "Sertifikat",
        "name_nn": "Sertifikat",
        "name_en": "Certificate",
        "needs_valid_until": True,
    },
    {
        "code": "audit-report",
        "name_nb": "Revisjonsrapport",
        "name_nn": "Revisjonsrapport",
        "name_en": "Audit report",
        "max_age_days": 365,
    },
    {"code": "policy", "name_nb": "Retningslinjer", "name_nn": "Retningslinjer", "name_en": "Policy"},
    {"code": "data-sheet", "name_nb": "Produktdatablad", "name_nn": "Produktdatablad", "name_en": "Product data sheet"},
    {
        "code": "payroll",
        "name_nb": "Lønns- og arbeidsdokumenter",
        "name_nn": "Løns- og arbeidsdokument",
        "name_en": "Payroll and employment documents",
        "is_restricted": True,
    },
    {
        "code": "declaration",
        "name_nb": "Egenerklæring",
        "name_nn": "Eigenerklæring",
        "name_en": "Self-declaration",
        "is_self_declaration": True,
    },
    {"code": "other", "name_nb": "Annet", "name_nn": "Anna", "name_en": "Other"},
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "title": "Årlig egenrapportering om menneskerettigheter",
        "instructions": "Fyll ut skjemaet og legg ved det som dokumenterer svarene.",
        "items": [
            ("Egenrapporteringsskjema", "Alle punktene er besvart.", True, "self-assessment", "human_rights"),
            ("Beskrivelse av rutiner", "Rutinene er i bruk og har en ansvarlig.", True, "policy", "human_rights"),
            ("Oversikt over produksjonssteder", "Navn, adresse og land for hvert sted.", False, "other", "ilo_core"),
        ],
    },
    {
        "title": "Miljødokumentasjon",
        "instructions": "Send gyldig dokumentasjon på det som er tilbudt.",
        "items": [
            ("Miljøsertifikat", "ISO 14001, EMAS eller tilsvarende, gyldig i dag.", True, "certificate", "environment"),
            ("Produktdatablad", "For de produktene som selges mest på avtalen.", False, "data-sheet", "environment"),
        ],
    },
    {
        "title": "Kontroll av lønns- og arbeidsvilkår",
        "instructions": "Velg ti ansatte som har arbeidet under avtalen siste måned. Sladd navn og fødselsnummer.",
        "items": [
            ("Arbeidsavtaler", "For de ti ansatte.", True, "payroll", "wages"),
            ("Timelister og lønnsslipper", "For siste hele måned.", True, "payroll", "wages"),
            ("Avtale om tjenestepensjon (OTP)", "Gyldig avtale.", True, "certificate", "wages"),
        ],
    },
]


def install(kinds: Any, templates: Any, items: Any, *, now: datetime) -> None:
    """Write what is missing. Takes the models, so that the migration can hand in those of its time."""
    by_code = {kind["code"]: kinds.objects.get_or_create(code=kind["code"], defaults=kind)[0] for kind in KINDS}
    for one in TEMPLATES:
        template, is_new = templates.objects.get_or_create(
            title=one["title"], defaults={"instructions": one["instructions"], "created_at": now}
        )
        if is_new:
            items.objects.bulk_create(
                items(
                    template=template,
                    number=number,
                    title=title,
                    guidance=guidance,
                    is_required=is_required,
                    document_kind=by_code[code],
                    theme=theme,
                )
                for number, (title, guidance, is_required, code, theme) in enumerate(one["items"], start=1)
            )


SEVERITIES: list[dict[str, Any]] = [
    {
        "code": "critical",
        "response_offset": 1,
        "response_unit": "days",
        "plan_offset": 7,
        "correction_offset": 30,
        "meeting_offset": 3,
        "effect_offset": 3,
        "is_critical": True,
        "needs_another": True,
    },
    {"code": "major", "response_offset": 5, "plan_offset": 14, "correction_offset": 90, "effect_offset": 3, "needs_another": True},
    {"code": "minor", "response_offset": 10, "plan_offset": 30, "correction_offset": 180},
    {"code": "observation"},
    {"code": "good_practice"},
]
"""The default scale and its clocks (the trade’s usual ones: amfori, RBA, SMETA)."""


def install_severities(model: Any) -> None:
    for severity in SEVERITIES:
        model.objects.get_or_create(code=severity["code"], defaults=severity)


WEAKEST_METHODS = {"critical": "document", "major": "document"}
"""What the supplier says alone closes neither (for critical ones the trade asks for more: on site, or workers heard)."""


JUDGED_WITHIN = {"critical": 2}
"""Working days in which we judge what a supplier answers; ten where nothing stands here."""


def install_judgement_times(model: Any) -> None:
    for code, days in JUDGED_WITHIN.items():
        model.objects.filter(code=code, judgement_offset=10).update(judgement_offset=days)


TAKEN_UP_WITHIN = {"minor": 60}
"""Days after the date within which a status meeting takes up that nobody answered."""


def install_silence(model: Any) -> None:
    for code, days in TAKEN_UP_WITHIN.items():
        model.objects.filter(code=code, silence_offset=None).update(silence_offset=days)


def install_weakest_methods(model: Any) -> None:
    for code, method in WEAKEST_METHODS.items():
        model.objects.filter(code=code, weakest_method="").update(weakest_method=method)
