"""How often each caller may ask: a token bucket each, in a table that cannot grow without end."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dispatch_router.domain.access import Caller

BURST_S: Final = 2.0
"""A caller who was silent may ask what they may ask in this time at once."""
MAX_CALLERS: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at_s: float


class RateLimits:
    """Counts the requests of each caller; for one thread."""

    def __init__(self, monotonic_s: Callable[[], float], max_callers: int = MAX_CALLERS) -> None:
        """Begin with full buckets.

        Args:
            monotonic_s: a clock that never jumps back.
            max_callers: of more, those who were silent the longest are forgotten; so are their
                debts, which silence has mostly paid.
        """
        self._monotonic_s = monotonic_s
        self._max_callers = max_callers
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, caller: Caller) -> float:
        """Count one request.

        Returns:
            0 where it may be answered, else the seconds until the next one may.
        """
        now_s = self._monotonic_s()
        most = max(1.0, BURST_S * caller.requests_per_s)
        bucket = self._buckets.get(caller.id)
        if bucket is None:
            bucket = self._buckets[caller.id] = _Bucket(most, now_s)
            if len(self._buckets) > self._max_callers:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(caller.id)
        gained = (now_s - bucket.filled_at_s) * caller.requests_per_s
        tokens = min(most, bucket.tokens + gained)
        bucket.filled_at_s = now_s
        if tokens < 1.0:
            bucket.tokens = tokens
            return (1.0 - tokens) / caller.requests_per_s
        bucket.tokens = tokens - 1.0
        return 0.0

    def __len__(self) -> int:
        return len(self._buckets)
