"""The bodies of requests: what a resource takes, and nothing else."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers

from core.api.parsers import written

MOST_NAMED = 50
"""Of a body full of nonsense not everything is said."""


class Body(serializers.Serializer[Any]):
    """What may be sent. A name that nobody knows is refused, at every depth: it is a mistake, and the sender should hear of it.

    Names that the same thing has in answers are no mistake: what was read can be sent back. They change nothing, and where
    a row is changed they must be as they are (`Resource.changes`).
    """

    answer: ClassVar[type[serializers.Serializer[Any]] | None] = None
    """What the same thing looks like when it is read."""

    def to_internal_value(self, data: Any) -> Any:
        wrong = self._unknown(data) if isinstance(data, Mapping) else {}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **wrong}) from None  # type: ignore[dict-item]
        if wrong:
            raise serializers.ValidationError(wrong)
        return value

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, list[serializers.ErrorDetail]]:
        known = {*self.fields, *self.only_read()}
        unknown = islice((name for name in data if name not in known), MOST_NAMED)
        return {written(name): [serializers.ErrorDetail(_("This field is not offered here."), "unknown")] for name in unknown}

    @classmethod
    def only_read(cls) -> set[str]:
        """Names of answers that cannot be set."""
        return set(cls.answer().fields) - set(cls().fields) if cls.answer else set()


_ONLY_READ = "Part of the answer, may be sent back and changes nothing; with another value than it has it cannot be sent in a PATCH: %s."


class _BodySchema(OpenApiSerializerExtension):
    """Tells programs the same."""

    target_class = Body
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        if only_read := sorted(type(self.target).only_read()):
            schema["description"] = _ONLY_READ % ", ".join(only_read)
        return {**schema, "additionalProperties": False}
