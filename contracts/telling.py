"""History rows in words. A verb that is not listed is shown as it stands: a page must not fail over a word."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import ScopeRole
from contracts.models import Theme
from core import countries, history, locales, status_words
from core.models import History
from notifications.rendering import RETURN_REASONS

VERBS: dict[str, str | Promise] = {
    "create": gettext_lazy("added"),
    "edit": gettext_lazy("changed"),
    "add": gettext_lazy("added"),
    "end": gettext_lazy("ended"),
    "remove": gettext_lazy("removed"),
    "copy": gettext_lazy("copied from another agreement"),
    "sign": gettext_lazy("marked as signed"),
    "terminate": gettext_lazy("terminated"),
    "evaluate": gettext_lazy("final evaluation done"),
    "assign": gettext_lazy("responsibility changed"),
    "take": gettext_lazy("taken over"),
    "keep_ours": gettext_lazy("our value kept against a notice"),
    # In rows from before a lot had its own
    "add_lot": gettext_lazy("lot added"),
    "edit_lot": gettext_lazy("lot changed"),
    "add_rule": gettext_lazy("deadline rule added"),
    "decide": gettext_lazy("decided"),
    "withdraw": gettext_lazy("withdrawn"),
    "promise": gettext_lazy("promise written down"),
    "judge": gettext_lazy("assessed"),
    "change": gettext_lazy("rank or share changed"),
    "confirm": gettext_lazy("confirmed"),
    "set_roles": gettext_lazy("roles changed"),
    "send": gettext_lazy("sent"),
    "resend": gettext_lazy("sent again"),
    "try_again": gettext_lazy("steps set aside tried again"),
    "release_held": gettext_lazy("held mail let go"),
    "drop_held": gettext_lazy("held mail not sent"),
    "save": gettext_lazy("begun by the supplier"),
    "submit": gettext_lazy("delivered"),
    "register": gettext_lazy("registered by us"),
    "recall": gettext_lazy("taken back by the supplier"),
    "accept": gettext_lazy("documentation accepted"),
    "return": gettext_lazy("must be supplemented"),
    "close": gettext_lazy("closed"),
    "extend": gettext_lazy("new date given"),
    "hold": gettext_lazy("put on hold"),
    "ask": gettext_lazy("question asked"),
    "answer": gettext_lazy("question answered"),
    "ask_for_time": gettext_lazy("more time asked for"),
    "decide_time": gettext_lazy("answer about more time"),
    "log_contact": gettext_lazy("contact noted"),
    "send_formal_notice": gettext_lazy("formal notice sent"),
    "drop_formal_notice": gettext_lazy("formal notice dropped"),
    "edit_letter": gettext_lazy("letter changed"),
    "plan": gettext_lazy("planned"),
    "announce": gettext_lazy("announced to the supplier"),
    "announce_anew": gettext_lazy("announced to the supplier anew"),
    "perform": gettext_lazy("held"),
    "report": gettext_lazy("reported"),
    "cancel": gettext_lazy("called off"),
    "suggest_site": gettext_lazy("told by the supplier"),
    "correct": gettext_lazy("corrected by the supplier"),
    "send_back": gettext_lazy("sent back to the supplier"),
    "retire": gettext_lazy("taken out of use"),
    "restore": gettext_lazy("taken into use again"),
    "take_back": gettext_lazy("taken back by the supplier"),
    "team": gettext_lazy("audit team changed"),
    "meeting": gettext_lazy("meeting written down"),
    "cost": gettext_lazy("costs written down"),
    "propose": gettext_lazy("proposed"),
    "hear": gettext_lazy("supplier may reply"),
    "save_reply": gettext_lazy("reply begun by the supplier"),
    "reply": gettext_lazy("reply sent in"),
    "impose": gettext_lazy("decided: imposed"),
    "decline": gettext_lazy("decided: not imposed"),
    "notify": gettext_lazy("supplier told of the decision"),
    "notify_again": gettext_lazy("decision letter sent another way"),
    "enforce": gettext_lazy("put into force"),
    "suspend": gettext_lazy("suspended"),
    "begin": gettext_lazy("begun"),
    "move_limit": gettext_lazy("new limit given"),
    "save_comment": gettext_lazy("comments begun by the supplier"),
    "send_comments": gettext_lazy("comments sent in"),
    "end_comments": gettext_lazy("limit over without comments"),
    "answer_comment": gettext_lazy("comment answered"),
    "finish": gettext_lazy("made final"),
    "lift": gettext_lazy("lifted"),
    "drop": gettext_lazy("dropped"),
    "invite": gettext_lazy("invited to"),
    "write_minutes": gettext_lazy("minutes written"),
    "correct_minutes": gettext_lazy("minutes corrected"),
    "send_minutes": gettext_lazy("minutes sent to be confirmed"),
    "confirm_minutes": gettext_lazy("minutes confirmed by the supplier"),
    "object_to_minutes": gettext_lazy("minutes objected to by the supplier"),
    "settle_minutes": gettext_lazy("ended without confirmation"),
    "finish_action": gettext_lazy("an action is done"),
    "take_on": gettext_lazy("taken on"),
    "answer_report": gettext_lazy("answered by us"),
    "add_to_report": gettext_lazy("the agency told more"),
    "become_finding": gettext_lazy("became a finding"),
    "lead_to_audit": gettext_lazy("led to an audit"),
    "close_report": gettext_lazy("closed"),
    "discard": gettext_lazy("draft thrown away"),
    "ask_consent": gettext_lazy("supplier asked for its consent"),
    "register_consent": gettext_lazy("consent written down"),
    "give_consent": gettext_lazy("consent given by the supplier"),
    "refuse_consent": gettext_lazy("consent refused by the supplier"),
    "take_back_consent": gettext_lazy("consent taken back by the supplier"),
    "share": gettext_lazy("shared"),
    "fetch": gettext_lazy("file fetched"),
    "end_sharing": gettext_lazy("sharing ended"),
    "read_file": gettext_lazy("read in"),
    "refuse_file": gettext_lazy("not read"),
    "choose_supplier": gettext_lazy("supplier chosen"),
    "rely": gettext_lazy("an audit relied on"),
    "decline_audit": gettext_lazy("an audit not relied on"),
    "look_through": gettext_lazy("looked through"),
    "set_aside": gettext_lazy("put aside"),
    "take_up": gettext_lazy("taken up again"),
    "replace": gettext_lazy("replaced by a newer file"),
    "renew_key": gettext_lazy("new key made"),
    "accept_key": gettext_lazy("key accepted"),
    "end_key": gettext_lazy("key accepted no more"),
    "finish_task": gettext_lazy("task done"),
    "decide_task": gettext_lazy("decided what happens next"),
    "take_case": gettext_lazy("“I have this”"),
    "release_case": gettext_lazy("no longer taken by anybody"),
}

LABELS: dict[str, str | Promise] = {
    "owner": gettext_lazy("Agreement owner"),
    "manager": gettext_lazy("Contract manager"),
    "deputy": gettext_lazy("Deputy contract manager"),
    "reason": gettext_lazy("Reason"),
    "summary": gettext_lazy("What was learnt"),
    "supplier": gettext_lazy("Supplier"),
    "lot": gettext_lazy("Lot"),
    "lots": gettext_lazy("Lots"),
    "person": gettext_lazy("Person"),
    "agreement": gettext_lazy("Agreement"),
    "roles": gettext_lazy("Roles"),
    "status": gettext_lazy("State"),
    "rules": gettext_lazy("Deadline rules"),
    "on": gettext_lazy("From"),
    "from": gettext_lazy("Copied from"),
    "method": gettext_lazy("How we know"),
    "verified": gettext_lazy("Outcome"),
    "declared": gettext_lazy("What the supplier states"),
    "checked_on": gettext_lazy("Checked"),
    "valid_until": gettext_lazy("Valid until"),
    "due_on": gettext_lazy("Due date"),
    "planned_on": gettext_lazy("Planned for"),
    "why": gettext_lazy("Why"),
    "files": gettext_lazy("Files"),
    "obligations": gettext_lazy("Requirements"),
    "week": gettext_lazy("Week"),
    "requirement": gettext_lazy("Requirement"),
    "version": gettext_lazy("Version"),
    "objection": gettext_lazy("What is not right"),
    "participants": gettext_lazy("Participants"),
    "findings": gettext_lazy("Findings"),
    "finding": gettext_lazy("Finding"),
    "audit": gettext_lazy("Audit"),
    "action": gettext_lazy("Action"),
    "note": gettext_lazy("Note"),
    "by": gettext_lazy("By"),
    "joined": gettext_lazy("Joined the team"),
    "left": gettext_lazy("Left the team"),
    "meeting": gettext_lazy("Meeting"),
    "held_on": gettext_lazy("Held on"),
    "notes": gettext_lazy("Notes"),
    "spent": gettext_lazy("Written down"),
    "struck": gettext_lazy("Struck out"),
    "key": gettext_lazy("Key"),
    "serial": gettext_lazy("Number of the file"),
    "language": gettext_lazy("Language"),
    "basis_in_words": gettext_lazy("By what right"),
    "themes": gettext_lazy("Compared anew"),
}
WORDS: dict[str, dict[Any, Any]] = {
    "reason": RETURN_REASONS | {code: word.label for code, word in status_words.WORDS["close_reason"].items()},
    "roles": dict(ScopeRole.Role.choices),
    "verified": {code: word.label for code, word in status_words.WORDS["verified"].items()},
    "themes": dict(Theme.choices),
}
"""Codes that are no choices of the row's own fields. A reason is one of these or what somebody wrote."""

UNTOLD = ("replaces", "imported", "ocid", "rule", "successor", "strictness")
LONGEST = 160


class Told(NamedTuple):
    what: str
    did: str
    details: list[str]


def told(row: History) -> Told:
    model = _models().get(row.object_type)
    what = capfirst(str(model._meta.verbose_name)) if model else row.object_type
    return Told(what, str(VERBS.get(row.verb, row.verb)), list(_details(model, row.changes)))


@cache
def _models() -> dict[str, type[models.Model]]:
    return {history.type_name(model): model for model in apps.get_models()}


def _details(model: type[models.Model] | None, changes: dict[str, Any]) -> Iterator[str]:
    for name, change in changes.items():
        label = _label(model, name)
        if name in UNTOLD or label is None or change in (None, "", []):
            continue
        if isinstance(change, list) and len(change) == 2 and name not in ("lots", "roles", "cpv", "themes"):
            yield _("%(field)s: %(before)s → %(after)s") % {"field": label, **_both(model, name, change)}
        else:
            yield _("%(field)s: %(value)s") % {"field": label, "value": _shown(model, name, change)}


def _both(model: type[models.Model] | None, name: str, change: list[Any]) -> dict[str, str]:
    return {"before": _shown(model, name, change[0]), "after": _shown(model, name, change[1])}


def _label(model: type[models.Model] | None, name: str) -> str | None:
    """What a field is called; None where only programs know it."""
    if name in LABELS:
        return str(LABELS[name])
    field = _field(model, name)
    return capfirst(str(field.verbose_name)) if field else None


def _shown(model: type[models.Model] | None, name: str, value: Any) -> str:
    """The words of a choice, a list in one line, and long texts cut."""
    if isinstance(value, list):
        return ", ".join(_shown(model, name, each) for each in value) or "–"
    if value in (None, ""):
        return "–"
    if name == "country":
        return countries.name(value, get_language() or "nb")
    field = _field(model, name)
    words = WORDS.get(name) or (dict(field.flatchoices) if field else {})
    text = str(words.get(value, _day(value) or value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _day(value: Any) -> str:
    """A date in the reader's words; empty for everything else."""
    try:
        return locales.long_day(date.fromisoformat(value)) if len(value) == len("2026-12-02") else ""
    except (TypeError, ValueError):
        return ""


def _field(model: type[models.Model] | None, name: str) -> "models.Field[Any, Any] | None":
    """A column of the model itself, not what points to it."""
    return next((field for field in model._meta.concrete_fields if field.name == name), None) if model else None
