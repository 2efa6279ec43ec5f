"""What letters with legal effect have in common in the API: whom they went to, and the reply."""

from typing import Any

from rest_framework import serializers

from core.api.bodies import Body
from core.api.resources import Row
from followup.services import replies

OF_REPLY = ("text", "submitted_at", "submitted_by_id", "is_late")
REPLY_COLUMNS = tuple(f"reply__{name}" for name in OF_REPLY)


class Addressee(serializers.Serializer[Any]):
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.CharField()
    is_copy = serializers.BooleanField()


class ReplyOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    submitted_at = serializers.DateTimeField()
    by = serializers.UUIDField(help_text="The user who sent it in.")
    is_late = serializers.BooleanField()
    documents = serializers.ListField(child=serializers.UUIDField())


class ReplyIn(Body):
    text = serializers.CharField(max_length=replies.MOST_TEXT, required=False, allow_blank=True)
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)


def reply_of(row: Row, documents: list[Any]) -> Row | None:
    """Taken out of the row it was read with; none until it is sent in."""
    said = {name: row.pop(f"reply__{name}") for name in OF_REPLY}
    return {"by": said.pop("submitted_by_id"), "documents": documents, **said} if said["submitted_at"] else None
