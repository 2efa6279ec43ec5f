"""Forms about what is stipulated, promised and checked."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contracts.models import (
    Clause,
    Convention,
    DeadlineRule,
    Declared,
    FineDay,
    Framework,
    Lot,
    Means,
    Method,
    Obligation,
    Requirement,
    Theme,
    Verified,
)
from contracts.services import clause_means, stipulations
from core import countries
from core.forms import AmountField, DateField, Form, capitals
from notifications.models import UNITS


def _countries() -> list[tuple[str, str]]:
    return countries.choices(get_language() or "nb")


class RuleRow(Form):
    """A deadline that a clause gives. A row without a number says nothing."""

    offset = forms.IntegerField(label=_("Deadline"), min_value=-1000, max_value=1000, required=False)
    unit = forms.ChoiceField(label=_("Unit"), choices=capitals(UNITS), initial="weeks")
    anchor = forms.ChoiceField(label=_("Counted from"), choices=capitals(DeadlineRule.Anchor.choices), initial=DeadlineRule.Anchor.SENT)
    calendar = forms.ChoiceField(label=_("Days off in"), choices=_countries, required=False, initial="NO")
    valid_from = DateField(label=_("Applies from"), required=False)
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    hides_optional = True

    @classmethod
    def of(cls, rule: DeadlineRule) -> dict[str, Any]:
        return {name: getattr(rule, name) for name in cls.base_fields}

    def rule(self) -> stipulations.Rule | None:
        return None if self.cleaned_data.get("offset") is None else self.asked()

    def asked(self) -> stipulations.Rule:
        return stipulations.Rule(**self.cleaned_data | {"calendar": self.cleaned_data["calendar"] or "NO"})


class LaterFormForm(RuleRow):
    """Another form of a rule that the clause has, for requirements that rest on it already."""

    first = forms.ModelChoiceField(label=_("The rule"), queryset=DeadlineRule.objects.none())

    def __init__(self, *args: Any, clause: Clause, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["first"].queryset = clause.rules.filter(first=None)
        fields["offset"].required = fields["valid_from"].required = True
        self.order_fields(["first", "valid_from"])


class ClauseForm(Form):
    number = forms.CharField(label=_("Clause number"), max_length=40, required=False)
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}), help_text=_("Word for word as in the agreement."))
    version = forms.CharField(label=_("Version"), max_length=60, required=False)
    source = forms.CharField(label=_("Where it is written"), max_length=300, required=False)
    means = forms.MultipleChoiceField(
        label=_("What the clause lets us do if it is broken, the mildest first"),
        choices=capitals(Means.choices),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A sanction case by this clause then offers these only. None chosen: it offers all of them."),
    )
    fine_rate = forms.DecimalField(
        label=_("Per cent of the base for each day"), max_digits=7, decimal_places=4, required=False, localize=True
    )
    fine_unit = forms.ChoiceField(label=_("Days that count"), choices=capitals(FineDay.choices), required=False, initial=FineDay.DAYS)
    fine_base_words = forms.CharField(
        label=_("What the base is"), max_length=300, required=False, help_text=_("For example the value of the order that is late.")
    )
    fine_base = AmountField(label=_("The base, if the clause gives an amount"), required=False)
    fine_cap = forms.DecimalField(label=_("At most, per cent of the base"), max_digits=7, decimal_places=4, required=False, localize=True)

    WORDS = ("number", "title", "text", "version", "source")
    FINE = ("fine_rate", "fine_unit", "fine_base_words", "fine_base", "fine_cap")

    def __init__(self, *args: Any, framework: Framework, is_frozen: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fine_base"].help_text = _("In %(currency)s, as the agreement.") % {"currency": framework.currency}
        for name in self.WORDS if is_frozen else ():
            del self.fields[name]

    @classmethod
    def of(cls, clause: Clause) -> dict[str, Any]:
        """What the form begins with; percentages without the zeros that the database fills up with."""
        values = {name: getattr(clause, name) for name in cls.base_fields}
        shares = {name: values[name].normalize() for name in ("fine_rate", "fine_cap") if values[name] is not None}
        return values | shares

    @property
    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.WORDS}

    @property
    def gives(self) -> clause_means.Gives:
        given = {name: self.cleaned_data[name] for name in ("means", *self.FINE)}
        return given | {"fine_unit": given["fine_unit"] or FineDay.DAYS}  # type: ignore[return-value]

    @property
    def fine_fields(self) -> list[BoundField]:
        """Those that are asked for together, apart from the others."""
        return [self[name] for name in self.FINE]

    @property
    def other_fields(self) -> list[BoundField]:
        return [field for field in self if field.name not in self.FINE]


class RequirementForm(Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 6}), help_text=_("Word for word as in the agreement."))
    theme = forms.ChoiceField(label=_("Theme"), choices=[("", "–"), *capitals(Theme.choices)])
    convention = forms.ChoiceField(label=_("ILO convention"), choices=[("", "–"), *Convention.choices], required=False)
    kind = forms.ChoiceField(label=_("Type"), choices=capitals(Requirement.Kind.choices), initial=Requirement.Kind.CONTRACT_CLAUSE)
    level = forms.ChoiceField(label=_("Level"), choices=capitals(Requirement.Level.choices), initial=Requirement.Level.BASIC)
    lots = forms.ModelMultipleChoiceField(
        label=_("Lots"),
        queryset=Lot.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: the whole agreement."),
    )
    clause = forms.ModelChoiceField(
        label=_("Contract clause"),
        queryset=Clause.objects.none(),
        required=False,
        help_text=_("The clause that gives us the right to ask."),
    )
    rule = forms.ModelChoiceField(
        label=_("Deadline rule"),
        queryset=DeadlineRule.objects.none(),
        required=False,
        help_text=_("When a supplier must have answered, if we ask."),
    )
    documentation = forms.CharField(label=_("What documentation proves it"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    valid_from = DateField(label=_("Must be met from"), required=False)
    source_criterion = forms.CharField(label=_("Source"), max_length=200, required=False, help_text=_("For example a criterion's number."))
    source_version = forms.CharField(label=_("Version of the source"), max_length=60, required=False)

    FROZEN = ("title", "text", "theme", "convention", "kind", "level", "lots")

    def __init__(self, *args: Any, framework: Framework, is_frozen: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["lots"].queryset = framework.lots.all()
        fields["clause"].queryset = framework.clauses.all()
        rules = DeadlineRule.objects.filter(clause__framework=framework, first=None)
        fields["rule"].queryset = rules.exclude(anchor__in=DeadlineRule.OF_NOTICES).select_related("clause")
        fields["rule"].label_from_instance = lambda rule: f"{rule.clause}: {rule}"
        for name in self.FROZEN if is_frozen else () if framework.lots.exists() else ("lots",):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A rule says which clause it is of, so the clause need not be chosen as well."""
        data = super().clean() or self.cleaned_data
        if data.get("rule") and not data.get("clause"):
            data["clause"] = data["rule"].clause
        return data

    def wording(self) -> stipulations.Wording:
        return {name: value for name, value in self.cleaned_data.items() if name != "lots"}  # type: ignore[return-value]


def initial_of(requirement: Requirement) -> dict[str, Any]:
    names = [*stipulations.Wording.__annotations__]
    return {name: getattr(requirement, name) for name in names} | {"lots": list(requirement.lots.all())}


class ReasonForm(Form):
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}))


class PromiseForm(Form):
    text = forms.CharField(label=_("What was promised"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    value = forms.DecimalField(label=_("Figure"), required=False, max_digits=18, decimal_places=4, localize=True)
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False, help_text=_("For example per cent, years or kg CO2."))
    source = forms.CharField(label=_("Where it is written"), max_length=200, required=False)

    @classmethod
    def of(cls, obligation: Obligation) -> dict[str, Any]:
        return {name: getattr(obligation, f"promised_{name}") for name in ("text", "value", "unit", "source")}


class JudgeForm(Form):
    """One judgement. What the supplier states itself is chosen in words of its own."""

    method = forms.ChoiceField(label=_("How we know"), choices=capitals([*Method.choices[1:], Method.choices[0]]), initial=Method.DOCUMENT)
    verified = forms.ChoiceField(
        label=_("Outcome"),
        choices=capitals(choice for choice in Verified.choices if choice[0] != Verified.UNKNOWN),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Is the requirement met? This is another question than whether a document is good enough."),
    )
    declared = forms.ChoiceField(
        label=_("What the supplier states"),
        choices=[("", "–"), *capitals(choice for choice in Declared.choices if choice[0] != Declared.UNKNOWN)],
        required=False,
        help_text=_("Only when it is the supplier's own statement. It never counts as checked."),
    )
    checked_on = DateField(label=_("Date"))
    valid_until = DateField(label=_("Valid until"), required=False)
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Must be written when the requirement is not fully met, not relevant or waived. Only we read it."),
    )
