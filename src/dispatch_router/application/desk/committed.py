"""Telling whoever listens of every event that was committed: once each, in order, without a gap."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from dispatch_router.application.desk.ports import DeskStore
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.event_log import Event

PAGE: Final = 128
"""So many are told at once: fewer than may wait for a listener who has taken all before them."""
Listener = Callable[[Sequence[Event]], None]
_log = logging.getLogger(__name__)


class CommittedEvents:
    """Follows the log of the store; safe to share between threads.

    The log alone is the source: so it makes no difference which of several services on one
    database has made a change.
    """

    def __init__(self, store: DeskStore, after: int) -> None:
        """Begin after an event; 0 begins with the first."""
        self._store = store
        self._last = after
        self._following = threading.Lock()
        # Apart: who listens anew must not wait for a store that hangs.
        self._telling = threading.Lock()
        self._failing = False
        self._listeners: tuple[Listener, ...] = ()

    @property
    def last_number(self) -> int:
        """The number of the event that everybody was told of last."""
        return self._last

    def subscribe(self, listener: Listener) -> int:
        """Call ``listener`` with every event from now on, from any thread.

        Returns:
            The number of the event before the first that it will hear of.
        """
        with self._telling:
            self._listeners = (*self._listeners, listener)
            return self._last

    def unsubscribe(self, listener: Listener) -> None:
        """Call it no more."""
        with self._telling:
            self._listeners = tuple(each for each in self._listeners if each is not listener)

    def tell(self, events: Sequence[Event]) -> None:
        """Tell of events that the caller has committed, in order and as the log has them.

        The log is read only where others have committed something before them that nobody was told
        of yet. Raises nothing.
        """
        with self._following:
            if events and events[-1].number <= self._last:
                return
            follow = events and events[0].number == self._last + 1
            if follow and len(events) <= PAGE:
                self._go_on(events)
                return
        self.catch_up()

    def catch_up(self) -> None:
        """Tell of what was committed since; where it cannot be read, the next time makes up for it.

        Whatever was committed stays so: this raises nothing.
        """
        with self._following:
            try:
                while events := self._next():
                    self._go_on(events)
                    # Whoever commits one now calls this itself, and waits for its turn.
                    if len(events) < PAGE:
                        break
            except StorageUnavailable as error:
                # Said once, not every second.
                if not self._failing:
                    _log.warning("committed events could not be read yet: %s", error.detail)
                self._failing = True
            else:
                self._failing = False

    def _next(self) -> Sequence[Event]:
        with self._store.reading() as desk:
            return desk.events_after(self._last, PAGE)

    def _go_on(self, events: Sequence[Event]) -> None:
        with self._telling:
            for listener in self._listeners:
                try:
                    listener(events)
                except Exception:  # noqa: BLE001  # one listener's fault is not the others'
                    _log.exception("a listener failed at event %d", events[0].number)
            self._last = events[-1].number
