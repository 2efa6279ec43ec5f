"""The product's addresses, and two plain views behind the same middleware to measure against."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from followup.models import DocumentRequest


def values(request: HttpRequest) -> JsonResponse:
    """The same fifty rows without nesting, filters, paging or a serializer."""
    rows = DocumentRequest.objects.filter(deadline__kind="document_request").order_by("deadline__due_on", "deadline_id")
    columns = ("id", "title", "instructions", "status", "framework_id", "supplier_id", "created_at", "deadline__due_on")
    return JsonResponse({"results": list(rows.values(*columns)[:50])})


def empty(request: HttpRequest) -> HttpResponse:
    """Signed in, like the others: the session and the user are read."""
    return HttpResponse(str(request.user.pk))


urlpatterns = [path("bench/values/", values), path("bench/empty/", empty), path("", include("cpb.urls"))]
