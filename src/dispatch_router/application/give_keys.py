"""Giving out API keys and taking them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from dispatch_router.domain.access import Caller, InvalidAccess
from dispatch_router.domain.api_keys import (
    SALT_BYTES,
    SECRET_BYTES,
    ApiKey,
    SecretDigest,
    key_text,
    split_key,
)


def add_key(
    keys: Iterable[ApiKey],
    caller: Caller,
    expires_at: datetime | None,
    random_bytes: Callable[[int], bytes],
) -> tuple[tuple[ApiKey, ...], str]:
    """Make a key for a caller.

    Returns:
        All keys, and the new one as its owner is given it: it can never be read again.

    Raises:
        InvalidAccess: a key has this id already.
    """
    kept = tuple(keys)
    if any(key.caller.id == caller.id for key in kept):
        raise InvalidAccess(
            f"There is a key {caller.id} already. Revoke it first, or choose another id.",
            f"密钥{caller.id}已存在。请先吊销它，或换一个编号。",
        )
    text = key_text(caller.id, random_bytes(SECRET_BYTES))
    digest = SecretDigest.of(split_key(text)[1], random_bytes(SALT_BYTES))
    return (*kept, ApiKey(caller, digest, expires_at)), text


def revoke_key(keys: Iterable[ApiKey], key_id: str) -> tuple[ApiKey, ...]:
    """Return the keys without one.

    Raises:
        InvalidAccess: there is no such key.
    """
    before = tuple(keys)
    left = tuple(key for key in before if key.caller.id != key_id)
    if len(left) == len(before):
        raise InvalidAccess(
            f"There is no key {key_id}. 'dispatch-router access list' shows them.",
            f"没有密钥{key_id}。可用dispatch-router access list查看。",
        )
    return left
