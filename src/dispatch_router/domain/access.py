"""Who may ask for what: scopes, callers, and how a caller is refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dispatch_router.domain.errors import DispatchError

DEFAULT_REQUESTS_PER_S: Final = 100.0


class Scope(StrEnum):
    """What a caller is there for. One caller may have several."""

    CALL_TAKER = "call_taker"
    """Asks for recommendations, files and corrects incidents."""

    DISPATCHER = "dispatcher"
    """All of a call taker's, and sends units, closes roads, replays decisions."""

    UNIT_FEED = "unit_feed"
    """Reports positions and states of units, and reads nothing else."""

    OPS = "ops"
    """Changes what the district consists of, swaps the road graph, reads the metrics."""

    READ_ONLY = "read_only"
    """Reads everything and changes nothing."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever has said who they are, or anybody where access is open.

    Attributes:
        id: of the key, or ``jwt:`` and the subject of a token; never a secret.
        scopes: empty where nothing is allowed.
        district: the only one that may be asked; None: whichever is served.
        requests_per_s: how many requests are answered in the long run.
    """

    id: str
    scopes: frozenset[Scope]
    district: str | None = None
    requests_per_s: float = DEFAULT_REQUESTS_PER_S


ANYBODY: Final = Caller("anybody", frozenset(Scope))


class InvalidAccess(DispatchError):
    """The file of the keys, or that of the tokens' issuer, cannot be used."""

    code = "invalid_access"


class Unauthenticated(DispatchError):
    """Nobody knows who asks.

    Attributes:
        refused: something was shown, and it does not hold.
    """

    code = "unauthenticated"

    def __init__(self, detail: str, detail_zh: str, *, refused: bool) -> None:
        super().__init__(detail, detail_zh)
        self.refused = refused


class Forbidden(DispatchError):
    """The caller is known, but may not do this.

    Attributes:
        needed: any one of these would do; empty where no scope would help.
    """

    code = "forbidden"

    def __init__(self, detail: str, detail_zh: str, needed: Collection[Scope] = ()) -> None:
        super().__init__(detail, detail_zh)
        self.needed = tuple(sorted(needed))


class RateLimited(DispatchError):
    """The caller asks more often than agreed.

    Attributes:
        retry_after_s: until the next request is answered.
    """

    code = "rate_limited"

    def __init__(self, requests_per_s: float, retry_after_s: float) -> None:
        super().__init__(
            f"This caller may ask {requests_per_s:g} times a second. Ask again after Retry-After.",
            f"该调用方每秒最多可请求{requests_per_s:g}次。请按Retry-After稍后重试。",
        )
        self.retry_after_s = retry_after_s


def require(caller: Caller, allowed: Collection[Scope], district: str) -> None:
    """Refuse a caller who has none of the scopes, or who belongs to another district.

    Args:
        caller: who asks.
        allowed: any one of these is enough.
        district: the id of the one that is served.

    Raises:
        Forbidden: the caller may not do this.
    """
    if caller.scopes.isdisjoint(allowed):
        scopes = ", ".join(sorted(allowed))
        raise Forbidden(
            f"This needs one of the scopes {scopes}. Ask whoever gives out the keys.",
            f"该操作需要以下权限之一：{scopes}。请联系密钥管理员。",
            allowed,
        )
    if caller.district is not None and caller.district != district:
        raise Forbidden(
            f"This caller belongs to the district {caller.district}; {district} is served here.",
            f"该调用方属于辖区{caller.district}，此服务的辖区为{district}。",
        )
