"""Who did what, when. Written by `states.advance` and by services, in the transaction of what they changed."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models

from core.models import History


def type_name(model: type[models.Model]) -> str:
    """The name outsiders know a model by: DocumentRequest is `document_request`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower()


def record(
    *,
    actor: Any,
    now: datetime,
    verb: str,
    about: Any,
    changes: dict[str, Any] | None = None,
    is_internal: bool = False,
) -> History:
    """Write one row. The row keeps its own copy of the actor's name and of the agreement and organisation
    concerned, so that it can still be read, and still be hidden from others, when those are gone."""
    row = _row(actor=actor, now=now, verb=verb, about=about, changes=changes, is_internal=is_internal)
    row.save(force_insert=True)
    return row


def record_many(
    *, actor: Any, now: datetime, verb: str, about: Iterable[Any], changes: dict[str, Any] | None = None, is_internal: bool = False
) -> None:
    """The same about each of many things, in few statements."""
    rows = (_row(actor=actor, now=now, verb=verb, about=each, changes=changes, is_internal=is_internal) for each in about)
    History.objects.bulk_create(rows, batch_size=500)


def _row(*, actor: Any, now: datetime, verb: str, about: Any, changes: dict[str, Any] | None, is_internal: bool) -> History:
    return History(
        at=now,
        actor_id=actor.pk,
        actor_name=actor.name,
        verb=verb,
        object_type=type_name(type(about)),
        object_id=about.pk,
        scope_id=about.scope_id,
        organisation_id=about.organisation_id,
        is_internal=is_internal,
        changes=plain(changes or {}),
    )


def difference(about: models.Model, after: dict[str, Any]) -> dict[str, Any]:
    """`{field: [before, after]}` for the fields whose value would change."""
    before = {name: getattr(about, name) for name in after}
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def plain(value: Any) -> Any:
    """The value as JSON can hold it; rows by their identifier, dates in ISO form."""
    match value:
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case None | bool() | int() | float():
            return value
        case models.Model():
            return str(value.pk)
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
    return str(value)
