"""What is written down around an audit: who takes part, its two meetings, what it costs."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from core import access, clock
from core.errors import NotAllowed, WrongState
from core.forms import blamed_on
from core.pages import asked, done, form_page, posted
from followup import programme_reading, reading
from followup.forms.programmes import CostForm, MeetingForm, MemberForm, RateForm
from followup.models import Audit, AuditCost, AuditMeeting, TeamMember
from followup.services import audit_mail, audit_records, audit_teams
from followup.states import AUDIT
from followup.views.audit_doors import address_of, audit_for, audit_to


def team(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who takes part, and a form for one more."""
    it = audit_to(request, pk, "team")
    form = MemberForm(posted(request), people=reading.can_join(it))
    if form.is_valid():
        with blamed_on(form):
            member = audit_teams.add(audit=it, actor=request.user, now=clock.now(), **form.cleaned_data)
            said = _("%(name)s is on the team.") % {"name": member.name}
            return done(request, said, reverse("followup:audit-team", args=[it.pk]))
    members = list(TeamMember.objects.visible_to(request.user).filter(audit=it))
    return form_page(request, "followup/audit_team.html", {"it": it, "form": form, "members": members, "back_url": address_of(it)})


def leave(request: SignedInRequest, pk: UUID, member: UUID) -> HttpResponse:
    it = audit_to(request, pk, "team")
    one = get_object_or_404(TeamMember.objects.visible_to(request.user).filter(audit=it), pk=member)
    one.audit = it
    return asked(
        request,
        partial(audit_teams.remove, member=one, actor=request.user, now=clock.now()),
        title=_("Take %(name)s off the team") % {"name": one.name},
        text=_in_words(it),
        note=_("What was spent for them stays, under their name."),
        label=_("Take off the team"),
        told=_("%(name)s is no longer on the team.") % {"name": one.name},
        back_url=reverse("followup:audit-team", args=[it.pk]),
    )


def meeting(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """The opening or the closing meeting, written down or corrected."""
    if kind not in AuditMeeting.Kind.values:
        raise Http404
    it = audit_to(request, pk, "meeting")
    known = AuditMeeting.objects.visible_to(request.user).filter(audit=it, kind=kind).first()
    form = MeetingForm(posted(request), initial=_as_known(known) if known else _usual(it))
    if form.is_valid():
        with blamed_on(form):
            audit_records.write_meeting(audit=it, kind=kind, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The meeting is written down."), address_of(it, "meetings"))
    title = capfirst(str(AuditMeeting.Kind(kind).label))
    return form_page(request, "followup/audit_meeting.html", {"it": it, "form": form, "title": title, "back_url": address_of(it)})


def _as_known(meeting: AuditMeeting) -> dict[str, Any]:
    return {name: getattr(meeting, name) for name in ("held_on", "began_at", "participants", "notes")}


def _usual(it: Audit) -> dict[str, Any]:
    """On the day of the audit, between its team and whoever it was announced to."""
    today = clock.today()
    there = [*(member.name for member in it.team.all()), *map(str, audit_mail.people(it, today))]
    return {"held_on": it.performed_on or min(it.deadline.due_on, today), "participants": "\n".join(there)}


def costs(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the audit costs, for us; and for those who may, a form for one more line."""
    it = audit_for(request, pk)
    if not request.user.works_here:
        raise NotAllowed
    may_write = access.may(request.user, AUDIT["cost"].needs, it)
    if request.method == "POST" and not may_write:
        raise NotAllowed
    members = TeamMember.objects.visible_to(request.user).filter(audit=it)
    currency = it.programme.currency if it.programme else "NOK"
    budget = it.programme.currency if it.programme else ""
    form = CostForm(
        posted(request), team=members, budget=budget, initial={"currency": currency, "spent_on": it.performed_on or clock.today()}
    )
    if form.is_valid():
        with blamed_on(form):
            audit_records.add_cost(audit=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("Written down."), reverse("followup:audit-costs", args=[it.pk]))
    context = {
        "it": it,
        "form": form if may_write else None,
        "lines": list(AuditCost.objects.visible_to(request.user).filter(audit=it).select_related("written_by__person")),
        "sums": (sums := programme_reading.costs_of(it)),
        "budget": budget,
        "used": sums.used(budget) if budget else None,
        "back_url": address_of(it),
    }
    return form_page(request, "followup/audit_costs.html", context)


def rate(request: SignedInRequest, pk: UUID, cost: UUID) -> HttpResponse:
    """What a line in another currency comes to in that of the budget."""
    it, line = _line(request, pk, cost)
    if it.programme is None or not line.amount or line.currency == it.programme.currency:
        raise WrongState(_("This line needs no rate."))
    return asked(
        request,
        partial(audit_records.convert_cost, cost=line, actor=request.user, **clock.read()),
        form=RateForm(posted(request), budget=it.programme.currency, initial={"rate_on": line.rate_on}),
        title=_("Count it in the budget"),
        text=_in_words(it),
        note=audit_records.in_words(line),
        label=_("Save"),
        told=_("Counted in the budget."),
        back_url=reverse("followup:audit-costs", args=[it.pk]),
    )


def strike(request: SignedInRequest, pk: UUID, cost: UUID) -> HttpResponse:
    it, line = _line(request, pk, cost)
    return asked(
        request,
        partial(audit_records.remove_cost, cost=line, actor=request.user, now=clock.now()),
        title=_("Strike the line out"),
        text=_in_words(it),
        note=audit_records.in_words(line),
        label=_("Strike it out"),
        told=_("Struck out. The history keeps it."),
        back_url=reverse("followup:audit-costs", args=[it.pk]),
    )


def _line(request: SignedInRequest, pk: UUID, cost: UUID) -> tuple[Audit, AuditCost]:
    it = audit_for(request, pk, "cost")
    line: AuditCost = get_object_or_404(AuditCost.objects.visible_to(request.user).filter(audit=it), pk=cost)
    line.audit = it
    return it, line


def _in_words(it: Audit) -> str:
    return f"{capfirst(it.get_kind_display())} · {it.supplier.name} · {it.framework.title}"
