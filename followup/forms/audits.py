"""An audit: what is planned, that it was held, an audit made by others, and what it says of each requirement."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Method, Obligation
from core.forms import DateField, FilesField, Form, capitals
from followup import audit_candidates
from followup.forms.judging import OUTCOMES, WHEN_NEEDED
from followup.models import Audit, AuditScheme, Programme, Site

SHORT = forms.Textarea(attrs={"rows": 3})
RESULTS = capitals(choice for choice in Audit.Result.choices if choice[0])
PLANNED_KINDS = [("", _("Choose")), *capitals(choice for choice in Audit.Kind.choices if choice[0] != Audit.Kind.REUSED)]


class SupplierForm(Form):
    """The second question, when the agreement is known."""

    supplier = forms.ModelChoiceField(label=_("Which supplier is it about?"), queryset=Organisation.objects.none(), empty_label=_("Choose"))
    framework = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, suppliers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["supplier"]
        field.queryset, field.label_from_instance = suppliers, audit_candidates.in_words


class ObligationsForm(Form):
    """What is checked: ticks under the theme of each requirement, none of them set beforehand."""

    obligations = forms.MultipleChoiceField(label=_("Requirements that it checks"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, obligations: Iterable[Obligation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(each.pk): each for each in obligations}
        self.fields["obligations"].choices = by_theme(self.by_key.values())  # type: ignore[attr-defined]

    def clean_obligations(self) -> list[Obligation]:
        return [self.by_key[key] for key in self.cleaned_data["obligations"]]


class PlanForm(ObligationsForm):
    """`planned_on` is left out where the audit has its day; what the supplier was told is left out once it is announced."""

    kind = forms.ChoiceField(label=_("Kind of audit"), choices=PLANNED_KINDS)
    planned_on = DateField(label=_("Day"), help_text=_("Where the supplier is told a week only, the day in it that we plan with."))
    announcement = forms.ChoiceField(
        label=_("Is the supplier told beforehand?"),
        widget=forms.RadioSelect,
        choices=capitals(Audit.Announcement.choices),
        initial=Audit.Announcement.ANNOUNCED,
    )
    site = forms.ModelChoiceField(label=_("Production site"), queryset=Site.objects.none(), required=False, empty_label=_("None of them"))
    place = forms.CharField(label=_("Where"), max_length=300, required=False, help_text=_("Name and address of the site or office."))
    purpose = forms.CharField(
        label=_("What it is to find out"), required=False, widget=SHORT, help_text=_("The supplier reads this when the audit is announced.")
    )
    programme = forms.ModelChoiceField(label=_("Audit programme"), queryset=Programme.objects.none(), required=False, empty_label=_("None"))
    trigger = forms.ChoiceField(label=_("Why now"), choices=capitals(Audit.Trigger.choices), initial=Audit.Trigger.PROGRAMME)
    re_audit_of = forms.ModelChoiceField(
        label=_("The audit that it follows"), queryset=Audit.objects.none(), required=False, empty_label=_("None")
    )
    reason = forms.CharField(label=_("Why this supplier"), required=False, widget=SHORT, help_text=_("Only we read this."))
    auditor = forms.ModelChoiceField(
        label=_("Audit firm"), queryset=Organisation.objects.none(), required=False, empty_label=_("None: we do it ourselves")
    )
    lead = forms.ModelChoiceField(
        label=_("Who leads it with us"), queryset=User.objects.none(), required=False, empty_label=_("Nobody yet")
    )

    field_order = (
        *("kind", "planned_on", "announcement", "site", "place", "obligations", "purpose"),
        *("programme", "trigger", "re_audit_of", "reason", "auditor", "lead"),
    )

    def __init__(
        self,
        *args: Any,
        earlier: QuerySet[Audit],
        firms: Any,
        staff: QuerySet[User],
        sites: QuerySet[Site],
        programmes: QuerySet[Programme],
        left_out: Sequence[str] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        offer_sites(self, sites)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        if not programmes.exists():
            del self.fields["programme"]
        fields: Any = self.fields
        fields["re_audit_of"].queryset, fields["auditor"].queryset, fields["lead"].queryset = earlier, firms, staff
        fields["re_audit_of"].label_from_instance = _dated
        fields["lead"].label_from_instance = lambda user: user.name
        for name in left_out:
            del self.fields[name]


class MoveForm(Form):
    planned_on = DateField(label=_("New day"))
    why = forms.CharField(label=_("Why"), max_length=300, required=False, help_text=_("Only we read this."))


class CancelForm(Form):
    reason = forms.CharField(label=_("Why"), widget=SHORT)


class LogForm(Form):
    performed_on = DateField(label=_("Held on"))
    result = forms.ChoiceField(label=_("What came of it"), widget=forms.RadioSelect, choices=RESULTS)
    conclusion = forms.CharField(label=_("Conclusion"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    report = FilesField(
        label=_("Report"),
        required=False,
        help_text=_("With the report the audit is reported, and the supplier gets it. Without it, the report is to come."),
    )


class ReusedForm(ObligationsForm):
    """An audit made by others. Two things a person answers for; how old it may be is counted."""

    listed_scheme = forms.ModelChoiceField(
        label=_("Who made it, or by which scheme"),
        queryset=AuditScheme.objects.none(),
        required=False,
        empty_label=_("Another, which is not in the list"),
    )
    scheme = forms.CharField(label=_("Its name, where it is not in the list"), max_length=120, required=False)
    site = forms.ModelChoiceField(label=_("Production site"), queryset=Site.objects.none(), required=False, empty_label=_("None of them"))
    place = forms.CharField(label=_("Site that was audited"), max_length=300, required=False)
    performed_on = DateField(label=_("Held on"), help_text=_("No more than three years ago."))
    grade = forms.CharField(label=_("Grade"), max_length=40, required=False)
    valid_until = DateField(label=_("Valid until"), required=False)
    result = forms.ChoiceField(label=_("What came of it"), widget=forms.RadioSelect, choices=RESULTS)
    conclusion = forms.CharField(label=_("Conclusion"), required=False, widget=SHORT)
    report = FilesField(label=_("Report"), required=False)
    is_as_strict = forms.BooleanField(label=_("What it checked is at least as strict as our requirements"), required=False)
    is_similar = forms.BooleanField(label=_("It was made in a similar way as we would have"), required=False)
    accepted_because = forms.CharField(
        label=_("How we know"), required=False, widget=SHORT, help_text=_("Which clause was compared, and how the audit was made.")
    )

    field_order = (
        *(
            "listed_scheme",
            "scheme",
            "site",
            "place",
            "performed_on",
            "grade",
            "valid_until",
            "obligations",
            "result",
            "conclusion",
            "report",
        ),
        *("is_as_strict", "is_similar", "accepted_because"),
    )

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["listed_scheme"].queryset = AuditScheme.objects.offered()  # type: ignore[attr-defined]
        offer_sites(self, sites)


class AuditJudgeForm(Form):
    """One requirement that the audit checked."""

    verified = forms.ChoiceField(label=_("Outcome"), choices=[("", _("Choose")), *OUTCOMES])
    method = forms.ChoiceField(
        label=_("How it was checked"), choices=capitals(choice for choice in Method.choices if choice[0] != Method.SELF_DECLARED)
    )
    valid_until = DateField(label=_("Valid until"), required=False)
    reason = forms.CharField(label=_("Grounds"), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=WHEN_NEEDED)

    def __init__(self, *args: Any, obligation: Obligation, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"judge-{obligation.pk}", **kwargs)
        self.obligation = obligation


def offer_sites(form: Form, sites: QuerySet[Site]) -> None:
    """A supplier without any has a place in words only."""
    field: Any = form.fields["site"]
    field.queryset, field.label_from_instance = sites, lambda site: f"{site.name}, {site.country_name}"
    if sites.exists():
        form.fields["place"].help_text = _("Where it is none of the sites, or what else helps to find the way.")
    else:
        del form.fields["site"]


def by_theme(obligations: Iterable[Obligation]) -> list[Any]:
    """A heading for each theme over its requirements; those on several lots once a lot."""
    ordered = sorted(obligations, key=lambda each: each.requirement.theme)
    groups = groupby(ordered, key=lambda each: capfirst(str(each.requirement.get_theme_display())))
    return [(theme, [(str(each.pk), named(each)) for each in group]) for theme, group in groups]


def named(obligation: Obligation) -> str:
    return f"{obligation.requirement.title} ({obligation.lot})" if obligation.lot else obligation.requirement.title


def _dated(audit: Audit) -> str:
    return f"{capfirst(audit.get_kind_display())}, {audit.performed_on:%d.%m.%Y}"
