"""Whether the server answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from dispatch_router.storage.postgres.wording import said

AWAY_AFTER_S: Final = 2.0
"""A service that asks twice a second and was not answered for this long works from memory."""
_REST_S: Final = 0.5

_log = logging.getLogger(__name__)


class Contact:
    """Remembers whether the server was reached; safe to share between threads.

    While it is lost, one request at a time tries to reach it, and not too often: else every thread
    of the service would soon wait for a server that does not answer.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Begin with a server that was reached just now.

        Args:
            monotonic: a clock in seconds that never goes back.
        """
        self._monotonic = monotonic
        self._changing = threading.Lock()
        self._trying = threading.Lock()
        self._is_lost = False
        self._heard_at = monotonic()
        self._rests_until = 0.0

    @property
    def is_lost(self) -> bool:
        """Whether the last attempt failed."""
        return self._is_lost

    def is_away(self) -> bool:
        """Whether what is known in memory may be old: asked by who has asked the server often."""
        return self._is_lost or self._monotonic() - self._heard_at > AWAY_AFTER_S

    def heard(self) -> None:
        """Note that the server has answered."""
        self._heard_at = self._monotonic()
        if self._is_lost:
            with self._changing:
                was_lost, self._is_lost = self._is_lost, False
            if was_lost:
                _log.warning("the database answers again")

    def lose(self, error: Exception) -> None:
        """Note that it did not."""
        with self._changing:
            was_lost, self._is_lost = self._is_lost, True
            self._rests_until = self._monotonic() + _REST_S
        if not was_lost:
            # Said once: where the database stands is for the operator, not for whoever asks.
            _log.error("the database is lost, trying again: %s", said(error))

    def try_alone(self) -> bool:
        """Whether the caller may try to reach a lost server; then ``tried`` has to follow."""
        return self._monotonic() >= self._rests_until and self._trying.acquire(blocking=False)

    def tried(self) -> None:
        """Let another try."""
        self._trying.release()
