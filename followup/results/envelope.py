"""The outer file: a DSSE envelope (Dead Simple Signing Envelope, v1) around the exact bytes that were signed. Pure.

The signature is over those bytes and the type of the content, so nobody has to agree on how JSON is put in order. The envelope itself
has one way of being written and no other is read: a file of which any byte was changed is refused, also outside what is signed.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from followup.results import keys, strict
from followup.results.refusals import Refused

FAMILY = "application/vnd.shared-results+json"
VERSION = 1
TYPE = f"{FAMILY};version={VERSION}"


@dataclass(frozen=True)
class Envelope:
    payload: bytes
    key_id: str
    signature: bytes


def sealed(content: dict[str, Any], *, key: Ed25519PrivateKey) -> bytes:
    """The whole file."""
    payload = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return _written(Envelope(payload, keys.name(keys.public(key)), key.sign(_signed(payload))))


def opened(raw: bytes) -> Envelope:
    """What the file holds; `Refused` where it is none, or is not as it was written. Nothing in it is to be believed yet."""
    outer = strict.read(raw)
    try:
        kind, payload, (signature,) = outer["payloadType"], outer["payload"], outer["signatures"]
        found = Envelope(_decoded(payload), str(signature["keyid"]), _decoded(signature["sig"]))
    except (TypeError, KeyError, ValueError, binascii.Error):
        raise Refused("not_ours") from None
    _check_type(kind)
    if _written(found) != raw:
        raise Refused("changed_around")
    return found


def is_signed_with(envelope: Envelope, public_key: bytes) -> bool:
    return keys.fits(public_key, envelope.signature, _signed(envelope.payload))


def _check_type(kind: Any) -> None:
    family, _sign, version = str(kind).partition(";version=")
    if family != FAMILY:
        raise Refused("not_ours")
    if version != str(VERSION):
        raise Refused("other_version", version=version[:20], ours=VERSION)


def _signed(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: each part with its length, so that none can run into the next."""
    return b" ".join([b"DSSEv1", str(len(TYPE)).encode(), TYPE.encode(), str(len(payload)).encode(), payload])


def _written(envelope: Envelope) -> bytes:
    signatures = [{"keyid": envelope.key_id, "sig": base64.b64encode(envelope.signature).decode()}]
    outer = {"payloadType": TYPE, "payload": base64.b64encode(envelope.payload).decode(), "signatures": signatures}
    return json.dumps(outer, separators=(",", ":")).encode() + b"\n"


def _decoded(text: Any) -> bytes:
    return base64.b64decode(text, validate=True) if isinstance(text, str) else _no_text()


def _no_text() -> bytes:
    raise TypeError
