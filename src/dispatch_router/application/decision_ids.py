"""Ids of decisions: unique, and in the order in which the decisions were made."""

from __future__ import annotations

import threading
from collections.abc import Callable

from dispatch_router.application.ports import Clock

_LAST_COUNT = 0xFFF


class TimeOrderedIds:
    """UUIDs of version 7 (RFC 9562, section 5.7): milliseconds, a counter, randomness.

    Their text sorts as they were made; within one millisecond the counter decides (section 6.2,
    method 1). Safe to share between threads.
    """

    def __init__(self, clock: Clock, random_bits: Callable[[int], int]) -> None:
        """Take the time and the randomness.

        Args:
            clock: the time now.
            random_bits: returns an unpredictable integer of that many bits.
        """
        self._clock = clock
        self._random_bits = random_bits
        self._lock = threading.Lock()
        self._last_ms = 0
        self._count = 0

    def next_id(self) -> str:
        """Return an id that was never given before and sorts after those that were."""
        now_ms = int(self._clock.now().timestamp() * 1000)
        with self._lock:
            if now_ms > self._last_ms:
                self._last_ms, self._count = now_ms, 0
            elif self._count < _LAST_COUNT:
                self._count += 1
            else:
                # The clock stood still or went back for 4,096 ids: go on without it.
                self._last_ms, self._count = self._last_ms + 1, 0
            time_ms, count = self._last_ms, self._count
        value = time_ms << 80 | 7 << 76 | count << 64 | 0b10 << 62 | self._random_bits(62)
        digits = f"{value:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
