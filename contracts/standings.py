"""What the follow-up knows of obligations and these pages do not: whether something that was found makes one read otherwise.

The settings name the function, because the follow-up lies above; without one obligations read as they were judged.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from contracts.models import Obligation


def attach(obligations: Sequence[Obligation], *, user: Any) -> None:
    """Gives each of them a `standing` where there is one; `matrix.reading` goes by it."""
    name = getattr(settings, "OBLIGATION_STANDINGS", "")
    found = import_string(name)(obligations, user=user) if name and obligations else {}
    for each in obligations:
        each.standing = found.get(each.pk)  # type: ignore[attr-defined]
