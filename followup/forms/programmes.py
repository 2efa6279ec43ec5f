"""An audit programme, and what is written down around one audit: its team, its meetings, its costs."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import AmountField, DateField, Form, capitals
from followup.models import AuditCost, TeamMember

SHORT = forms.Textarea(attrs={"rows": 3})


class ProgrammeForm(Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2199)
    purpose = forms.CharField(label=_("Purpose"), widget=SHORT)
    reason = forms.CharField(
        label=_("Why these audits"), widget=SHORT, required=False, help_text=_("How they were chosen, and why not others.")
    )
    budget = AmountField(label=_("Budget"), max_digits=14, required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="NOK")


class MemberForm(Form):
    """A person of the list, or a name in words."""

    role = forms.ChoiceField(label=_("Part in the audit"), choices=[("", _("Choose")), *capitals(TeamMember.Role.choices)])
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), required=False, empty_label=_("None of them: I write the name")
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False, help_text=_("For those who are not in the list."))
    organisation = forms.CharField(label=_("Comes from"), max_length=200, required=False, help_text=_("The firm or body."))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset, field.label_from_instance = people, lambda user: user.name


class MeetingForm(Form):
    held_on = DateField(label=_("Held on"))
    began_at = forms.TimeField(
        label=_("Began at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H.%M"],
    )
    participants = forms.CharField(
        label=_("Who took part"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, from both sides. The supplier reads this."),
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Only we and the audit firm read this."),
    )


class CostForm(Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose")), *capitals(AuditCost.Kind.choices)])
    member = forms.ModelChoiceField(
        label=_("For whom"), queryset=TeamMember.objects.none(), required=False, empty_label=_("Nobody in particular")
    )
    spent_on = DateField(label=_("Day"))
    hours = AmountField(label=_("Hours"), max_digits=7, required=False)
    amount = AmountField(label=_("Amount"), max_digits=12, required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False)
    counted = AmountField(label=_("In the currency of the budget"), max_digits=14, required=False)
    rate = AmountField(label=_("Or the rate"), max_digits=14, decimal_places=6, required=False)
    rate_on = DateField(label=_("Day of the rate"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, team: QuerySet[TeamMember], budget: str, **kwargs: Any) -> None:
        """`budget` is the currency of the programme; empty where there is none, and then nothing is counted."""
        super().__init__(*args, **kwargs)
        if budget:
            name_currency(self, budget)
        else:
            for name in ("counted", "rate", "rate_on"):
                del self.fields[name]
        self.fields["member"].queryset = team  # type: ignore[attr-defined]


class RateForm(Form):
    """What one line comes to in the currency of the budget."""

    counted = AmountField(label=_("In the currency of the budget"), max_digits=14, required=False)
    rate = AmountField(label=_("Or the rate"), max_digits=14, decimal_places=6, required=False)
    rate_on = DateField(label=_("Day of the rate"), required=False)

    def __init__(self, *args: Any, budget: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_currency(self, budget)


def name_currency(form: Form, budget: str) -> None:
    form.fields["counted"].label = _("Amount in %(currency)s, as it was booked") % {"currency": budget}
    form.fields["rate"].help_text = _("How many %(currency)s one unit of the other currency is. We work out the amount.") % {
        "currency": budget
    }
    form.fields["rate_on"].help_text = _("Without one it is the day of the cost.")
