"""A call as understood: where, which zone, what every unit needs beside the roads."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.application.availability import AvailableUnits
from dispatch_router.application.crews import Times
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.recommendation import TimeToPerson
from dispatch_router.domain.travel import DriveLeg


@dataclass(frozen=True, slots=True)
class AskedCall:
    """The call as understood, and every unit's times that the roads have no part in."""

    position: LonLat
    uncertainty_m: float
    place_name: Name | None
    zone: int | None
    responsible_post_id: str | None
    target_ms: int
    turn_out_ms: Times
    offset_ms: Times
    available: AvailableUnits

    def time(self, leg: DriveLeg) -> TimeToPerson:
        """Add up the time to person of one unit."""
        turn_out_ms = int(self.turn_out_ms[leg.unit_index])
        searching_ms = int(self.offset_ms[leg.unit_index]) - turn_out_ms
        return TimeToPerson(turn_out_ms, leg.drive_ms, leg.walk_ms + searching_ms)

    def ordinary_ms(self, leg: DriveLeg) -> int | None:
        """Time to person of a unit that keeps every rule."""
        if leg.ordinary_ms is None:
            return None
        return int(self.offset_ms[leg.unit_index]) + leg.ordinary_ms
