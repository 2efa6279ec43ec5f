"""Who takes part in an audit: those who lead it, know the trade, come from a firm, or look on."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import rows, states
from core.errors import FieldError, Invalid
from followup.models import Audit, TeamMember
from followup.services import audit_mail
from followup.states import AUDIT

R = TeamMember.Role


@transaction.atomic
def add(
    *, audit: Audit, role: str, actor: User, now: datetime, user: User | None = None, name: str = "", organisation: str = ""
) -> TeamMember:
    """Somebody with a user, of ours or of the audit firm, or somebody by name. Nobody is told; the announcement names them."""
    states.hold(AUDIT, audit, "team", actor=actor)
    name = user.name if user else " ".join(name.split())
    member = TeamMember(audit=audit, role=role, user=user, name=name[:200], organisation=organisation.strip(), created_at=now)
    if faults := list(_faults(member)):
        raise Invalid(faults)
    member.organisation = member.organisation or _comes_from(member)
    member.save(force_insert=True)
    _note(audit, {"joined": _in_words(member)}, actor=actor, now=now)
    return member


@transaction.atomic
def remove(*, member: TeamMember, actor: User, now: datetime) -> None:
    """What was spent for them stays, under their name."""
    audit = member.audit
    states.hold(AUDIT, audit, "team", actor=actor)
    rows.lock(member)
    told = {"left": _in_words(member)}
    member.delete()
    _note(audit, told, actor=actor, now=now)


def _faults(member: TeamMember) -> Iterator[FieldError]:
    there = TeamMember.objects.filter(audit=member.audit_id)
    if member.role not in R.values:
        yield FieldError("role", "invalid", _("Choose the part that this person has."))
    if not member.name:
        yield FieldError("name", "required", _("Choose a person, or write a name."))
    elif there.filter(user=member.user, name__iexact=member.name).exists():
        yield FieldError("name", "twice", _("%(name)s is on the team already.") % {"name": member.name})
    if member.role == R.LEAD and (leads := there.filter(role=R.LEAD).first()):
        yield FieldError("role", "one_lead", _("%(name)s is lead auditor already, and an audit has one.") % {"name": leads.name})
    if member.user is not None:
        yield from _faults_of_user(member, member.user)


def _faults_of_user(member: TeamMember, user: User) -> Iterator[FieldError]:
    is_of_firm = member.audit.auditor_id in user.auditor_ids
    if not user.works_here and not is_of_firm:
        yield FieldError("user", "not_of_team", _("Choose somebody of ours or of the audit firm."))
    elif member.role == R.EXTERNAL and not is_of_firm:
        yield FieldError("role", "not_external", _("Somebody of ours is no auditor from a firm."))


def _comes_from(member: TeamMember) -> str:
    if member.user is None:
        return ""
    kind = Organisation.Kind.CPB if member.user.works_here else Organisation.Kind.AUDITOR
    return next((each.organisation.name for each in member.user.active_memberships if each.organisation.kind == kind), "")


def _in_words(member: TeamMember) -> str:
    return f"{member.name} ({member.get_role_display()})"


def _note(audit: Audit, changes: dict[str, str], *, actor: User, now: datetime) -> None:
    states.advance(AUDIT, audit, "team", actor=actor, now=now, changes=changes, is_internal=True)
    audit_mail.refresh(audit)
