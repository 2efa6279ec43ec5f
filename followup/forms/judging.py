"""Is the requirement met: another question than whether the documentation is good enough."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Method, Obligation, Verified
from core.forms import DateField, Form, capitals
from followup.models import Item

WHEN_NEEDED = _("Must be written when the requirement is not fully met, not relevant or waived.")
OUTCOMES = capitals(choice for choice in Verified.choices if choice[0] != Verified.UNKNOWN)


class JudgeForm(Form):
    """One obligation, judged on the strength of one item."""

    verified = forms.ChoiceField(label=_("Outcome"), choices=[("", _("Choose")), *OUTCOMES])
    method = forms.ChoiceField(
        label=_("How it was checked"),
        choices=[("", _("Choose")), *capitals(Method.choices)],
        help_text=_("The supplier's own statement is kept as stated by the supplier; it never counts as checked by us."),
    )
    checked_on = DateField(label=_("Checked"))
    valid_until = DateField(label=_("Valid until"), required=False)
    reason = forms.CharField(label=_("Grounds"), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=WHEN_NEEDED)

    def __init__(self, *args: Any, item: Item, obligation: Obligation, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"judge-{item.pk}-{obligation.pk}", **kwargs)
        self.obligation = obligation
