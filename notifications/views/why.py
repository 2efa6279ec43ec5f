"""“Why did I get this?”: the address at the foot of every mail."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from notifications import kinds, links, rendering, timeline
from notifications.models import Deadline, Delivery


@require_safe
def why(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Which rule and which role brought it, and the timeline of the case: what was sent, and what comes next."""
    mine = Delivery.objects.visible_to(request.user).filter(person=request.user.person_id)
    line = get_object_or_404(mine.select_related("step", "deadline__policy_version__policy", "organisation", "message"), pk=pk)
    case = Deadline.objects.visible_to(request.user).filter(about_id=line.about_id, scope=line.scope_id) if line.about_id else []
    context = {
        "line": line,
        "label": kinds.get(line.kind).label,
        "sentence": rendering.headline(line),
        "role": rendering.ROLE_WORDS.get(line.role, ""),
        "rule": timeline.explain(line.step, line.deadline) if line.step and line.deadline else "",
        "may_choose": line.kind in kinds.OPTIONAL,
        "page_url": links.path_of(line),
        "entries": timeline.of([each.pk for each in case], viewer=request.user) if case else [],
    }
    return render(request, "notifications/why.html", context)
