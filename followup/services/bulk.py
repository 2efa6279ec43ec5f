"""The same thing done to many requests, each by itself: what one refuses stops no other, and every result is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.errors import HouseError, Text
from followup.models import DocumentRequest


@dataclass(frozen=True)
class Result:
    """`refusal` is None where it was done."""

    request: DocumentRequest
    refusal: Text | None = None


def each(requests: Iterable[DocumentRequest], act: Callable[[DocumentRequest], None]) -> list[Result]:
    """`act` is a service bound to everything but the request; it is a transaction of its own for each."""
    results = []
    for request in requests:
        try:
            act(request)
        except HouseError as error:
            results.append(Result(request, error.message))
        else:
            results.append(Result(request))
    return results
