"""The OpenAPI description, drawn from what a resource says of itself: `inputs`, `output`, filters and orders."""

from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.problems import CONTENT_TYPE


class FieldProblem(serializers.Serializer[Any]):
    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]


REFUSED = {(str(code), CONTENT_TYPE): Problem for code in (400, 401, 404, 409, 429)}
"""What reading a file may be refused with."""

FOR_SOME = REFUSED | {("403", CONTENT_TYPE): Problem}
"""The same, where not everybody who sees the row may have the file."""

CHANGING = REFUSED | {(str(code), CONTENT_TYPE): Problem for code in (403, 411, 413, 415, 422)}
"""What sending something may be refused with."""


class ResourceSchema(AutoSchema):
    """Every answer, also every refusal, is described."""

    view: Any

    def get_request_serializer(self) -> Any:
        return self.view.inputs.get(self.view.action)

    def get_response_serializers(self) -> Any:
        problems = {(str(code), CONTENT_TYPE): Problem for code in self._refusals()}
        return {self._success(): self.view.output, **problems}

    def _success(self) -> str:
        return "201" if self.view.action == "create" else "200"

    def _refusals(self) -> list[int]:
        """400 is everywhere: an unknown parameter is one."""
        refusals = [400, 401, 429]
        if "{" in self.path:
            refusals += [404]
        if self.method in ("POST", "PATCH"):
            refusals += [409, 411, 413, 415]
        if self.method in ("POST", "PATCH") or getattr(self.view, "needs", False):
            refusals += [403]
        return sorted(refusals + [422] * (self.method == "POST"))

    def get_override_parameters(self) -> list[Any]:
        if self.method != "POST":
            return []
        text = "The same key within 24 hours gives the first answer again; with another content it is 422."
        length = {"type": "string", "minLength": 1, "maxLength": 255}
        return [OpenApiParameter("Idempotency-Key", length, OpenApiParameter.HEADER, description=text)]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return str(super().get_serializer_name(serializer, direction)).removesuffix("Out")


def tidied(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The last touch: a key in a path is called `id`, as in the answers, and the generator's own marks are gone."""
    result["paths"] = {path.replace("{pk}", "{id}"): operations for path, operations in result["paths"].items()}
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter |= {"name": "id", "description": "The row's `id`."}
    return _unmarked(result)


def _unmarked(part: Any) -> Any:
    match part:
        case dict():
            return {name: _unmarked(value) for name, value in part.items() if name != "x-spec-enum-id"}
        case list():
            return [_unmarked(value) for value in part]
    return part


@cache
def description() -> Any:
    """Drawn from the code alone, which takes seconds: at the first question, and the same to the end of the process. In English."""
    with translation.override("en"):
        return SchemaGenerator().get_schema(public=True)


class SchemaView(SpectacularAPIView):
    """`/api/v1/schema/`: in English, as JSON unless YAML is asked for. Open to all: it describes and tells nothing."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(description())
