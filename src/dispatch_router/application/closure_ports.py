"""What closing roads needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dispatch_router.application.retries import KeptReply, RequestKey
from dispatch_router.domain.closures import ClosureRecord


class ClosureStore(Protocol):
    """Keeps closures over a restart; what it has accepted is not lost, whatever stops the process.

    Every method raises ``StorageUnavailable`` where it cannot do its work, and then has changed
    nothing.
    """

    def open_at(self, at: datetime) -> tuple[ClosureRecord, ...]:
        """Return the closures that are in force or to come, by id."""
        ...

    def find(self, closure_id: str) -> ClosureRecord | None:
        """Return one closure, over or not."""
        ...

    def add(
        self, records: Sequence[ClosureRecord], request: RequestKey | None, reply: bytes
    ) -> None:
        """Keep new closures, all or none, and how they are answered where there is a key.

        Raises:
            TakenMeanwhile: a request under the key was answered sooner; nothing was kept.
        """
        ...

    def kept_reply(self, request: RequestKey) -> KeptReply | None:
        """Return how a request was answered; None where none was, or too long ago."""
        ...

    def lift(self, closure_id: str, at: datetime) -> None:
        """Note that a closure was lifted."""
        ...
