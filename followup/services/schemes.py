"""The list of schemes and bodies whose audits we may rely on. What an audit says of its scheme stands when the list changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Action
from contracts.models import Theme
from core import access, history, rows
from core.errors import Invalid
from followup.models import AuditScheme

TAKEN = gettext_lazy("This is in the list already.")


@transaction.atomic
def save(*, written: Mapping[str, Any], actor: User, now: datetime, scheme: AuditScheme | None = None) -> AuditScheme:
    """One more in the list, or (with `scheme`) other words and another judgement of it."""
    access.require(actor, Action.AUDIT_SCHEME_EDIT)
    said = dict(written)
    if "strictness" in said:
        said["strictness"] = _checked(said["strictness"])
    if scheme is not None:
        rows.lock(scheme)
    if "name" in said and AuditScheme.objects.filter(name__iexact=said["name"]).exclude(pk=scheme and scheme.pk).exists():
        raise Invalid.one("name", "taken", TAKEN)
    if scheme is None:
        scheme = _made(said, now)
        history.record(actor=actor, now=now, verb="create", about=scheme, changes={"name": scheme.name}, is_internal=True)
    elif changed := history.difference(scheme, said):
        if "strictness" in changed:
            before, after = changed["strictness"]
            changed["themes"] = [theme for theme in Theme.values if before.get(theme) != after.get(theme)]
        rows.write(scheme, **said)
        history.record(actor=actor, now=now, verb="edit", about=scheme, changes=changed, is_internal=True)
    return scheme


@transaction.atomic
def retire(*, scheme: AuditScheme, is_retired: bool, actor: User, now: datetime) -> None:
    """No longer offered when an audit is written down, or offered again."""
    access.require(actor, Action.AUDIT_SCHEME_EDIT)
    rows.lock(scheme)
    if scheme.is_retired != is_retired:
        rows.write(scheme, is_retired=is_retired)
        history.record(actor=actor, now=now, verb="retire" if is_retired else "restore", about=scheme, is_internal=True)


def named(text: str) -> AuditScheme | None:
    """The one in the list that is meant by these words."""
    found: AuditScheme | None = AuditScheme.objects.offered().filter(name__iexact=" ".join(text.split())).first()
    return found


def _made(said: Mapping[str, Any], now: datetime) -> AuditScheme:
    """Of two who add the same at the same moment one is told."""
    try:
        with transaction.atomic():
            return AuditScheme.objects.create(code=_free_code(said["name"]), created_at=now, **said)
    except IntegrityError:
        raise Invalid.one("name", "taken", TAKEN) from None


def _checked(strictness: Mapping[str, str]) -> dict[str, str]:
    """Without what nobody has compared."""
    said = {theme: level for theme, level in strictness.items() if level}
    if set(said) - set(Theme.values) or set(said.values()) - set(AuditScheme.Level.values):
        raise Invalid.one("strictness", "invalid_choice", _("Choose from the list."))
    return said


def _free_code(name: str) -> str:
    """Programs know a scheme by its code, so it never changes with the name."""
    stem = slugify(name)[:40] or "scheme"
    taken = set(AuditScheme.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for code in (stem, *(f"{stem}-{number}" for number in range(2, 1000))) if code not in taken)
