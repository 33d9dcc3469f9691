"""Live units without a disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from dispatch_router.application.live_positions import Move, UnitFix, stay
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.application.unit_ports import KeptPositions, KeptStatus
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.positions import Fix, Forgotten
from dispatch_router.domain.unit_status import StatedStatus
from dispatch_router.storage.units import SqlUnits
from tests.small_district import SMALL_DISTRICT, StoppedClock


class MemoryUnits:
    """Keeps statuses and positions in memory, or fails when it is told to."""

    def __init__(self) -> None:
        self.kept_statuses: dict[str, StatedStatus] = {}
        self.kept_positions: dict[str, Fix] = {}
        self.fails = False
        self._version = 0

    def statuses_after(self, _version: int) -> Mapping[str, KeptStatus]:
        self._fail()
        return {unit: KeptStatus(kept, self._version) for unit, kept in self.kept_statuses.items()}

    def keep_status(self, unit_id: str, stated: StatedStatus) -> int:
        self._fail()
        self.kept_statuses[unit_id] = stated
        self._version += 1
        return self._version

    def positions_after(self, version: int) -> KeptPositions:
        self._fail()
        return KeptPositions(version, dict(self.kept_positions))

    def keep_positions(self, positions: Mapping[str, Fix | Forgotten], _latest_ms: int) -> None:
        self._fail()
        for unit_id, position in positions.items():
            if isinstance(position, Forgotten):
                self.kept_positions.pop(unit_id, None)
            else:
                self.kept_positions[unit_id] = position

    def _fail(self) -> None:
        if self.fails:
            raise StorageUnavailable("The disk is full.", "磁盘已满。")


def one_by_one(move: Callable[[int, LonLat], object]) -> Move:
    """Tell of every unit by itself."""

    def tell(positions: Mapping[int, LonLat]) -> None:
        for index, position in positions.items():
            move(index, position)

    return tell


class Desk:
    """The units of a district, and a clock that moves when it is told to."""

    def __init__(
        self,
        district: District = SMALL_DISTRICT,
        store: MemoryUnits | SqlUnits | None = None,
        move: Move = stay,
        clock: StoppedClock | None = None,
    ) -> None:
        self.clock = clock or StoppedClock()
        self.store = store if isinstance(store, MemoryUnits) else MemoryUnits()
        kept = store or self.store
        self.units = LiveUnits(district, kept, kept, self.clock, move)

    def wait(self, **time: float) -> None:
        self.clock.at += timedelta(**time)

    def fix(self, lon: float, lat: float = 29.3, *, ago_s: float = 0.0) -> Fix:
        now_ms = round(1000 * self.clock.at.timestamp())
        return Fix(lon, lat, now_ms - round(1000 * ago_s))

    def report(self, unit_id: str, lon: float, *, ago_s: float = 0.0) -> str | None:
        """Report a position; gives the reason where it is refused."""
        taken = self.units.report([UnitFix(unit_id, self.fix(lon, ago_s=ago_s))])
        return taken.refused[0].reason if taken.refused else None

    def reason(self, unit_id: str) -> str | None:
        """Why a unit cannot be ranked, in a word."""
        found = self.units.one(unit_id, self.units.now()).reason
        return None if found is None else found.code

    def words(self, unit_id: str) -> tuple[str, str]:
        """The same in whole sentences."""
        found = self.units.one(unit_id, self.units.now()).reason
        assert found is not None
        return found.what_would_change, found.what_would_change_zh

    def place(self, unit_id: str) -> tuple[LonLat, str, int | None, bool]:
        """Where a unit sets off from, and how that is known."""
        found = self.units.one(unit_id, self.units.now()).departure
        return found.position, found.source, found.age_ms, found.stale
