from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import countries
from core.dates import CLOSES, OPENS
from core.forms import DateField, Form, capitals
from notifications import kinds
from notifications.models import MailRhythm
from notifications.webhooks.events import EVENTS

WEEKDAYS = capitals([(str(day), label) for day, label in MailRhythm.Weekday.choices])


class DecisionForm(Form):
    decision = forms.CharField(
        label=_("What was decided"),
        help_text=_("For example: a meeting with the supplier's management on a day, or that the agreement's owner considers a sanction."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TakeForm(Form):
    until = DateField(
        label=_("Until"),
        help_text=_(
            "The day included. Nobody higher up is told before it is over. The date does not move, and the supplier is still reminded."
        ),
    )
    note = forms.CharField(label=_("What you do about it"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    had_by = forms.CharField(required=False, widget=forms.HiddenInput)


class MailForm(Form):
    """What one gets by mail, and when, of what one may choose."""

    wanted = forms.MultipleChoiceField(
        label=_("Send me a mail about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    every = forms.ChoiceField(label=_("How often"), choices=capitals(MailRhythm.Every.choices), widget=forms.RadioSelect)
    weekday = forms.TypedChoiceField(label=_("Which day"), help_text=_("When it comes once a week."), choices=WEEKDAYS, coerce=int)
    hour = forms.TypedChoiceField(
        label=_("From what time"),
        help_text=_("In your own time zone. If a mail that has to go leaves earlier that day, this goes along: one mail a day."),
        choices=[(hour, f"{hour:02}:00") for hour in range(OPENS.hour, CLOSES.hour)],
        coerce=int,
    )

    def __init__(self, *args: Any, offered: Iterable[kinds.Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].choices = [(kind.name, kind.label) for kind in offered]  # type: ignore[attr-defined]


def _countries() -> list[Any]:
    return [("", _("all countries")), *countries.choices(get_language() or "nb")]


class QuietPeriodForm(Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    is_yearly = forms.BooleanField(
        label=_("Every year"),
        required=False,
        help_text=_("On the same days of the month. For holidays that follow the weeks, write down each year."),
    )
    country = forms.ChoiceField(
        label=_("For suppliers in"),
        choices=_countries,
        required=False,
        help_text=_("Public holidays are known already, for every country."),
    )


class WebhookForm(Form):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Which system it is."))
    url = forms.CharField(label=_("Address"), max_length=500, widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}))
    events = forms.MultipleChoiceField(label=_("What it is told of"), choices=list(EVENTS.items()), widget=forms.CheckboxSelectMultiple)
