"""Something that is done again and again, beside everything else."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Ticker:
    """Calls a function from a thread of its own until it is stopped."""

    def __init__(self, tick: Callable[[], None], every_s: float) -> None:
        """Begin; the first call is ``every_s`` seconds from now.

        Args:
            tick: what it raises is logged, and it is called again.
            every_s: from the end of one call to the begin of the next.
        """
        self._tick = tick
        self._every_s = every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Call no more, and wait for a call that is under way."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                self._tick()
            except Exception:  # noqa: BLE001  # whatever it is, the next second may go better
                _log.exception("what has to be done every %g s failed", self._every_s)
