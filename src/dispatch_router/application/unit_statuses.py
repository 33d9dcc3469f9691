"""What units say of their service, as arrays that a ranking reads."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from dispatch_router.application.unit_ports import FROM_THE_FIRST, KeptStatus, StatusStore
from dispatch_router.domain.unit_status import NOTHING_STATED, StatedStatus, UnitStatus
from dispatch_router.domain.units import Unit

FOR_GOOD_MS: Final = np.iinfo(np.int64).max
"""In place of the end of a status that states none."""


class UnitStatuses:
    """The status that each unit stated last; safe to share between threads.

    Attributes:
        out_until_ms: shape (units,): until when each is not in service, milliseconds since 1970;
            0 where it is, ``FOR_GOOD_MS`` where it does not say. To be read only.
        on_until_ms: the same for units that stay in service whatever their rosters say.
    """

    def __init__(self, units: Sequence[Unit], store: StatusStore) -> None:
        """Begin from what the store keeps; statuses of units that are gone are left there.

        Raises:
            StorageUnavailable: the store cannot be read.
        """
        self._index = {unit.id: index for index, unit in enumerate(units)}
        self._store = store
        self._lock = threading.Lock()
        # Who took over, once the district has changed: whoever still states here states there.
        self._heir: UnitStatuses | None = None
        self._stated = [NOTHING_STATED] * len(units)
        self._all_stated = tuple(self._stated)
        self.out_until_ms: npt.NDArray[np.int64] = np.zeros(len(units), np.int64)
        self.on_until_ms: npt.NDArray[np.int64] = np.zeros(len(units), np.int64)
        self._versions = [FROM_THE_FIRST] * len(units)
        self._heard = FROM_THE_FIRST
        self.catch_up()

    def catch_up(self) -> None:
        """Take over what was stated to other services on the same store.

        Raises:
            StorageUnavailable: it could not be read; everything stays as it is.
        """
        kept = self._store.statuses_after(self._heard)
        self._publish(kept)
        newest = max((status.version for status in kept.values()), default=self._heard)
        self._heard = max(self._heard, newest)

    def state(self, unit_id: str, stated: StatedStatus) -> None:
        """Keep a status, then let the next ranking see it.

        Raises:
            StorageUnavailable: it could not be kept; nothing has changed.
        """
        kept = {unit_id: KeptStatus(stated, self._store.keep_status(unit_id, stated))}
        self._publish(kept)
        if self._heir is not None:
            self._heir.take_over(kept)

    def hand_over(self, heir: UnitStatuses) -> None:
        """Let the units of a district that has changed state what they stated in the one before.

        Whatever is stated here from now on is stated there too.
        """
        # Before: what is published here afterwards is published there by whoever does it.
        self._heir = heir
        with self._lock:
            known = {
                unit_id: KeptStatus(self._stated[index], self._versions[index])
                for unit_id, index in self._index.items()
            }
        heir.take_over(known)

    def take_over(self, kept: Mapping[str, KeptStatus]) -> None:
        """Let the next ranking see statuses that are kept already."""
        self._publish(kept)

    def all_stated(self) -> tuple[StatedStatus, ...]:
        """Return what every unit stated last; the same object while that holds."""
        return self._all_stated

    def stated(self, index: int) -> StatedStatus:
        """Return what a unit stated last."""
        return self._stated[index]

    def _publish(self, statuses: Mapping[str, KeptStatus]) -> None:
        with self._lock:
            for unit_id, (stated, version) in statuses.items():
                index = self._index.get(unit_id)
                # The order of the store counts, also where one is read before it is published.
                if index is not None and version >= self._versions[index]:
                    self._versions[index] = version
                    self._believe(index, stated)
            if statuses:
                self._all_stated = tuple(self._stated)

    def _believe(self, index: int, stated: StatedStatus) -> None:
        if self._stated[index] == stated:
            return
        self._stated[index] = stated
        in_service = stated.status is UnitStatus.IN_SERVICE
        until_ms = None if stated.until is None else _milliseconds(stated.until)
        self.on_until_ms[index] = (until_ms or 0) if in_service else 0
        self.out_until_ms[index] = 0 if in_service else (until_ms or FOR_GOOD_MS)


def _milliseconds(at: datetime) -> int:
    return round(1000.0 * at.timestamp())
