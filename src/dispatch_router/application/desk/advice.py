"""Recommendations at the desk: ranked and written before a transaction, kept in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from dispatch_router.domain.calls import DEFAULT_TOP
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.decision_record import Asked
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.packed_record import PackedRecord
from dispatch_router.domain.recommendation import Recommendation

TRIES: Final = 5
"""How often something is ranked again where another's change comes in between."""
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class AdviceWish:
    """How a recommendation is to be given.

    Attributes:
        top: how many candidates at most.
        crs: of the positions in it.
    """

    top: int = DEFAULT_TOP
    crs: Crs = Crs.WGS84


@dataclass(frozen=True, slots=True)
class WrittenAdvice:
    """A recommendation as it is sent, and all that it was made from, ready to be kept."""

    reply: bytes
    record: PackedRecord


class WritesAdvice(Protocol):
    """Writes recommendations and packs what they were made from."""

    def __call__(self, asked: Asked, made: Recommendation) -> WrittenAdvice:
        """Do both; the same gives the same."""
        ...


class Outdated(Exception):
    """What was ranked before a transaction does not hold any more; nothing of it is kept."""


def ranked_before(attempt: Callable[[], ResultT]) -> ResultT:
    """Try until what was ranked before the transaction still holds inside.

    So the one writer never waits for a search. Each further try means that somebody else's change
    was made meanwhile.

    Args:
        attempt: raises ``Outdated`` where it has to be made again.

    Raises:
        StorageUnavailable: others change the same again and again.
    """
    for _ in range(TRIES):
        try:
            return attempt()
        except Outdated:
            continue
    raise StorageUnavailable(
        "Others are changing the same incident at this very moment, and nothing was changed. Send "
        "the request again.",
        "其他人正在同时修改同一警情，未作任何更改。请稍后重发该请求。",
    )
