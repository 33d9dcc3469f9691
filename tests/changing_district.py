"""A district that is changed while it answers, for tests: the small one on straight roads."""

from __future__ import annotations

from typing import Any

from dispatch_router.application.busy_units import nobody
from dispatch_router.application.crews import Crews
from dispatch_router.application.district.expected import Expected
from dispatch_router.application.district.in_use import DistrictInUse
from dispatch_router.application.district.now import Assembly
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.recommendation import Candidate
from dispatch_router.domain.resources import ResourceKey, ResourceKind
from dispatch_router.storage.desk import SqlDeskStore
from tests.fake_roads import StraightRoads
from tests.resources import district_in_use
from tests.small_district import SMALL_DISTRICT, CountedIds, StoppedClock
from tests.units import MemoryUnits

ANY = Expected()
NEW = Expected(absent=True)
POSTS, UNITS, ZONES = ResourceKind.POSTS, ResourceKind.UNITS, ResourceKind.ZONES
PARK, P1 = ResourceKey(POSTS, "park"), ResourceKey(UNITS, "p1")
HERE = CallQuestion(LonLat(106.29, 29.30))


def opened(store: SqlDeskStore, units: MemoryUnits | None = None) -> DistrictInUse[Any]:
    roads = RoadsInUse(StraightRoads(), Crews(SMALL_DISTRICT))
    units, clock = units or MemoryUnits(), StoppedClock()
    assembly = Assembly(roads, units, units, clock, CountedIds(), lambda _: None, nobody)
    return district_in_use(assembly, SMALL_DISTRICT, store, clock)


def members(district: DistrictInUse[Any], key: ResourceKey, **changes: Any) -> dict[str, Any]:
    return {**district.current().resources[key].members, **changes}


def ranked(district: DistrictInUse[Any]) -> tuple[Candidate, ...]:
    return district.current().recommender.recommend(HERE).candidates  # type: ignore[no-any-return]


def order(district: DistrictInUse[Any]) -> list[str]:
    return [each.unit.id for each in ranked(district)]


def move_park(district: DistrictInUse[Any], lon: float) -> None:
    district.put(PARK, members(district, PARK, position={"lon": lon, "lat": 29.3}), ANY)
