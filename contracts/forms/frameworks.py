"""Forms about an agreement's own facts."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from contracts import cpv
from contracts.models import CpvCode, Framework, Option
from contracts.services import frameworks, roles
from core.forms import AmountField, DateField, Form, capitals


class CpvField(forms.MultipleChoiceField):
    """Our product groups to tick, under the headings of the tree."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=_groups, required=False, **options)


def _groups() -> list[Any]:
    language = get_language() or "nb"
    top = [group for group in cpv.groups() if not group.parent]
    below: dict[str, list[tuple[str, str]]] = {group.code: [(group.code, group.name_in(language))] for group in top}
    for group in cpv.groups():
        if group.parent:
            below.setdefault(group.parent, []).append((group.code, group.name_in(language)))
    return [(group.name_in(language), below[group.code]) for group in top]


class FrameworkForm(Form):
    """What an agreement is. Groups that we do not offer are written as codes."""

    title = forms.CharField(label=_("Title"), max_length=300)
    reference = forms.CharField(label=_("Reference"), max_length=80, help_text=_("What you call it in the archive and in mails."))
    signed_on = DateField(label=_("Signed"), required=False)
    starts_on = DateField(label=_("Starts"), required=False)
    ends_on = DateField(label=_("Ends, before options"), required=False)
    value = AmountField(label=_("Estimated value"), required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="NOK")
    mailbox = forms.EmailField(label=_("Shared mailbox"), required=False, help_text=_("Answers to our mails about this agreement go here."))
    case_number = forms.CharField(label=_("Case number in the archive"), max_length=60, required=False)
    ocid = forms.CharField(label=_("OCDS id"), max_length=120, required=False)
    description = forms.CharField(label=_("What it covers"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    predecessor = forms.ModelChoiceField(label=_("Comes after"), queryset=Framework.objects.none(), required=False)
    groups = CpvField(label=_("Product groups"))
    other_codes = forms.CharField(
        label=_("Other CPV codes"), required=False, help_text=_("Eight digits each, with a space or a comma between them.")
    )

    ABOUT = ("title", "reference")
    DATES = ("signed_on", "starts_on", "ends_on")
    MORE = ("mailbox", "case_number", "ocid", "description", "predecessor", "groups", "other_codes")

    def __init__(self, *args: Any, user: Any, framework: Framework | None = None, **kwargs: Any) -> None:
        if framework is not None:
            kwargs["initial"] = _as_written(framework) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        others = Framework.objects.visible_to(user).order_by("title")
        self.fields["predecessor"].queryset = others.exclude(pk=framework.pk) if framework else others  # type: ignore[attr-defined]

    def clean_other_codes(self) -> list[str]:
        codes = [part.split("-")[0] for part in self.cleaned_data["other_codes"].replace(",", " ").replace(";", " ").split()]
        known = set(CpvCode.objects.filter(pk__in=codes).values_list("pk", flat=True))
        if unknown := [code for code in codes if code not in known]:
            raise forms.ValidationError(_("We do not know the code %(code)s."), params={"code": unknown[0]})
        return codes

    def details(self) -> frameworks.Details:
        """What the service takes."""
        data = dict(self.cleaned_data)
        codes = {*data.pop("groups"), *data.pop("other_codes")}
        data["cpv"] = list(CpvCode.objects.filter(pk__in=codes).order_by("pk"))
        return data  # type: ignore[return-value]

    def part(self, names: tuple[str, ...]) -> list[Any]:
        return [self[name] for name in names]

    @property
    def about(self) -> list[Any]:
        return self.part(self.ABOUT)

    @property
    def dates(self) -> list[Any]:
        return self.part(self.DATES)

    @property
    def more(self) -> list[Any]:
        return self.part(self.MORE)

    @property
    def has_more(self) -> bool:
        """Whether the folded part says anything, so that it must be open."""
        return any(self[name].value() or self[name].errors for name in self.MORE)


def _as_written(framework: Framework) -> dict[str, Any]:
    ticked = {group.code for group in cpv.groups()}
    codes = [code.pk for code in framework.cpv.all()]
    facts = {name: getattr(framework, name) for name in frameworks.Details.__annotations__ if name != "cpv"}
    return {
        **facts,
        "groups": [code for code in codes if code in ticked],
        "other_codes": ", ".join(code for code in codes if code not in ticked),
    }


class SignForm(Form):
    signed_on = DateField(label=_("Date of signing"))


class TerminateForm(Form):
    on = DateField(label=_("From"))
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}))


class EvaluateForm(Form):
    summary = forms.CharField(
        label=_("What was learnt"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("How the requirements were met, and what the next agreement should do otherwise."),
    )


class RolesForm(Form):
    owner = forms.ModelChoiceField(
        label=_("Agreement owner"), queryset=Person.objects.none(), required=False, help_text=_("Decides on options and sanctions.")
    )
    manager = forms.ModelChoiceField(
        label=_("Contract manager"), queryset=Person.objects.none(), required=False, help_text=_("Gets what has to be done.")
    )
    deputy = forms.ModelChoiceField(label=_("Deputy contract manager"), queryset=Person.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner", "manager", "deputy"):
            self.fields[name].queryset = roles.staff().order_by("name")  # type: ignore[attr-defined]


class CopyForm(Form):
    title = forms.CharField(label=_("Title of the new agreement"), max_length=300)
    reference = forms.CharField(label=_("Reference"), max_length=80)
    is_successor = forms.BooleanField(label=_("It comes after this agreement"), required=False, initial=True)
    with_requirements = forms.BooleanField(label=_("Copy requirements, clauses and deadline rules"), required=False, initial=True)
    with_suppliers = forms.BooleanField(label=_("Copy suppliers, ranks and contacts"), required=False, initial=True)


class LotForm(Form):
    title = forms.CharField(label=_("Title of the lot"), max_length=300)
    description = forms.CharField(label=_("What it covers"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class OptionForm(Form):
    months = forms.IntegerField(label=_("Length in months"), min_value=1, max_value=240)
    kind = forms.ChoiceField(
        label=_("How it works"), choices=capitals(Option.Kind.choices), widget=forms.RadioSelect, initial=Option.Kind.MUST_BE_USED
    )
    notice_days = forms.IntegerField(label=_("Notice, days before the end"), min_value=0, max_value=1000, initial=90)


class DecisionForm(Form):
    use = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Use the option")), ("no", _("Do not use it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    decided_on = DateField(label=_("Date of the decision"))
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}))
