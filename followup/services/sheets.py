"""The sheet of an audit: begun with one or more checklists, and open to those who carry the audit out."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Action
from core import history
from core.errors import Invalid, NotAllowed, WrongState
from followup.models import Audit, AuditSheet, ChecklistVersion, SheetChecklist, TeamMember

CLOSED = (Audit.Status.CLOSED, Audit.Status.CANCELLED)


def may_open(user: User, audit: Audit, *, team: Iterable[TeamMember] | None = None) -> bool:
    """Who leads it, who is on its team (not as an observer), who works at the firm that makes it, and whoever may write down what came
    of it. Nobody else, and no supplier. `team` where it is at hand."""
    if audit.auditor_id in user.auditor_ids:
        return True
    if not user.works_here:
        return False
    may_log = user.may(Action.AUDIT_LOG, scope_id=audit.scope_id, organisation_id=audit.organisation_id)
    return (
        may_log
        or audit.lead_id == user.pk
        or any(each.user_id == user.pk and each.role != TeamMember.Role.OBSERVER for each in (audit.team.all() if team is None else team))
    )


def must_be_open(audit: Audit, *, actor: User) -> None:
    """Raise NotAllowed, then WrongState, unless this person may write in it now."""
    if not may_open(actor, audit):
        raise NotAllowed
    if audit.is_reused:
        raise WrongState(_("An audit that others have made has no sheet of ours."))
    if audit.status in CLOSED:
        raise WrongState(_("The audit is closed or called off, so its sheet stands as it is. What is on your device stays there."))


@transaction.atomic
def begin(*, audit: Audit, versions: Sequence[ChecklistVersion], actor: User, now: datetime) -> AuditSheet:
    """Give the audit a sheet, or one more checklist. What is asked already stays; two versions of one checklist do not go together."""
    must_be_open(audit, actor=actor)
    if not versions:
        raise Invalid.one("versions", "required", _("Choose at least one checklist."))
    sheet, is_new = AuditSheet.objects.get_or_create(audit=audit, defaults={"created_by": actor, "created_at": now})
    asked = {row.version.checklist_id for row in sheet.checklists.select_related("version")}
    fresh = [version for version in versions if version.checklist_id not in asked]
    if len({version.checklist_id for version in fresh}) < len(fresh):
        raise Invalid.one("versions", "two_versions", _("Choose one version of each checklist."))
    SheetChecklist.objects.bulk_create(
        [SheetChecklist(sheet=sheet, version=version, number=number) for number, version in enumerate(fresh, start=len(asked) + 1)]
    )
    if fresh:
        changes = {"checklists": [f"{version.name_nb} ({version.number})" for version in fresh]}
        verb = "begin_sheet" if is_new else "add_checklist"
        history.record(actor=actor, now=now, verb=verb, about=sheet, changes=changes, is_internal=True)
    return sheet
