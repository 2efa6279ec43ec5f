"""Shapes only; what is allowed is for the services to say."""

from collections.abc import Sequence
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import absences
from accounts.models import Person
from accounts.permissions import Role
from core.forms import DateField, Form, capitals


def zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name and not name.startswith("Etc/")]


class NewAccountForm(Form):
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least ten characters. A sentence is easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class JoinForm(Form):
    """For somebody who has an account: there is nothing to fill in."""


class SettingsForm(Form):
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "tel"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, help_text=_("Of the pages and of mails to you."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("Mails reach you in your daytime, and times of day are shown in it.")
    )


class AwayForm(Form):
    starts_on = DateField(label=_("First day away"))
    ends_on = DateField(label=_("Last day away"))
    deputy = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Who stands in"),
        required=False,
        empty_label=_("Nobody: the next in line is told"),
        help_text=_("A colleague who gets the reminders meanwhile."),
    )

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = absences.colleagues(person)  # type: ignore[attr-defined]


class TokenForm(Form):
    name = forms.CharField(label=_("What the token is for"), max_length=100)


class InviteForm(Form):
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: object, roles: Sequence[Role], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = capitals((role.value, role.label) for role in roles)  # type: ignore[attr-defined]
