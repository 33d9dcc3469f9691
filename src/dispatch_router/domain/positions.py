"""Reported positions: which reports are believed, and how old they may grow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode

_METRES_PER_DEGREE: Final = 111_195.0
_MS_PER_HOUR: Final = 3_600_000.0


@dataclass(frozen=True, slots=True)
class PositionPolicy:
    """What is believed of reported positions.

    Attributes:
        stale_after_s: an older position is marked stale; the unit is ranked all the same.
        lost_after_s: a unit whose position is older is not ranked, nor is such a report believed.
        future_within_s: how far a device's clock may be ahead.
        jump_m: two reports at one instant may be this far apart, as GPS scatters among houses.
        car_kmh: no car is faster between two reports.
        motorcycle_kmh: no motorcycle is.
        foot_kmh: nobody on foot is.
        drift: standard deviation of the drive time per time that the position is old, for the unit
            may have moved since.
    """

    stale_after_s: float = 60.0
    lost_after_s: float = 900.0
    future_within_s: float = 10.0
    jump_m: float = 300.0
    car_kmh: float = 200.0
    motorcycle_kmh: float = 200.0
    foot_kmh: float = 30.0
    drift: float = 0.3

    def max_kmh(self, mode: UnitMode) -> float:
        """Return the speed that no unit of the mode exceeds."""
        if mode is UnitMode.FOOT:
            return self.foot_kmh
        return self.motorcycle_kmh if mode is UnitMode.MOTORCYCLE else self.car_kmh


class RefusedPosition(StrEnum):
    """Why a report is not believed."""

    UNKNOWN_UNIT = "unknown_unit"
    """No unit of the district has this id."""
    FUTURE = "future"
    """It was measured later than now: the device's clock is wrong."""
    TOO_OLD = "too_old"
    """It was measured so long ago that the unit would count as lost."""
    OLDER = "older"
    """Something later is known already: a report, or that positions until then are of no use."""
    DUPLICATE = "duplicate"
    """The report that was measured at this instant is known already."""
    TELEPORT = "teleport"
    """No unit of its mode can have got there since its last position."""


class Fix(NamedTuple):
    """Where a unit was, and when.

    A named tuple, for thousands come every second.

    Attributes:
        at_ms: when it was measured, milliseconds since 1970 in UTC.
    """

    lon: float
    lat: float
    at_ms: int

    @property
    def position(self) -> LonLat:
        """Where."""
        return LonLat(self.lon, self.lat)


class Forgotten(NamedTuple):
    """In place of a position: nothing that was measured before is of use.

    Of a position and this, what is later counts, and this where both are of one instant. So it
    makes no difference in which order several services hear of them.

    Attributes:
        at_ms: when it was forgotten, or when the position was measured that is forgotten, whichever
            is later; milliseconds since 1970 in UTC.
    """

    at_ms: int


class Track(NamedTuple):
    """What is believed of one unit.

    Attributes:
        newest: the last report that was believed; None where there is none.
        suspect: the last report that was not, for it lay too far off.
    """

    newest: Fix | None = None
    suspect: Fix | None = None


NO_TRACK: Final = Track()


@dataclass(frozen=True, slots=True)
class Judge:
    """The policy for units of one mode, in the units that reports are compared in."""

    lost_after_ms: int
    future_within_ms: int
    jump_m: float
    max_m_per_ms: float

    def take(self, track: Track, report: Fix, now_ms: int) -> tuple[Track, RefusedPosition | None]:
        """Take a report into the track of its unit, or say why it is not believed.

        A position out of reach is believed once a later report lies within reach of it: then the
        one before was the wrong one. Where the service's clock went back, what it took before
        seems to be of the future; it counts no more once anything newer is told.
        """
        at_ms = report.at_ms
        if at_ms > now_ms + self.future_within_ms:
            return track, RefusedPosition.FUTURE
        if at_ms < now_ms - self.lost_after_ms:
            return track, RefusedPosition.TOO_OLD
        newest, suspect = track
        if newest is not None and newest.at_ms <= now_ms + self.future_within_ms:
            if at_ms < newest.at_ms:
                return track, RefusedPosition.OLDER
            if at_ms == newest.at_ms:
                return track, RefusedPosition.DUPLICATE
            if not self._within_reach(newest, report) and (
                suspect is None or at_ms <= suspect.at_ms or not self._within_reach(suspect, report)
            ):
                return Track(newest, report), RefusedPosition.TELEPORT
        return Track(report), None

    def _within_reach(self, before: Fix, after: Fix) -> bool:
        reach_m = self.jump_m + self.max_m_per_ms * (after.at_ms - before.at_ms)
        return metres_between(before, after) <= reach_m


def judge_of(policy: PositionPolicy, mode: UnitMode) -> Judge:
    """Return the judge of reports by units of one mode."""
    return Judge(
        lost_after_ms=round(1000.0 * policy.lost_after_s),
        future_within_ms=round(1000.0 * policy.future_within_s),
        jump_m=policy.jump_m,
        max_m_per_ms=1000.0 * policy.max_kmh(mode) / _MS_PER_HOUR,
    )


def metres_between(a: Fix, b: Fix) -> float:
    """Straight line on a sphere that is flat between the two; good to 1 % within 100 km."""
    middle = math.radians((a.lat + b.lat) / 2.0)
    # The short way round, also over the date line.
    degrees = (a.lon - b.lon + 180.0) % 360.0 - 180.0
    return math.hypot(degrees * math.cos(middle), a.lat - b.lat) * _METRES_PER_DEGREE
