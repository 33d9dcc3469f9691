"""Positions on their way to the disk, and what is said when they do not get there."""

from __future__ import annotations

import logging
from typing import Final, Protocol

from dispatch_router.domain.errors import StorageUnavailable

KEPT_EVERY_S: Final = 0.5
"""A position is on the disk at most a second after it was acknowledged."""

_log = logging.getLogger(__name__)


class KeepsPositions(Protocol):
    """Whoever has positions that are not kept yet."""

    def keep_positions(self) -> None:
        """Keep what was reported since the last call.

        Raises:
            StorageUnavailable: it could not be kept; the next call tries again.
        """
        ...


class PositionKeeper:
    """Keeps what was reported since it was last called."""

    def __init__(self, units: KeepsPositions) -> None:
        self._units = units
        self._failing = False

    def keep(self) -> None:
        """Keep what there is; what cannot be kept waits for the next call, newest positions only.

        A failure is logged once, and so is its end.
        """
        try:
            self._units.keep_positions()
        except StorageUnavailable as error:
            if not self._failing:
                _log.warning("positions cannot be kept and wait in memory: %s", error.detail)
            self._failing = True
        else:
            if self._failing:
                _log.warning("positions are kept again")
            self._failing = False
