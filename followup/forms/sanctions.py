"""A sanction case: what is proposed, how a letter was sent, what is decided, and how it ends."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import Clause, Framework, Lot
from core.forms import AmountField, DateField, Form, capitals
from followup.forms.formal_notices import facts_in
from followup.models import DocumentRequest, Finding, FineTerms, FormalNotice, Sanction

FINE = ("rate", "base", "currency", "cap", "unit", "starts_on")
RESTS_ON = ("lots", "requests", "notices", "findings")
MOST_OFFERED = 100


class BeginForm(Form):
    """Sent by GET: the address then says which case is being begun. The clause comes first, because it says which means there are."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Organisation.objects.none())
    clause = forms.ModelChoiceField(label=_("The clause that allows it"), queryset=Clause.objects.none())
    means = forms.ChoiceField(
        label=_("What the clause allows, the mildest first"), widget=forms.RadioSelect, choices=capitals(Sanction.Means.choices)
    )

    def __init__(self, *args: Any, framework: Framework, chosen: str, **kwargs: Any) -> None:
        """`chosen` is the clause as the address has it. The means are asked for when it is known which there are."""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["supplier"].queryset = Organisation.objects.filter(pk__in=framework.participations.values("supplier")).order_by("name")
        fields["clause"].queryset = framework.clauses.all()
        clauses = list(framework.clauses.all())
        clause = clauses[0] if len(clauses) == 1 else next((each for each in clauses if str(each.pk) == chosen), None)
        self.asks_for_means = clause is not None or not any(each.means for each in clauses)
        if not self.asks_for_means:
            del self.fields["means"]
        elif clause is not None:
            self.initial.setdefault("clause", clause.pk)
            self._offer(clause)

    def _offer(self, clause: Clause) -> None:
        means: Any = self.fields["means"]
        refused = _("The clause (%(clause)s) does not give this means. Choose among those that it gives.") % {"clause": clause}
        means.error_messages = {**means.error_messages, "invalid_choice": refused}
        if clause.means:
            means.choices = capitals((each.value, each.label) for each in clause.named_means)
            means.help_text = _("From clause %(clause)s.") % {"clause": clause}


class SanctionForm(Form):
    """What the case rests on and says. Lots, and the terms of a daily fine, only where they matter."""

    lots = forms.ModelMultipleChoiceField(label=_("Lots"), queryset=Lot.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    requests = forms.ModelMultipleChoiceField(
        label=_("Document requests that it rests on"),
        queryset=DocumentRequest.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What we have sent about them proves that the supplier was told before."),
    )
    notices = forms.ModelMultipleChoiceField(
        label=_("Formal notices that it rests on"),
        queryset=FormalNotice.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    findings = forms.ModelMultipleChoiceField(
        label=_("Findings that it rests on"), queryset=Finding.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    facts = forms.CharField(
        label=_("Facts"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One fact a paragraph, with an empty line between them. They are numbered in the letter."),
    )
    measure = forms.CharField(
        label=_("What it consists in"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Exactly, and what ends it.")
    )
    rate = forms.DecimalField(label=_("Per cent of the base for each day"), max_digits=7, decimal_places=4, localize=True)
    base = AmountField(label=_("The base"))
    currency = forms.RegexField(label=_("Currency"), regex=r"\A[A-Z]{3}\Z", initial="NOK")
    cap = forms.DecimalField(label=_("At most, per cent of the base"), max_digits=7, decimal_places=4, required=False, localize=True)
    unit = forms.ChoiceField(label=_("Days that count"), choices=capitals(FineTerms.Day.choices))
    starts_on = DateField(label=_("First day"))
    reply_days = forms.IntegerField(label=_("Working days to reply"), min_value=1, max_value=250)

    def __init__(
        self, *args: Any, framework: Framework, supplier: Organisation, means: str, terms: FineTerms | None = None, **kwargs: Any
    ) -> None:
        """`terms` are what the clause gives of a daily fine, where it is one: they are shown, not asked for."""
        super().__init__(*args, **kwargs)
        for name in FINE if terms is None else terms.from_clause:
            del self.fields[name]
        if terms is not None and "base" in self.fields:
            self.fields["base"].help_text = terms.base_words
        fields: Any = self.fields
        own = {"framework": framework, "supplier": supplier}
        taking_part = framework.participations.filter(supplier=supplier)
        is_on_whole = taking_part.filter(lot=None).exists()
        fields["lots"].queryset = framework.lots.all() if is_on_whole else framework.lots.filter(participations__in=taking_part).distinct()
        fields["lots"].help_text = "" if means == Sanction.Means.SUSPENSION else _("None chosen: the whole agreement.")
        fields["requests"].queryset = (
            DocumentRequest.objects.filter(**own).exclude(status__in=("draft", "withdrawn")).order_by("-created_at")
        )
        sent = FormalNotice.objects.filter(**own, sent_on__isnull=False).exclude(outcome="withdrawn")
        fields["notices"].queryset = sent.order_by("-number").select_related("request")
        fields["notices"].label_from_instance = lambda notice: f"{notice.number}. {notice.request.title}"
        told = Finding.objects.filter(**own, told_at__isnull=False).exclude(outcome="withdrawn").exclude(severity__code="good_practice")
        fields["findings"].queryset = told.order_by("-number").select_related("severity", "framework")
        fields["findings"].label_from_instance = lambda finding: f"{finding.number}. {finding.title}"
        for name in RESTS_ON:
            if not fields[name].queryset.exists():
                del fields[name]

    def clean_facts(self) -> list[str]:
        return facts_in(self.cleaned_data["facts"])

    def given(self) -> dict[str, Any]:
        """As the services take it."""
        data = dict(self.cleaned_data)
        fine = {name: data.pop(name) for name in FINE if name in data}
        return {**data, **{name: list(data[name]) for name in RESTS_ON if name in data}, **({"fine": fine} if fine else {})}


def initial_of(written: dict[str, Any]) -> dict[str, Any]:
    return {**written, "facts": "\n\n".join(written["facts"])}


class DecideForm(Form):
    outcome = forms.ChoiceField(label=_("What is decided"), widget=forms.RadioSelect, choices=capitals(Sanction.Outcome.choices))
    grounds = forms.CharField(label=_("Grounds"), widget=forms.Textarea(attrs={"rows": 6}), help_text=_("The supplier reads this."))
    applies_from = DateField(
        label=_("Applies from"), required=False, help_text=_("If it is imposed. Not before the supplier has been told.")
    )


class OverForm(Form):
    how = forms.ChoiceField(
        label=_("How it ends"),
        widget=forms.RadioSelect,
        choices=[
            ("lift", _("Lifted: it is not needed any more")),
            ("end", _("Ended: what it demanded is done, or the agreement is over")),
        ],
    )
    ended_on = DateField(label=_("From"), help_text=_("The first day on which it does not apply any more."))
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The supplier reads this."))


class DropForm(Form):
    reason = forms.CharField(
        label=_("Why the case is dropped"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A supplier that has been heard reads this."),
    )
