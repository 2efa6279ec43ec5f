"""The page that changes a ladder: a row for each step, and what else a version says."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ScopeRole
from core.errors import FieldError, Invalid
from core.forms import Form, ModelForm, capitals
from core.formsets import formset_of
from notifications import kinds, ladder_rules, policies
from notifications.ladders import OWN_TIME, Rung
from notifications.models import UNITS, PolicyVersion

MOST_TIMES = 5
WHERE = [
    ("before_due", _("before the date")),
    ("after_due", _("after the date")),
    ("after_start", _("after it was sent")),
]
NOTHING = ("", _("Choose"))
ANCHOR_OF = {"before_due": ("due", -1), "after_due": ("due", 1), "after_start": ("start", 1)}


class StepForm(Form):
    """One role at one moment. The order of the rows means nothing: a ladder stands in the order of time."""

    distance = forms.IntegerField(label=_("How long"), min_value=0, max_value=730)
    unit = forms.ChoiceField(label=_("Unit"), choices=capitals(UNITS), initial="days")
    where = forms.ChoiceField(label=_("Counted"), choices=[NOTHING, *capitals(WHERE)])
    audience = forms.ChoiceField(label=_("Who is told"))
    kind = forms.ChoiceField(label=_("What is told"))
    only_if_unseen = forms.BooleanField(label=_("Only if it has not been opened"), required=False)
    times = forms.IntegerField(
        label=_("And then so many times more"),
        help_text=_("Each time after twice as long."),
        required=False,
        min_value=0,
        max_value=MOST_TIMES,
    )

    def __init__(self, *args: Any, deadline_kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline_kind = deadline_kind
        roles = [(code, label) for code, label in ScopeRole.Role.choices if self._is_ours_to_tell(code)]
        named = [(name, kinds.get(name).label) for name in ladder_rules.fitting(deadline_kind)]
        self.fields["audience"].choices = [NOTHING, *capitals(roles)]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [NOTHING, *named]  # type: ignore[attr-defined]
        if not ladder_rules.chases_supplier(deadline_kind):
            del self.fields["only_if_unseen"]

    def _is_ours_to_tell(self, role: str) -> bool:
        return ladder_rules.chases_supplier(self.deadline_kind) or ladder_rules.side(role) != "supplier"


StepFormSet = formset_of(StepForm)


class VersionForm(ModelForm):
    """What a version says beside its steps."""

    class Meta:
        model = PolicyVersion
        fields = ["own_offset", "own_unit", "moves_to_working_day", "most_extensions", "longest_extension", "beyond_limits", "note"]
        help_texts = {
            "most_extensions": _("Empty: no limit."),
            "longest_extension": _("Empty: no limit."),
            "note": _("One sentence, for whoever wonders later."),
        }

    based_on = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, deadline_kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in policies.OWN_TIME:
            if deadline_kind in OWN_TIME:
                self.fields[name].required = True
            else:
                del self.fields[name]
        self.fields["beyond_limits"].choices = capitals(  # type: ignore[attr-defined]
            [(code, label) for code, label in ScopeRole.Role.choices if ladder_rules.side(code) == "cpb"]
        )
        self.fields["note"].required = True

    @property
    def switches(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("note", "based_on")}


def rows_of(rungs: Iterable[Rung]) -> list[dict[str, Any]]:
    """The steps as the rows of the form."""
    return [
        {
            "distance": abs(rung.offset),
            "unit": rung.unit,
            "where": "after_start" if rung.anchor == "start" else "before_due" if rung.offset < 0 else "after_due",
            "audience": rung.audience,
            "kind": rung.kind,
            "only_if_unseen": rung.only_if_unseen,
        }
        for rung in rungs
    ]


def rungs_of(rows: Sequence[dict[str, Any]], deadline_kind: str) -> tuple[list[Rung], list[int]]:
    """The rows as steps, and for each step the row that it came from: one row may stand for several."""
    plain = [_rung(row, deadline_kind) for row in rows]
    rungs, origin = list(plain), list(range(len(plain)))
    for index, row in enumerate(rows):
        more = ladder_rules.repeated(plain, index, row.get("times") or 0)
        rungs += more
        origin += [index] * len(more)
    return rungs, origin


def _rung(row: dict[str, Any], deadline_kind: str) -> Rung:
    """What a message opens belongs to the message: it is not asked for."""
    anchor, sign = ANCHOR_OF[row["where"]]
    fit = ladder_rules.fitting(deadline_kind).get(row["kind"])
    opens = next(iter(fit.opens)) if fit and len(fit.opens) == 1 else ""
    unseen = bool(row.get("only_if_unseen"))
    return Rung(0, anchor, sign * row["distance"], row["audience"], row["kind"], row["unit"], unseen, opens)


FIELD_OF = {"offset": "distance", "opens": "kind"}


def blame(error: Invalid, *, form: forms.BaseForm, parts: Sequence[Any], origin: Sequence[int]) -> None:
    """Say each fault at the row and field it is about."""
    for fault in error.errors:
        _say(fault, form, parts, origin)


def _say(fault: FieldError, form: forms.BaseForm, parts: Sequence[Any], origin: Sequence[int]) -> None:
    _steps, _dash, place = fault.field.partition("-")
    index, _dash, name = place.partition("-")
    if not index.isdigit():
        form.add_error(None, str(fault.detail))
        return
    part = parts[origin[int(index)]]
    field = FIELD_OF.get(name, name)
    part.add_error(field if field in part.fields else None, str(fault.detail))
