"""What became of one process: the line of the command, the row of the preview."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Field
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Framework
from contracts.ocds.problems import Problem, shown
from contracts.ocds.reconcile import Change

SUGGESTED = gettext_lazy("Its title speaks of a framework agreement and suppliers were awarded; it can be taken in as one.")


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    SKIPPED = "skipped"


@dataclass
class Row:
    """`about_id` is the agreement's. `is_suggested`: skipped, but looks like an agreement; a person may take it in.

    `reminders`: how many more there would be on each day of the coming month; of a dry run only.
    """

    outcome: Outcome
    ocid: str
    title: str = ""
    reasons: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_suggested: bool = False
    about_id: str = ""
    reminders: dict[str, int] = field(default_factory=dict)

    def sentences(self) -> list[str]:
        """Everything there is to say, in the reader's language."""
        found: list[str] = [str(reason) for reason in self.reasons]
        found += [str(SUGGESTED)] if self.is_suggested else []
        found += [_told(change) for change in self.changes]
        if self.missing:
            found.append(
                _("Missing: %(fields)s.")
                % {"fields": ", ".join(_("“%(text)s”") % {"text": capfirst(str(label(name)))} for name in self.missing)}
            )
        return found + [str(problem) for problem in self.problems]

    @property
    def line(self) -> str:
        """`OUTCOME<TAB>ocid<TAB>text`; nothing that a publisher wrote can break the line or add a column."""
        text = " ".join([f"{self.title}:" if self.title else "", *self.sentences()])
        return f"{self.outcome}\t{shown(self.ocid, 200) or '-'}\t{shown(text, 2000)}"

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome.value,
            "ocid": self.ocid,
            "title": self.title,
            "reasons": [reason.as_json() for reason in self.reasons],
            "changes": [vars(change) for change in self.changes],
            "missing": self.missing,
            "problems": [problem.as_json() for problem in self.problems],
            "is_suggested": self.is_suggested,
            "about_id": self.about_id,
            "reminders": self.reminders,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Row":
        return cls(
            outcome=Outcome(data["outcome"]),
            ocid=data["ocid"],
            title=data["title"],
            reasons=[Problem.from_json(item) for item in data["reasons"]],
            changes=[Change(**item) for item in data["changes"]],
            missing=data["missing"],
            problems=[Problem.from_json(item) for item in data["problems"]],
            is_suggested=data["is_suggested"],
            about_id=data["about_id"],
            reminders=data.get("reminders", {}),
        )


def label(name: str) -> str | Promise:
    """What a field of an agreement is called in the reader's language."""
    if name == "suppliers":
        return _("suppliers")
    if name.startswith("lot "):
        return _("lot %(number)s") % {"number": name.removeprefix("lot ")}
    field = Framework._meta.get_field(name)
    return field.verbose_name if isinstance(field, Field) else name


def _told(change: Change) -> str:
    values = {"field": label(change.field), "ours": _value(change.ours), "theirs": _value(change.theirs)}
    if change.is_kept:
        return _("%(field)s was edited here and stays %(ours)s; the notice says %(theirs)s.") % values
    if change.ours in (None, "", []):
        return _("%(field)s: %(theirs)s.") % values
    return _("%(field)s: %(theirs)s, before %(ours)s.") % values


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return _("“%(text)s”") % {"text": shown(value, 80)} if value not in (None, "") else "–"
