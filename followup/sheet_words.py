"""What came into a sheet, in words."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.models import History
from followup.models import AuditSheet

MOST_TOLD = 20
VERBS: dict[str, Promise] = {
    "begin_sheet": gettext_lazy("The sheet was begun"),
    "add_checklist": gettext_lazy("Another checklist"),
    "fill_in": gettext_lazy("Filled in"),
    "choose_answer": gettext_lazy("Chosen between two"),
    "add_photo": gettext_lazy("Photo"),
    "remove_photo": gettext_lazy("Photo taken away"),
}


class Told(NamedTuple):
    row: History
    did: str
    details: list[str]


def story(sheet: AuditSheet) -> list[Told]:
    """What came in lately, the newest first. Whoever may open the sheet reads it."""
    rows = History.objects.of(sheet).order_by("-at", "-id")[:MOST_TOLD]
    return [Told(row, str(VERBS.get(row.verb, row.verb)), _details(row)) for row in rows]


def _details(row: History) -> list[str]:
    said = row.changes
    lines = [*said.get("checklists", []), *(said[name] for name in ("device", "name") if said.get(name))]
    if count := said.get("answers"):
        lines.append(ngettext("%(count)d field written", "%(count)d fields written", count) % {"count": count})
    if count := said.get("conflicts"):
        lines.append(ngettext("%(count)d field to be chosen between", "%(count)d fields to be chosen between", count) % {"count": count})
    if "set_aside" in said:
        lines.append(_("Set aside: %(text)s") % {"text": said["set_aside"] or "–"})
    return lines
