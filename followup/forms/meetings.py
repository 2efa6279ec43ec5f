"""A meeting: which one, when and with whom, what was said, and what was agreed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.forms import DateField, FilesField, FilesInput, Form, capitals
from core.formsets import formset_of
from followup.forms.findings import PlaceForm
from followup.models import Finding, Meeting, MeetingAction, MeetingParticipant
from followup.services.meeting_actions import NewAction
from followup.services.meetings import Guest
from notifications.models import Turn

LONG, SHORT = forms.Textarea(attrs={"rows": 12}), forms.Textarea(attrs={"rows": 3})
LENGTHS = [(30, _("Half an hour")), (60, _("One hour")), (90, _("One and a half hours")), (120, _("Two hours")), (240, _("Half a day"))]
MOST_NAMED = 20


class KindForm(PlaceForm):
    """The first questions. The agenda is proposed from the answers."""

    kind = forms.ChoiceField(
        label=_("What kind of meeting is it?"),
        widget=forms.RadioSelect,
        choices=capitals(Meeting.Kind.choices),
        initial=Meeting.Kind.STATUS,
    )
    field_order = ("kind", "framework", "supplier")


class TimeInput(forms.TimeInput):
    input_type = "time"


class MeetingForm(Form):
    """When, where, about what and with whom. Times are on the clock of whoever writes."""

    day = DateField(label=_("Day"))
    time = forms.TimeField(label=_("Time"), widget=TimeInput(format="%H:%M"), input_formats=["%H:%M", "%H.%M", "%H:%M:%S"])
    minutes_long = forms.TypedChoiceField(label=_("How long"), choices=LENGTHS, coerce=int, initial=60)
    place = forms.CharField(
        label=_("Where"), max_length=300, required=False, help_text=_("A room and address, or the link of a video meeting.")
    )
    agenda = forms.CharField(
        label=_("Agenda"), widget=LONG, help_text=_("A point a line. Proposed from what is open now; the supplier reads it.")
    )
    ours = forms.MultipleChoiceField(label=_("From us"), required=False, widget=forms.CheckboxSelectMultiple)
    ours_others = forms.CharField(label=_("Others from us"), required=False, widget=SHORT, help_text=_("A name a line. They get no mail."))
    theirs = forms.MultipleChoiceField(label=_("From the supplier"), required=False, widget=forms.CheckboxSelectMultiple)
    theirs_others = forms.CharField(
        label=_("Others from the supplier"), required=False, widget=SHORT, help_text=_("A name a line. They get no mail.")
    )
    findings = forms.MultipleChoiceField(
        label=_("Is it the meeting about a critical finding?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, ours: Iterable[Person], theirs: Iterable[Person], findings: Iterable[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {Turn.CPB: {str(each.pk): each for each in ours}, Turn.SUPPLIER: {str(each.pk): each for each in theirs}}
        self.critical = {str(each.pk): each for each in findings}
        choices = {
            "ours": [(key, str(each)) for key, each in self.people[Turn.CPB].items()],
            "theirs": [(key, str(each)) for key, each in self.people[Turn.SUPPLIER].items()],
            "findings": [(key, f"{each} – {each.title}") for key, each in self.critical.items()],
        }
        for name, rows in choices.items():
            self.fields[name].choices = rows  # type: ignore[attr-defined]
            if not rows:
                del self.fields[name]

    def said(self) -> dict[str, Any]:
        """As the services take it."""
        data = self.cleaned_data
        return {
            "starts_at": timezone.make_aware(datetime.combine(data["day"], data["time"])),
            "minutes_long": data["minutes_long"],
            "place": data["place"],
            "agenda": data["agenda"],
            "participants": [*self._guests(Turn.CPB, "ours"), *self._guests(Turn.SUPPLIER, "theirs")],
            "findings": [self.critical[key] for key in data.get("findings", [])],
        }

    def _guests(self, side: str, name: str) -> list[Guest]:
        known = [self.people[Turn(side)][key] for key in self.cleaned_data.get(name, [])]
        names = [line.strip() for line in self.cleaned_data[f"{name}_others"].splitlines() if line.strip()]
        return [*(Guest(side, each, each.name) for each in known), *(Guest(side, None, each) for each in names)]

    @classmethod
    def initial_of(cls, it: Meeting) -> dict[str, Any]:
        at, seated = timezone.localtime(it.starts_at), list(it.participants.all())
        return {
            "day": at.date(),
            "time": at.time(),
            "minutes_long": it.minutes_long,
            "place": it.place,
            "agenda": it.agenda,
            "ours": _keys(seated, Turn.CPB),
            "ours_others": _names(seated, Turn.CPB),
            "theirs": _keys(seated, Turn.SUPPLIER),
            "theirs_others": _names(seated, Turn.SUPPLIER),
            "findings": [str(each.pk) for each in it.findings.all()],
        }


def _keys(seated: Iterable[MeetingParticipant], side: str) -> list[str]:
    return [str(each.person_id) for each in seated if each.side == side and each.person_id]


def _names(seated: Iterable[MeetingParticipant], side: str) -> str:
    return "\n".join(each.name for each in seated if each.side == side and not each.person_id)


class MinutesForm(Form):
    held_on = DateField(label=_("Held on"))
    were_there = forms.MultipleChoiceField(label=_("Who was there"), required=False, widget=forms.CheckboxSelectMultiple)
    text = forms.CharField(
        label=_("Minutes"), widget=forms.Textarea(attrs={"rows": 16}), help_text=_("What was said and decided. The supplier reads it.")
    )

    def __init__(self, *args: Any, participants: Iterable[MeetingParticipant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(each.pk), each.name) for each in participants]
        self.fields["were_there"].choices = rows  # type: ignore[attr-defined]
        if not rows:
            del self.fields["were_there"]


class AgreedForm(Form):
    """One thing that was agreed. Whose it is, what, who, and by when."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    side = forms.ChoiceField(
        label=_("Who does it?"), widget=forms.RadioSelect, choices=[(Turn.SUPPLIER, _("The supplier")), (Turn.CPB, _("We"))]
    )
    text = forms.CharField(label=_("What was agreed?"), widget=SHORT)
    responsible = forms.CharField(label=_("Name of who answers for it"), max_length=200, required=False)
    due_on = DateField(label=_("Done by"))

    @classmethod
    def initial_of(cls, action: MeetingAction) -> dict[str, Any]:
        said = {name: getattr(action, name) for name in ("side", "text", "responsible")}
        return {**said, "id": str(action.pk), "due_on": action.deadline.due_on}

    @classmethod
    def initial_of_held(cls, action: NewAction) -> dict[str, Any]:
        """Of one that counts when the corrected minutes are sent."""
        said = {name: getattr(action, name) for name in ("side", "text", "responsible", "due_on")}
        return {**said, "id": str(action.id) if action.id else ""}


Agreed = formset_of(AgreedForm)


class ReasonForm(Form):
    reason = forms.CharField(label=_("Why"), widget=SHORT, help_text=_("The supplier reads this if it has been told of the meeting."))


class SettleForm(Form):
    reason = forms.CharField(label=_("Why it ends without confirmation"), widget=SHORT, help_text=_("The supplier reads this."))


class ObjectionForm(Form):
    objection = forms.CharField(
        label=_("What is not right, and how was it?"), widget=forms.Textarea(attrs={"rows": 5}), help_text=_("It stays with these minutes.")
    )


class DoneForm(Form):
    note = forms.CharField(label=_("What was done?"), required=False, widget=SHORT)
    files = FilesField(label=_("Files that show it"), required=False)  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].widget = FilesInput(attrs={"data-max-size": settings.UPLOAD_FILE_BYTES})
