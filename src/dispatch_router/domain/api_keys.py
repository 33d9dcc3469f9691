"""API keys: what a client shows, and the little that is kept of it.

A key is ``dk.<id>.<secret>``. Its secret is 256 random bits, so one salted hash (BLAKE2b,
RFC 7693) is enough: nobody finds it by trying. Slow hashes are for secrets that people choose.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dispatch_router.domain.access import Caller

KEY_PREFIX: Final = "dk."
SECRET_BYTES: Final = 32
SALT_BYTES: Final = 16
LONGEST_KEY: Final = 200
KEY_ID_PATTERN: Final = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
LONGEST_KEY_ID: Final = 64
_DIGEST_BYTES: Final = 32
_PERSON: Final = b"dispatch-api-key"
_DIGEST_TEXT: Final = re.compile(
    rf"blake2b:([0-9a-f]{{{2 * SALT_BYTES}}}):([0-9a-f]{{{2 * _DIGEST_BYTES}}})"
)


@dataclass(frozen=True, slots=True)
class SecretDigest:
    """What is kept of a secret."""

    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, secret: str, salt: bytes) -> SecretDigest:
        """Digest a secret with a salt of ``SALT_BYTES`` that no other key has."""
        return cls(salt, _digest(secret, salt))

    @classmethod
    def read(cls, text: str) -> SecretDigest | None:
        """Read what ``str`` wrote; None where it is something else."""
        found = _DIGEST_TEXT.fullmatch(text)
        return None if found is None else cls(*(bytes.fromhex(part) for part in found.groups()))

    def __str__(self) -> str:
        return f"blake2b:{self.salt.hex()}:{self.digest.hex()}"

    def fits(self, secret: str) -> bool:
        """Tell whether this is the secret, in a time that says nothing about how near it is."""
        return hmac.compare_digest(self.digest, _digest(secret, self.salt))


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept.

    Attributes:
        caller: whoever shows it; the key's id is the caller's.
        expires_at: the first instant at which it no longer holds; None: it holds until revoked.
    """

    caller: Caller
    secret: SecretDigest
    expires_at: datetime | None = None


def key_text(key_id: str, secret: bytes) -> str:
    """Write the key that its owner is given.

    Args:
        key_id: matches ``KEY_ID_PATTERN``, at most ``LONGEST_KEY_ID`` characters.
        secret: ``SECRET_BYTES`` random bytes.
    """
    written = base64.urlsafe_b64encode(secret).decode("ascii").rstrip("=")
    return f"{KEY_PREFIX}{key_id}.{written}"


def split_key(text: str) -> tuple[str, str]:
    """Return id and secret of what was shown; empty words where it is no key."""
    if len(text) > LONGEST_KEY or not text.startswith(KEY_PREFIX) or not text.isascii():
        return "", ""
    key_id, _, secret = text[len(KEY_PREFIX) :].partition(".")
    return key_id, secret


def _digest(secret: str, salt: bytes) -> bytes:
    return hashlib.blake2b(
        secret.encode("ascii"), digest_size=_DIGEST_BYTES, salt=salt, person=_PERSON
    ).digest()
