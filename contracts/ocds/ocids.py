"""Which process in the world an agreement or call-off of ours is.

What was imported keeps the ocid it came with. What was made here gets one from our prefix and its own key; it is not
stored, so that an agreement that is later found in a notice can still be given that notice's ocid.
"""

from typing import Protocol
from uuid import UUID

from django.conf import settings

from contracts.models import CallOff, Framework


class HasOcid(Protocol):
    ocid: str | None

    @property
    def id(self) -> UUID: ...


def of(row: HasOcid) -> str:
    return row.ocid or f"{settings.OCID_PREFIX}-{row.id}"


def framework(ocid: str) -> Framework | None:
    return Framework.objects.filter(ocid=ocid).first() or Framework.objects.filter(pk=_key(ocid), ocid=None).first()


def call_offs(ocid: str) -> list[CallOff]:
    """The call-offs of a process; several where it has several awards."""
    rows = CallOff.objects.select_related("supplier")
    return list(rows.filter(ocid=ocid)) or list(rows.filter(pk=_key(ocid), ocid=None))


def _key(ocid: str) -> UUID | None:
    prefix, _, rest = ocid.partition(f"{settings.OCID_PREFIX}-")
    try:
        return UUID(rest) if not prefix and rest else None
    except ValueError:
        return None
