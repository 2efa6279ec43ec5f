"""Our key for signing, and the names of keys. Pure.

As the secrets of webhooks, the private key is derived from the installation's own SECRET_KEY and a counter. It is kept nowhere: whoever
copies the database cannot sign for us.
"""

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "Ed25519"
LENGTH = 32


def ours(secret: str, generation: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret.encode(), f"shared-results:{generation}".encode(), hashlib.sha256))


def public(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of RFC 8032."""
    return key.public_key().public_bytes_raw()


def name(public_key: bytes) -> str:
    """What a key is called in files, and compared by on the telephone: SHA-256 of its 32 bytes, in hexadecimal."""
    return hashlib.sha256(public_key).hexdigest()


def in_groups(text: str) -> str:
    """Sixteen groups of four: people read it to each other."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def written(public_key: bytes) -> str:
    return base64.b64encode(public_key).decode()


def read(text: str) -> bytes | None:
    """The key that somebody pasted, as base64 with or without line breaks; None where it is none."""
    try:
        found = base64.b64decode("".join(text.split()), validate=True)
        Ed25519PublicKey.from_public_bytes(found)
    except (binascii.Error, ValueError):
        return None
    return found


def fits(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
