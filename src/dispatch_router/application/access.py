"""Finding out who asks: by an API key, by a token of a trusted issuer, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from types import MappingProxyType
from typing import Final, Protocol

from dispatch_router.domain.access import ANYBODY, Caller, Unauthenticated
from dispatch_router.domain.api_keys import (
    KEY_PREFIX,
    SALT_BYTES,
    ApiKey,
    SecretDigest,
    split_key,
)

# An id that nobody has costs what a wrong secret costs: the time does not tell which ids there are.
_NOBODY: Final = ApiKey(Caller("", frozenset()), SecretDigest.of("", bytes(SALT_BYTES)))


class Tokens(Protocol):
    """Reads signed tokens (JWT)."""

    def caller_of(self, token: str, now: datetime) -> Caller | None:
        """Return who shows the token; None where it does not hold now."""
        ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """All that is accepted at one time."""

    keys: Mapping[str, ApiKey] = field(default_factory=lambda: MappingProxyType({}))
    tokens: Tokens | None = None

    @classmethod
    def of(cls, keys: Iterable[ApiKey], tokens: Tokens | None = None) -> Credentials:
        """Put keys in order by id."""
        return cls(MappingProxyType({key.caller.id: key for key in keys}), tokens)

    def are_none(self) -> bool:
        """Tell whether nobody could say who they are."""
        return not self.keys and self.tokens is None


class Openness(Enum):
    """Whom the service answers without asking who they are."""

    EVERYBODY = auto()
    """Whoever reaches it; for loopback alone."""

    UNTIL_THERE_ARE_KEYS = auto()
    """Whoever reaches it, until the first key is made: from then on nobody, whatever happens."""

    NOBODY = auto()


class Access:
    """Knows the callers. What is accepted can be replaced at any time, from any thread."""

    def __init__(
        self, openness: Openness, credentials: Credentials, now: Callable[[], datetime]
    ) -> None:
        """Begin.

        Args:
            openness: whom to answer without asking.
            credentials: what is accepted at first.
            now: the time, by which keys and tokens expire.
        """
        self._openness = openness
        self._now = now
        self._credentials = credentials
        self.replace(credentials)

    def is_open(self) -> bool:
        """Tell whether nobody has to say who they are."""
        return self._openness is not Openness.NOBODY

    def replace(self, credentials: Credentials) -> None:
        """Accept these from the next request on, and no others."""
        self._credentials = credentials
        until_keys = self._openness is Openness.UNTIL_THERE_ARE_KEYS
        if until_keys and not credentials.are_none():
            # Never back: a file that is lost must not open the door that it closed.
            self._openness = Openness.NOBODY

    def caller_of(self, shown: str | None) -> Caller:
        """Find out who asks.

        Args:
            shown: a key or a token; None where the request has none.

        Raises:
            Unauthenticated: nothing was shown, or it does not hold.
        """
        if self.is_open():
            return ANYBODY
        if shown is None:
            raise Unauthenticated(
                "Say who asks: send the header 'Authorization: Bearer KEY' with an API key or a "
                "token.",
                "请求未携带身份凭证。请在请求头中发送“Authorization: Bearer 密钥”。",
                refused=False,
            )
        caller = self._holder(shown)
        if caller is None:
            raise Unauthenticated(
                "This key or token does not hold here: it is unknown, expired or revoked.",
                "该密钥或令牌无效：未登记、已过期或已吊销。",
                refused=True,
            )
        return caller

    def _holder(self, shown: str) -> Caller | None:
        credentials = self._credentials
        if not shown.startswith(KEY_PREFIX):
            tokens = credentials.tokens
            return None if tokens is None else tokens.caller_of(shown, self._now())
        key_id, secret = split_key(shown)
        key = credentials.keys.get(key_id, _NOBODY)
        fits = key.secret.fits(secret)
        if not fits or key is _NOBODY:
            return None
        if key.expires_at is not None and self._now() >= key.expires_at:
            return None
        return key.caller


def open_to_everybody() -> Access:
    """Return what asks nobody who they are."""
    return Access(Openness.EVERYBODY, Credentials(), lambda: datetime.now(UTC))
