"""Signatures as Standard Webhooks describes them: HMAC SHA-256 over id, moment and body. Pure.

A webhook's secret is derived from the installation's own key and shown when it is made. So it is kept nowhere, and whoever
copies the database cannot sign.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

PREFIX = "whsec_"
OLD_SECRET_LASTS = timedelta(hours=24)


def secret(key: str, webhook_id: UUID, generation: int) -> str:
    derived = hmac.digest(key.encode(), f"webhook:{webhook_id}:{generation}".encode(), hashlib.sha256)
    return PREFIX + base64.b64encode(derived).decode()


def signature(secret: str, *, call_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(key, f"{call_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def generations(generation: int, renewed_at: datetime | None, now: datetime) -> list[int]:
    """The new secret, and for a day the old one beside it, so that the other side can change over without losing a call."""
    is_new = generation > 1 and renewed_at is not None and now - renewed_at < OLD_SECRET_LASTS
    return [generation, generation - 1] if is_new else [generation]


def headers(secrets: list[str], *, call_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    signatures = (signature(each, call_id=call_id, timestamp=timestamp, body=body) for each in secrets)
    return {"webhook-id": call_id, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signatures)}
