"""Roads that lead straight from everywhere to everywhere, for tests of what is built on roads."""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.closures import Area, Closure, NamedRoad
from dispatch_router.domain.conditions import ClosedRoads, Conditions
from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.geo import BoundingBox, LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import (
    NOT_ASKED_MS,
    Basis,
    DriveLeg,
    GraphSummary,
    NearestUnits,
    RoadAccess,
    WaysFrom,
)
from dispatch_router.domain.units import UnitMode

STRAIGHT_ROAD = ("直路", "Straight Road")
STRAIGHT_ROAD_ENDS = (LonLat(106.20, 29.30), LonLat(106.50, 29.30))


def metres_between(a: LonLat, b: LonLat) -> float:
    middle = math.radians((a.lat + b.lat) / 2)
    return math.hypot((a.lon - b.lon) * math.cos(middle), a.lat - b.lat) * 111_195.0


class StraightFleet(list[LonLat]):
    """Where units are."""

    def move(self, positions: Mapping[int, LonLat]) -> None:
        for unit, position in positions.items():
            self[unit] = position


@dataclass
class StraightRoads:
    """Every drive is a straight line at one speed; every place lies on a road.

    Attributes:
        cut_off: unit indexes that no road leads from.
        reach_m: a call farther than this from (106.3, 29.3) is outside the district.
        searches: how often ``nearest`` was asked.
        conditions: those adopted last.
    """

    speed_m_s: float = 10.0
    walk_ms: int = 0
    cut_off: Collection[int] = ()
    reach_m: float = 200_000.0
    searches: int = 0
    conditions: Conditions = field(default_factory=Conditions)

    def summary(self) -> GraphSummary:
        return GraphSummary(
            version="0" * 64,
            source="straight lines",
            data_date=None,
            built_at=None,
            attribution="made up",
            synthetic=True,
            bounding_box=BoundingBox(105.0, 28.0, 108.0, 31.0),
            node_count=0,
            edge_count=0,
            arc_count=0,
            road_km=0.0,
            largest_component_share=1.0,
            restriction_count=0,
        )

    def prepare(self, conditions: Conditions) -> None:
        pass

    def adopt(self, conditions: Conditions) -> None:
        self.conditions = conditions

    def closed_roads(self, closure: Closure, *, with_lines: bool = True) -> ClosedRoads:
        """One road along the parallel from 106.20 to 106.50, of one name, for cars."""
        shape = closure.shape
        if isinstance(shape, NamedRoad):
            concerns = shape.name in STRAIGHT_ROAD
        else:
            points = shape.ring if isinstance(shape, Area) else shape.points
            lon, lat = [p.lon for p in points], [p.lat for p in points]
            west, east = STRAIGHT_ROAD_ENDS
            concerns = min(lon) <= east.lon and west.lon <= max(lon)
            concerns &= min(lat) <= west.lat <= max(lat)
        if not concerns or UnitMode.CAR not in closure.modes:
            return ClosedRoads(0.0, (), ())
        length_m = metres_between(*STRAIGHT_ROAD_ENDS)
        return ClosedRoads(length_m, (Name(*STRAIGHT_ROAD),), (STRAIGHT_ROAD_ENDS,))

    def near_roads(self, positions: Sequence[LonLat]) -> list[bool]:
        return [metres_between(each, LonLat(106.3, 29.3)) <= self.reach_m for each in positions]

    def place_fleet(self, positions: Sequence[LonLat], modes: Sequence[UnitMode]) -> StraightFleet:
        return StraightFleet(positions)

    def nearest(
        self,
        fleet: StraightFleet,
        call: LonLat,
        *,
        offset_ms: npt.NDArray[np.int64],
        k: int,
        band_ms: int,
        baseline: Sequence[int] = (),
        with_routes: bool = False,
        response: Response = Response.ROUTINE,
        beyond_m: float = 0.0,
    ) -> NearestUnits:
        self.searches += 1
        outside_m = metres_between(call, LonLat(106.3, 29.3)) - self.reach_m
        if outside_m > beyond_m:
            raise OutsideDistrict("No road is near.", "附近没有道路。")
        basis = Basis.STRAIGHT_LINE if outside_m > 0 else Basis.FREE_FLOW
        drives = {
            index: self._leg(index, position, call, with_route=with_routes)._replace(basis=basis)
            for index, position in enumerate(fleet)
            if index not in self.cut_off and offset_ms[index] != NOT_ASKED_MS
        }
        totals = {
            index: int(offset_ms[index]) + leg.drive_ms + leg.walk_ms
            for index, leg in drives.items()
        }
        best = heapq.nsmallest(k, totals.values())
        certain_to_ms = best[-1] + band_ms if best else 0
        within = [index for index, total in totals.items() if total <= certain_to_ms]
        within.sort(key=lambda index: (totals[index], index))
        possible = [index for index in baseline if index in drives]
        first = min(possible, key=lambda index: (totals[index], index), default=None)
        return NearestUnits(
            graph_version="0" * 64,
            access=RoadAccess(12.5, Name(*STRAIGHT_ROAD)),
            legs=tuple(drives[index] for index in within),
            certain_to_ms=certain_to_ms,
            unreachable=tuple(i for i in sorted(self.cut_off) if offset_ms[i] != NOT_ASKED_MS),
            baseline=None if first is None else drives[first],
            closures_in_force=len(self.conditions.closures),
            conditions=self.conditions,
            beyond_m=outside_m if outside_m > 0 else None,
        )

    def ways_from(
        self,
        start: LonLat,
        mode: UnitMode,
        ends: Sequence[LonLat],
        *,
        response: Response = Response.ROUTINE,
        with_routes: bool = False,
    ) -> WaysFrom:
        legs = tuple(self._leg(0, start, end, with_route=with_routes) for end in ends)
        return WaysFrom("0" * 64, legs, len(self.conditions.closures))

    def _leg(self, index: int, start: LonLat, call: LonLat, *, with_route: bool) -> DriveLeg:
        metres = metres_between(start, call)
        return DriveLeg(
            unit_index=index,
            drive_ms=round(1000.0 * metres / self.speed_m_s),
            walk_ms=self.walk_ms,
            distance_m=metres,
            basis=Basis.FREE_FLOW,
            route=(start, call) if with_route else None,
        )
