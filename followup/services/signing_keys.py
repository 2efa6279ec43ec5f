"""Our keys for signing what we share: the one in use, and the next."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SYSTEM, User
from accounts.permissions import Action
from core import access, history, rows
from core.errors import WrongState
from followup.models import SigningKey
from followup.results import keys


def shown() -> list[SigningKey]:
    """All of them, the one in use first. Before the first use it stands in no table, and is the same already."""
    return list(SigningKey.objects.all()) or [_row(1)]


def in_use(*, now: datetime) -> SigningKey:
    """The key to sign with, written down when it is first used. Refused where SECRET_KEY is another than when it was made."""
    row = _present(now)
    if not fits(row):
        text = _("Our key cannot sign any more: the installation's SECRET_KEY is another than when it was made. Make a new key.")
        raise WrongState(text)
    return row


def fits(row: SigningKey) -> bool:
    """Whether this installation still has the private half."""
    return keys.public(private(row)) == bytes(row.public_key)


def private(row: SigningKey) -> Ed25519PrivateKey:
    return keys.ours(settings.SECRET_KEY, row.generation)


@transaction.atomic
def renew(*, actor: User, now: datetime) -> SigningKey:
    """A new key from now on. Whoever reads our files must accept it before they read the next."""
    access.require(actor, Action.RESULTS_TRUST)
    present = _present(now)
    rows.lock(present)
    if present.ended_at is not None:
        raise WrongState
    rows.write(present, ended_at=now)
    following = _row(present.generation + 1, now)
    following.save(force_insert=True)
    history.record(actor=actor, now=now, verb="renew_key", about=following, changes={"key": [present.key_id, following.key_id]})
    return following


def _present(now: datetime) -> SigningKey:
    return SigningKey.objects.filter(ended_at=None).first() or _begin(now)


def _begin(now: datetime) -> SigningKey:
    """Two at once make the same row."""
    first = _row(1, now)
    columns = {"key_id": first.key_id, "public_key": first.public_key, "created_at": now}
    row, is_new = SigningKey.objects.get_or_create(generation=1, defaults=columns)
    if is_new:
        history.record(actor=SYSTEM, now=now, verb="create", about=row, changes={"key": row.key_id})
    return row


def _row(generation: int, now: datetime | None = None) -> SigningKey:
    public = keys.public(keys.ours(settings.SECRET_KEY, generation))
    return SigningKey(generation=generation, public_key=public, key_id=keys.name(public), **({"created_at": now} if now else {}))
