"""`/me/`: who the token or session speaks for."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.resources import Door


class MembershipOut(serializers.Serializer[Any]):
    organisation = serializers.UUIDField()
    role = serializers.CharField()


class MeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.CharField()
    memberships = MembershipOut(many=True)


class Me(Door):
    """The person asking, and the organisations they belong to."""

    output = MeOut

    def retrieve(self, request: Request) -> Response:
        self.only(frozenset())
        user = self.user
        return Response(
            {
                "id": user.pk,
                "email": user.email,
                "name": user.name,
                "language": user.person.language,
                "memberships": [{"organisation": m.organisation_id, "role": m.role} for m in user.active_memberships],
            }
        )
