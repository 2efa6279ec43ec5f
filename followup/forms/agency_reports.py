"""A report from an agency: what it tells, and what we say to it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import CallOff, Participation
from core import locales
from core.forms import DateField, FilesField, FilesInput, Form, capitals
from followup.models import Audit, Finding, Severity

LONG, SHORT = forms.Textarea(attrs={"rows": 6}), forms.Textarea(attrs={"rows": 3})
AGENCY_READS = _("The agency reads this.")


class ReportForm(Form):
    """What an agency tells us, in two minutes on a phone. Two answers are needed: what, and about which order or supplier."""

    hides_optional = False
    text = forms.CharField(
        label=_("What happened?"), widget=LONG, help_text=_("In your own words: what you saw or heard, and how you know it.")
    )
    place = forms.ChoiceField(
        label=_("Which order, or which supplier, is it about?"), help_text=_("Do you not know the supplier? Choose the agreement.")
    )
    photos = FilesField(label=_("Take or add photos"), required=False)
    happened_on = DateField(label=_("When was it?"), required=False)
    where = forms.CharField(label=_("Where was it?"), required=False, max_length=300)
    phone = forms.CharField(
        label=_("May we call you?"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Your telephone number, if we may. Else we write to you."),
    )

    def __init__(self, *args: Any, call_offs: Iterable[CallOff], participations: Iterable[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget = FilesInput(attrs={"data-max-size": settings.UPLOAD_FILE_BYTES, "accept": "image/*,application/pdf"})
        self.places: dict[str, dict[str, Any]] = {}
        groups: dict[str, list[tuple[str, Any]]] = {}
        own = _("Your own orders")
        for each in call_offs:
            self._offer(groups, str(own), f"c:{each.pk}", _order(each), call_off=each)
        for row in participations:
            self._offer(groups, row.framework.title, f"s:{row.framework_id}:{row.supplier_id}", row.supplier.name, row=row)
            self.places.setdefault(f"f:{row.framework_id}", {"framework": row.framework})
        for row in participations:
            unknown = (f"f:{row.framework_id}", _("I do not know which supplier"))
            if unknown not in groups[row.framework.title]:
                groups[row.framework.title].append(unknown)
        self.fields["place"].choices = [("", _("Choose")), *groups.items()]  # type: ignore[attr-defined]

    def _offer(
        self,
        groups: dict[str, list[tuple[str, Any]]],
        group: str,
        key: str,
        label: str,
        *,
        call_off: CallOff | None = None,
        row: Participation | None = None,
    ) -> None:
        if key in self.places:  # on two lots, and still one supplier
            return
        known: Any = call_off or row
        self.places[key] = {"framework": known.framework, "supplier": known.supplier, "call_off": call_off}
        groups.setdefault(group, []).append((key, label))

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        data = self.cleaned_data
        return {
            **self.places[data["place"]],
            "text": data["text"],
            "happened_on": data["happened_on"],
            "place": data["where"],
            "phone": data["phone"],
        }


def _order(each: CallOff) -> str:
    name = each.title or each.reference
    return f"{each.supplier.name}: {name} ({each.framework.title})"


def _audit(it: Audit) -> str:
    return f"{it.supplier.name}: {it.get_kind_display()}, {locales.long_day(it.deadline.due_on)}"


class AddForm(Form):
    text = forms.CharField(label=_("What do you want to add?"), widget=SHORT)
    photos = FilesField(label=_("Take or add photos"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget = FilesInput(attrs={"data-max-size": settings.UPLOAD_FILE_BYTES, "accept": "image/*,application/pdf"})


class AnswerForm(Form):
    text = forms.CharField(label=_("Your answer"), widget=SHORT, help_text=AGENCY_READS)


class CloseReportForm(Form):
    reason = forms.CharField(label=_("Why nothing more is done"), widget=LONG, help_text=AGENCY_READS)


class _ByUs(Form):
    """Which supplier it is: the agency may not know, or be wrong. What is needed depends on the first answer; the service says what is
    missing."""

    hides_optional = True
    supplier = forms.ModelChoiceField(
        label=_("Which supplier is it about?"), queryset=Organisation.objects.none(), required=False, empty_label=_("Choose")
    )

    def __init__(self, *args: Any, suppliers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]


class ReportFindingForm(_ByUs):
    finding = forms.ModelChoiceField(
        label=_("Is it logged already?"), queryset=Finding.objects.none(), required=False, empty_label=_("No: log a new finding")
    )
    severity = forms.ModelChoiceField(
        label=_("Severity"),
        queryset=Severity.objects.all(),
        required=False,
        to_field_name="code",
        empty_label=_("Choose"),
        help_text=_("A critical one tells the supplier and the agreement owner at once."),
    )
    text = forms.CharField(
        label=_("What was found"),
        widget=LONG,
        required=False,
        help_text=_("In our own words, and without who has told us: the supplier reads this, not the report."),
    )
    field_order = ("finding", "supplier", "severity", "text")

    def __init__(self, *args: Any, findings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["finding"]
        field.queryset, field.label_from_instance = findings, lambda it: f"{it.supplier.name}: {it} – {it.title}"


class ReportAuditForm(_ByUs):
    audit = forms.ModelChoiceField(
        label=_("Is it planned already?"), queryset=Audit.objects.none(), required=False, empty_label=_("No: plan a new audit")
    )
    kind = forms.ChoiceField(
        label=_("Kind of audit"),
        required=False,
        choices=[("", _("Choose")), *capitals(choice for choice in Audit.Kind.choices if choice[0] != Audit.Kind.REUSED)],
    )
    planned_on = DateField(label=_("Day"), required=False)
    announcement = forms.ChoiceField(
        label=_("Is the supplier told beforehand?"),
        widget=forms.RadioSelect,
        choices=capitals(Audit.Announcement.choices),
        initial=Audit.Announcement.UNANNOUNCED,
    )
    field_order = ("audit", "supplier", "kind", "planned_on", "announcement")

    def __init__(self, *args: Any, audits: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["audit"]
        field.queryset, field.label_from_instance = audits, _audit
