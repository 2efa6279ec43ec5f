"""What every resource does alike. A resource says which rows, which columns and which actions; it decides no rule of its own.

Things are checked in this order: 401 who are you, 429 too much, 404 not there for you, 403 not yours to do (before the
body is read), 413/415/400 the body, 422 the idempotency key, 409 not in this state.
"""

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core import access, clock, uploads
from core.api import idempotency, pages
from core.api.bodies import Body
from core.api.filters import FilterBackend
from core.api.schema import ResourceSchema
from core.errors import FieldError, Invalid
from core.paging import Order, both_ways

Row = dict[str, Any]

CREATED_AT = both_ways(created_at=Order("created_at"))


class AlwaysJson(BaseContentNegotiation):
    """One form is offered, so nobody is refused for having asked for another."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next((parser for parser in parsers if _matches(parser.media_type, request.content_type)), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def _matches(offered: str, sent: str) -> bool:
    return sent.partition(";")[0].strip().lower() == offered


class Door(GenericViewSet[Any]):
    """The clock, the body, and answering once."""

    schema = ResourceSchema()
    content_negotiation_class = AlwaysJson
    inputs: ClassVar[dict[str, type[Body]]] = {}
    """The body of each action; an action that is not named takes none."""

    output: ClassVar[type[serializers.Serializer[Any]]]
    """One row as answered, for the schema; `shown` makes it."""

    @cached_property
    def clock(self) -> clock.Clock:
        """Read once a request."""
        return clock.read()

    @property
    def user(self) -> Any:
        return self.request.user

    @property
    def by(self) -> dict[str, Any]:
        """Who acts and when, as services ask for it."""
        return {"actor": self.user, "now": self.clock["now"]}

    @property
    def by_today(self) -> dict[str, Any]:
        return {"actor": self.user, **self.clock}

    def body(self, *, partial: bool = False) -> dict[str, Any]:
        """What was sent for this action, checked; related rows are already looked up among those visible to the sender."""
        self.only(frozenset())
        uploads.refuse_announced(self.request.META)
        form = self.inputs.get(self.action, Body)(data=self.request.data, partial=partial, context={"request": self.request, "view": self})
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def once(self, act: Callable[[], Any], *, status: int = 200) -> HttpResponseBase:
        """Do it and answer, or answer as before when the key has been used."""
        return idempotency.once(self.request, lambda: Response(act(), status=status), user=self.user, now=self.clock["now"])

    def only(self, offered: frozenset[str]) -> None:
        """Refuse parameters that mean nothing here, and those given twice."""
        given = self.request.query_params
        wrong = [FieldError(name, "unknown", _("This parameter is not offered here.")) for name in given if name not in offered]
        wrong += [FieldError(name, "repeated", _("Give this once.")) for name in given if len(given.getlist(name)) > 1]
        if wrong:
            raise Invalid(wrong)


class Resource(Door):
    """Rows of one model: a list and single rows, read without building model instances where that is enough."""

    pagination_class = pages.KeysetPages
    filter_backends = [FilterBackend]
    filterset_class: ClassVar[Any] = None
    orders: ClassVar[dict[str, Order]] = CREATED_AT
    usual_order: ClassVar[str] = "-created_at"
    needs: ClassVar[str] = ""
    """The action that is asked for before any row is looked for, where not everybody may read."""

    columns: ClassVar[Sequence[str]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.needs:
            access.require(self.user, self.needs)

    def visible(self) -> QuerySet[Any]:
        """Where everything begins."""
        return self.queryset.all().visible_to(self.user)  # type: ignore[union-attr]

    def rows(self, visible: QuerySet[Any]) -> QuerySet[Any]:
        """How rows are read: as dicts of `columns`, unless a resource needs more."""
        return visible.values(*self.columns)

    def shown(self, rows: list[Any]) -> list[Row]:
        """Rows of `columns` as they are answered; what belongs to them is read for all of them at once."""
        raise NotImplementedError

    def list(self, request: Request) -> Response:
        self.only(pages.PARAMETERS | _names(self.filterset_class))
        paginator = self.paginator
        assert isinstance(paginator, pages.KeysetPages)
        rows = paginator.paginate_queryset(self.rows(self.filter_queryset(self.visible())), request, view=self)
        return Response(paginator.content(self.shown(rows)))

    def retrieve(self, request: Request, pk: str) -> Response:
        row = self.one(pk)
        self.only(frozenset())
        return Response(row)

    def one(self, pk: Any) -> Row:
        row = self.rows(self.visible().filter(pk=_key(pk))).first()
        if row is None:
            raise Http404
        return self.shown([row])[0]

    def changes(self, pk: Any) -> dict[str, Any]:
        """What was sent of a row that is there. What of it cannot be changed may be sent back as it is, and not otherwise."""
        body, sent = self.body(partial=True), self.request.data
        if only_read := self.inputs[self.action].only_read() & set(sent):
            present = json.loads(JSONRenderer().render(self.one(pk)))
            if other := [name for name in sorted(only_read) if sent[name] != present[name]]:
                raise Invalid(FieldError(name, "read_only", _("This cannot be changed.")) for name in other)
        return body

    def answered(self, pk: Any) -> HttpResponseBase:
        """The row as it is now."""
        return Response(self.one(pk))

    def at(self, pk: str, *related: str) -> Any:
        row = self.visible().select_related(*related).filter(pk=_key(pk)).first()
        if row is None:
            raise Http404
        return row

    def found(self, pk: str, action: str, *related: str) -> Any:
        """The row to act on: 404 when it is not there for the sender, 403 when the action is not theirs."""
        row = self.at(pk, *related)
        access.require(self.user, action, row)
        return row


def grouped(rows: Any, by: str) -> dict[Any, list[Row]]:
    """Rows of a query under the row they belong to; `by` is taken out of them."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.pop(by), []).append(row)
    return groups


def _key(text: Any) -> UUID:
    if isinstance(text, UUID):
        return text
    try:
        return UUID(str(text))
    except ValueError:
        raise Http404 from None


def _names(filterset: Any) -> frozenset[str]:
    return frozenset(filterset.base_filters) if filterset else frozenset()
