"""The product's addresses, and three plain views behind the same middleware to measure against."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from followup.models import Document, DocumentRequest, Item, Round, Submission


def values(request: HttpRequest) -> JsonResponse:
    """The same fifty rows without nesting, filters, paging or a serializer."""
    rows = DocumentRequest.objects.filter(deadline__kind="document_request").order_by("deadline__due_on", "deadline_id")
    columns = ("id", "title", "instructions", "status", "framework_id", "supplier_id", "created_at", "deadline__due_on")
    return JsonResponse({"results": list(rows.values(*columns)[:50])})


def whole(request: HttpRequest) -> JsonResponse:
    """The same page as the endpoint's, with what lies below each request: a plain query for each kind of thing, nothing arranged."""
    rows = DocumentRequest.objects.filter(deadline__kind="document_request").order_by("deadline__due_on", "deadline_id")
    found = list(rows.values("id", "title", "instructions", "status", "framework_id", "supplier_id", "created_at", "deadline__due_on")[:50])
    keys = [row["id"] for row in found]
    below = {
        "items": Item.objects.filter(request__in=keys).values(
            "id", "request_id", "title", "guidance", "is_required", "document_kind__code", "state", "claim", "reason", "comment"
        ),
        "obligations": Item.obligations.through.objects.filter(item__request__in=keys).values("item_id", "obligation_id"),
        "documents": Document.objects.filter(evidence__item__request__in=keys).values("id", "evidence__item_id"),
        "rounds": Round.objects.filter(request__in=keys).values("number", "deadline__due_on", "deadline__original_due_on", "verdict"),
        "submissions": Submission.objects.filter(request__in=keys).values("id", "submitted_at", "received_on", "channel", "note"),
    }
    return JsonResponse({"results": found, **{name: list(values) for name, values in below.items()}})


def empty(request: HttpRequest) -> HttpResponse:
    """Signed in, like the others: the session and the user are read."""
    return HttpResponse(str(request.user.pk))


urlpatterns = [
    path("bench/values/", values),
    path("bench/whole/", whole),
    path("bench/empty/", empty),
    path("", include("cpb.urls")),
]
