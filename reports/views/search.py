"""One search over agreements, suppliers and requests. Each begins with what the reader may see."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from contracts.models import Framework
from followup.models import DocumentRequest

MOST = 10


def search(request: SignedInRequest) -> HttpResponse:
    text = " ".join(request.GET.get("q", "").split())[:200]
    context = {"text": text, "most": MOST, **(_found(request, text) if text else {})}
    return render(request, "reports/search.html", context)


def _found(request: SignedInRequest, text: str) -> dict[str, object]:
    frameworks = Framework.objects.visible_to(request.user)
    suppliers = Organisation.objects.visible_to(request.user).suppliers()
    requests = DocumentRequest.objects.visible_to(request.user).search(text).select_related("framework", "supplier", "deadline")
    number = "".join(text.split())
    return {
        "frameworks": frameworks.filter(Q(title__icontains=text) | Q(reference__icontains=text)).order_by("title")[:MOST],
        "suppliers": suppliers.filter(Q(name__icontains=text) | Q(identifier__startswith=number)).order_by("name")[:MOST],
        "requests": requests.order_by("-created_at")[:MOST],
    }
