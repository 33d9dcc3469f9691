"""Live units without a disk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from dispatch_router.application.live_positions import Move, UnitFix, stay
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.unit_status import StatedStatus
from tests.small_district import SMALL_DISTRICT, StoppedClock


class MemoryUnits:
    """Keeps statuses and positions in memory, or fails when it is told to."""

    def __init__(self) -> None:
        self.kept_statuses: dict[str, StatedStatus] = {}
        self.kept_positions: dict[str, Fix] = {}
        self.fails = False

    def statuses(self) -> Mapping[str, StatedStatus]:
        return dict(self.kept_statuses)

    def keep_status(self, unit_id: str, stated: StatedStatus) -> None:
        self._fail()
        self.kept_statuses[unit_id] = stated

    def positions(self) -> Mapping[str, Fix]:
        return dict(self.kept_positions)

    def keep_positions(self, positions: Mapping[str, Fix | None]) -> None:
        self._fail()
        for unit_id, fix in positions.items():
            if fix is None:
                self.kept_positions.pop(unit_id, None)
            else:
                self.kept_positions[unit_id] = fix

    def _fail(self) -> None:
        if self.fails:
            raise StorageUnavailable("The disk is full.", "磁盘已满。")


class Desk:
    """The units of a district, and a clock that moves when it is told to."""

    def __init__(
        self,
        district: District = SMALL_DISTRICT,
        store: MemoryUnits | None = None,
        move: Move = stay,
    ) -> None:
        self.clock = StoppedClock()
        self.store = store or MemoryUnits()
        self.units = LiveUnits(district, self.store, self.store, self.clock, move)

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
