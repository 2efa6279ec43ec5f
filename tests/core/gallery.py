"""Every part of the house on one page, for the accessibility test and for eyes. Only tests know this address."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

from core import errors
from core.forms import AmountField, DateField, FilesField, FilterForm, Form
from cpb.urls import handler400, handler403, handler404, handler429, handler500
from cpb.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500"]

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)


class Filters(FilterForm):
    q = forms.CharField(label="Søk", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(label="Tilstand", required=False, choices=[("", "Alle"), ("sent", "Sendt")])
    supplier = forms.ChoiceField(label="Leverandør", required=False, choices=[("", "Alle"), ("1", "Nordvare AS")])
    overdue = forms.BooleanField(label="Bare over fristen", required=False)
    due_after = DateField(label="Frist fra", required=False)
    due_before = DateField(label="Frist til", required=False)


class Written(Form):
    title = forms.CharField(label="Hva ber vi om?", help_text="Slik leverandøren vil forstå det.")
    due_on = DateField(label="Frist")
    reason = forms.CharField(label="Begrunnelse", widget=forms.Textarea, required=False)
    value = AmountField(label="Verdi", required=False)
    method = forms.ChoiceField(label="Hvordan?", widget=forms.RadioSelect, choices=[("a", "Dokument kontrollert"), ("b", "Møte")])
    requirements = forms.MultipleChoiceField(
        label="Krav",
        widget=forms.CheckboxSelectMultiple,
        choices=[("Menneskerettigheter", [("1", "ILO 87"), ("2", "ILO 98")]), ("Miljø", [("3", "ISO 14001")])],
    )
    supplier = forms.ChoiceField(label="Leverandør", choices=[("", "Velg"), ("1", "Nordvare AS")])
    files = FilesField(label="Filer", required=False, help_text="PDF, bilder eller Office. Inntil 100 MB hver.")  # type: ignore[assignment]
    urgent = forms.BooleanField(label="Send straks", required=False)


def rows() -> list[dict[str, object]]:
    states = ["submitted", "sent", "in_progress", "returned", "accepted", "closed"]
    return [
        {
            "title": "Dokumentasjon på lønns- og arbeidsvilkår",
            "agreement": "PC-utstyr 2026–2030",
            "supplier": "Nordvare AS",
            "status": status,
            "turn": "cpb" if status == "submitted" else "supplier" if number < 4 else "",
            "due_on": TODAY + timedelta(days=4 * number - 5),
            "is_open": number < 4,
            "shares": SimpleNamespace(verified=number, partly=1, failed=1, declared=2, unknown=3),
            "value": 1500000 * (number + 1),
        }
        for number, status in enumerate(states)
    ]


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Forespørselen er sendt til 3 leverandører.")
    form = Written(request.POST, request.FILES) if request.method == "POST" else Written()
    context = {
        "form": form,
        "filters": Filters(request.GET),
        "rows": rows(),
        "today": TODAY,
        "soon": TODAY + timedelta(days=6),
        "late": TODAY - timedelta(days=7),
        "codes": ["met", "partly_met", "not_met", "not_documented", "expired", "unknown"],
        "documents": [
            SimpleNamespace(name="ISO 14001 sertifikat Nordvare 2026.pdf", size=3_245_000, sha256="ab" * 32, scan_state="clean", url="/x"),
            SimpleNamespace(name="lønn.xlsx", size=640_000, sha256="cd" * 32, scan_state="waiting", url=""),
        ],
        "events": [
            {"at": NOW - timedelta(days=20), "title": "Sendt", "by": "Kari Nordmann"},
            {"at": NOW - timedelta(days=18), "title": "Åpnet av leverandøren", "by": "Ola Berg", "colour": "info"},
            {"at": TODAY, "title": "Påminnelse", "text": "Til hovedkontakten", "is_coming": True},
            {"at": TODAY + timedelta(days=6), "title": "Frist", "is_coming": True, "colour": "warning"},
        ],
    }
    template = engines["django"].from_string(Path(__file__).with_suffix(".html").read_text())
    return HttpResponse(template.render(context, request))


class Uploaded(Form):
    note = forms.CharField(label="Merknad")
    papers = FilesField(label="Papirer")


@login_not_required
def upload(request: HttpRequest) -> HttpResponse:
    """A form with files as page engineers write it: works as it is, shows its progress where scripts run."""
    form = Uploaded(request.POST or None, request.FILES or None)
    if "refuse" in request.POST.get("note", ""):
        raise errors.TooLarge.one("papers", "too_large", "a.pdf is larger than 100 MB.")
    if form.is_valid():
        messages.success(request, f"{len(form.cleaned_data['papers'])} papers received.")
        return HttpResponseRedirect("/gallery/")
    template = engines["django"].from_string(UPLOAD)
    return HttpResponse(template.render({"form": form}, request), status=422 if form.is_bound else 200)


UPLOAD = """{% extends "base.html" %}{% load ui %}
{% block content %}
  {% heading "Upload" %}{% endheading %}
  <form class="stack" method="post" enctype="multipart/form-data" novalidate data-upload hx-boost="true">
    {% csrf_token %}{{ form }}<button class="ds-button" type="submit">Send inn</button>
  </form>
{% endblock content %}"""


def written(request: HttpRequest) -> HttpResponse:
    """A page that needs sign-in, with two forms: what a session's end must not lose."""
    form = Written(request.POST, request.FILES) if request.method == "POST" else Written()
    template = engines["django"].from_string("{% extends 'base.html' %}{% block content %}<h1>W</h1>{{ form }}{% endblock content %}")
    return HttpResponse(template.render({"form": form}, request))


@login_not_required
def refusing(request: HttpRequest, name: str) -> HttpResponse:
    refusals = {
        "not-allowed": errors.NotAllowed(),
        "wrong-state": errors.WrongState(),
        "invalid": errors.Invalid.one("due_on", "past", "The date has passed."),
        "too-large": errors.TooLarge.one("files", "too_large", "big.pdf is larger than 100 MB."),
        "bug": ZeroDivisionError(),
    }
    raise refusals[name]


urlpatterns = [
    path("gallery/", gallery),
    path("upload/", upload),
    path("written/", written),
    path("written/send/", written),
    path("refusing/<str:name>/", refusing, name="refusing"),
    *product,
]
