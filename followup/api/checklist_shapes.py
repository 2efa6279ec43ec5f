"""What is sent and answered about checklists."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from contracts.models import Theme
from core.api.bodies import Body
from core.api.fields import Line
from followup.api.shapes import LONG
from followup.models import ChecklistQuestion
from followup.services.checklists import MOST_CHOICES, MOST_QUESTIONS

LANGUAGES = ("nb", "nn", "en")
BASED_ON = "The number of the version that you looked at. Where it is no longer the newest, nothing is changed (409)."
NEEDED = _("Fill this in.")


class ChecklistVersionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    name = serializers.CharField(help_text="In the reader's language.")
    sheets = serializers.IntegerField(help_text="Audits that ask it. A version with one never changes.")
    created_at = serializers.DateTimeField()


class ChecklistOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name_nb = serializers.CharField(help_text="The names are those of the newest version.")
    name_nn = serializers.CharField()
    name_en = serializers.CharField()
    is_retired = serializers.BooleanField(help_text="No longer offered for new sheets.")
    versions = ChecklistVersionOut(many=True, help_text="The first one first. New sheets get the last.")
    created_at = serializers.DateTimeField()


class ChoiceOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    nb = serializers.CharField()
    nn = serializers.CharField()
    en = serializers.CharField()


class QuestionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Its place in the list.")
    code = serializers.CharField(help_text="The same from version to version.")
    theme = serializers.ChoiceField(choices=Theme.choices)
    topic = serializers.ChoiceField(choices=ChecklistQuestion.Topic.choices)
    kind = serializers.ChoiceField(choices=ChecklistQuestion.Kind.choices)
    choices = ChoiceOut(many=True)
    text_nb = serializers.CharField()
    text_nn = serializers.CharField()
    text_en = serializers.CharField()
    guidance_nb = serializers.CharField()
    guidance_nn = serializers.CharField()
    guidance_en = serializers.CharField()
    evidence_nb = serializers.CharField()
    evidence_nn = serializers.CharField()
    evidence_en = serializers.CharField()


class WholeChecklistOut(ChecklistOut):
    version = serializers.IntegerField(help_text="The number of the version that the questions are of.")
    questions = QuestionOut(many=True)


class NamesIn(Body):
    name_nb = Line(max_length=120)
    name_nn = Line(max_length=120)
    name_en = Line(max_length=120)


class ChecklistIn(NamesIn):
    answer = WholeChecklistOut

    code = serializers.SlugField(max_length=50, help_text="It cannot be changed.")


class RenameIn(NamesIn):
    answer = WholeChecklistOut

    based_on = serializers.IntegerField(min_value=1, help_text=BASED_ON)


class ChoiceIn(Body):
    code = serializers.SlugField(max_length=50, required=False, help_text="Of one that is there already.")
    nb = Line(max_length=200)
    nn = Line(max_length=200)
    en = Line(max_length=200)


def _text(most: int, **options: Any) -> Line:
    return Line(max_length=most, required=False, **options)


class EditQuestionIn(Body):
    """What is named is written; the rest of the question stays."""

    answer = QuestionOut

    based_on = serializers.IntegerField(min_value=1, help_text=BASED_ON)
    code = serializers.SlugField(help_text="Which question.")
    number = serializers.IntegerField(min_value=1, max_value=MOST_QUESTIONS, required=False, help_text="Its place; the others make room.")
    theme = serializers.ChoiceField(choices=Theme.choices, required=False)
    topic = serializers.ChoiceField(choices=ChecklistQuestion.Topic.choices, required=False)
    kind = serializers.ChoiceField(choices=ChecklistQuestion.Kind.choices, required=False)
    choices = serializers.ListField(child=ChoiceIn(), max_length=MOST_CHOICES, required=False, help_text="Only for one of several.")
    text_nb = _text(400)
    text_nn = _text(400)
    text_en = _text(400)
    guidance_nb = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    guidance_nn = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    guidance_en = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    evidence_nb = _text(300, allow_blank=True)
    evidence_nn = _text(300, allow_blank=True)
    evidence_en = _text(300, allow_blank=True)


class AddQuestionIn(EditQuestionIn):
    """Its code is given by us. Without a number it comes last."""

    code = None  # type: ignore[assignment]

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        wanted = ("theme", "topic", "kind", "text_nb", "text_nn", "text_en")
        if missing := [name for name in wanted if name not in said]:
            raise serializers.ValidationError({name: serializers.ErrorDetail(str(NEEDED), "required") for name in missing})
        return said


class RemoveQuestionIn(Body):
    based_on = serializers.IntegerField(min_value=1, help_text=BASED_ON)
    code = serializers.SlugField()


QUESTION = OpenApiExample(
    "A question with several answers",
    request_only=True,
    value={
        "based_on": 1,
        "theme": "wages",
        "topic": "wages",
        "kind": "choice",
        "choices": [{"nb": "Månedlig", "nn": "Månadleg", "en": "Monthly"}, {"nb": "Ukentlig", "nn": "Kvar veke", "en": "Weekly"}],
        "text_nb": "Hvor ofte utbetales lønn?",
        "text_nn": "Kor ofte blir lønna utbetalt?",
        "text_en": "How often are wages paid?",
    },
)
