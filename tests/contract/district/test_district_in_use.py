"""The district that answers: changed in one step, committed first, the same on either database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from dispatch_router.application.busy_units import nobody
from dispatch_router.application.crews import Crews
from dispatch_router.application.desk.committed import CommittedEvents
from dispatch_router.application.district.expected import Expected
from dispatch_router.application.district.in_use import DistrictInUse
from dispatch_router.application.district.keep import read_kept
from dispatch_router.application.district.now import Assembly
from dispatch_router.application.live_positions import UnitFix
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.desk_errors import UnknownUnit
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.resource_errors import (
    InconsistentResource,
    PreconditionFailed,
    ResourceInUse,
    UnitBusy,
)
from dispatch_router.domain.resources import ResourceKey, ResourceKind
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import small_desk
from tests.fake_roads import StraightRoads
from tests.memory_database import MemoryDatabase
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


@pytest.fixture
def district(desk_store: SqlDeskStore) -> DistrictInUse[Any]:
    return opened(desk_store)


def members(district: DistrictInUse[Any], key: ResourceKey, **changes: Any) -> dict[str, Any]:
    return {**district.current().resources[key].members, **changes}


def order(district: DistrictInUse[Any]) -> list[str]:
    return [each.unit.id for each in district.current().recommender.recommend(HERE).candidates]


def move_park(district: DistrictInUse[Any], lon: float) -> None:
    district.put(PARK, members(district, PARK, position={"lon": lon, "lat": 29.3}), ANY)


def test_a_post_that_moves_changes_the_next_ranking(district: DistrictInUse[Any]) -> None:
    assert order(district)[0] == "p1"
    move_park(district, 106.60)
    assert order(district)[0] == "x1"


def test_who_has_begun_ends_on_the_district_that_it_began_with(
    district: DistrictInUse[Any],
) -> None:
    before = district.current()
    expected = before.recommender.recommend(HERE)
    move_park(district, 106.60)
    district.remove(P1, ANY)
    still = before.recommender.recommend(HERE)
    assert [c.unit.id for c in still.candidates] == [c.unit.id for c in expected.candidates]
    assert still.district is before.district


def test_a_unit_that_is_deleted_is_gone_and_one_that_is_made_is_there(
    district: DistrictInUse[Any],
) -> None:
    new = ResourceKey(UNITS, "p2")
    district.put(new, members(district, P1, id="p2"), NEW)
    district.remove(P1, ANY)
    assert order(district)[0] == "p2"
    assert not district.current().units.knows("p1")
    assert district.current().unit_posts["p2"] == "park"


def test_a_restart_finds_the_district_as_it_was_changed(
    district: DistrictInUse[Any], desk_store: SqlDeskStore
) -> None:
    move_park(district, 106.60)
    again = opened(desk_store)
    assert again.current().district == district.current().district
    assert again.current().resources.version == district.current().resources.version


def test_what_is_the_same_is_no_change(
    district: DistrictInUse[Any], desk_store: SqlDeskStore
) -> None:
    before, kept = district.current(), read_kept(desk_store)[0]
    changed = district.put(PARK, members(district, PARK), ANY)
    assert changed.now is before is district.current()
    assert read_kept(desk_store)[0] == kept


def refusals(district: DistrictInUse[Any]) -> dict[str, tuple[type[Exception], Callable[[], Any]]]:
    zone = ResourceKey(ZONES, "east")
    west = members(district, ResourceKey(ZONES, "west"))
    roster = ResourceKey(ResourceKind.ROSTERS, "everyone")
    town = ResourceKey(POSTS, "town")
    return {
        "a unit of no post": (
            InconsistentResource,
            lambda: district.put(P1, members(district, P1, post="moon"), ANY),
        ),
        "a zone over another": (
            InconsistentResource,
            lambda: district.put(zone, members(district, zone, geometry=west["geometry"]), ANY),
        ),
        "an earlier zone over a later one": (
            InconsistentResource,
            lambda: district.put(
                ResourceKey(ZONES, "west"),
                {**west, "geometry": members(district, zone)["geometry"]},
                ANY,
            ),
        ),
        "a roster of nobody that exists": (
            InconsistentResource,
            lambda: district.put(roster, members(district, roster, units=["moon"]), ANY),
        ),
        "a station that zones and posts need": (
            ResourceInUse,
            lambda: district.put(
                town, members(district, town, kind="zone_post", station="river"), ANY
            ),
        ),
        "a post that units are based at": (ResourceInUse, lambda: district.remove(PARK, ANY)),
        "a zone that crews know": (ResourceInUse, lambda: district.remove(zone, ANY)),
        "a unit that a roster names": (
            ResourceInUse,
            lambda: district.remove(ResourceKey(UNITS, "t1"), ANY),
        ),
        "what is there": (PreconditionFailed, lambda: district.put(P1, members(district, P1), NEW)),
        "what is not there": (
            PreconditionFailed,
            lambda: district.remove(ResourceKey(UNITS, "moon"), ANY),
        ),
        "what was another": (
            PreconditionFailed,
            lambda: district.remove(P1, Expected(frozenset({"0" * 16}))),
        ),
    }


@pytest.mark.parametrize("name", list(refusals(opened(SqlDeskStore(MemoryDatabase())))))
def test_what_does_not_fit_is_refused_and_changes_nothing(
    district: DistrictInUse[Any], desk_store: SqlDeskStore, name: str
) -> None:
    before, kept = district.current(), read_kept(desk_store)[0]
    refusal, change = refusals(district)[name]
    with pytest.raises(refusal):
        change()
    assert district.current() is before
    assert read_kept(desk_store)[0] == kept


def test_whoever_refers_to_a_post_is_named(district: DistrictInUse[Any]) -> None:
    with pytest.raises(ResourceInUse) as refused:
        district.remove(PARK, ANY)
    assert [str(key) for key in refused.value.used_by] == ["units/p1", "zones/east"]


def test_the_last_unit_cannot_be_deleted(district: DistrictInUse[Any]) -> None:
    roster = ResourceKey(ResourceKind.ROSTERS, "everyone")
    district.remove(roster, ANY)
    for unit in ("t1", "t2", "x1", "r1"):
        district.remove(ResourceKey(UNITS, unit), ANY)
    with pytest.raises(InconsistentResource):
        district.remove(P1, ANY)


def test_a_busy_unit_cannot_be_deleted_but_changed(
    district: DistrictInUse[Any], desk_store: SqlDeskStore
) -> None:
    desk = small_desk(desk_store)
    held = desk.reserve(desk.file().incident.id, "p1")
    with pytest.raises(UnitBusy) as refused:
        district.remove(P1, ANY)
    assert refused.value.held_by == held.id
    assert order(district)[0] == "p1"
    district.put(P1, members(district, P1, post="town"), ANY)
    assert district.current().unit_posts["p1"] == "town"


def test_a_unit_that_was_deleted_is_not_reserved_by_who_has_not_heard_of_it(
    district: DistrictInUse[Any], desk_store: SqlDeskStore
) -> None:
    desk = small_desk(desk_store)
    incident = desk.file().incident.id
    district.remove(P1, ANY)
    with pytest.raises(UnknownUnit):
        desk.reserve(incident, "p1")
    desk.reserve(incident, "x1")


def test_units_that_stay_keep_their_positions_and_statuses(
    district: DistrictInUse[Any],
) -> None:
    units, at_ms = district.current().units, district.current().units.now_ms()
    units.report([UnitFix("r1", Fix(106.29, 29.30, at_ms))])
    units.state("t1", UnitStatus.REST, None, "")
    move_park(district, 106.60)
    now = district.current().units
    assert now is not units
    assert now.one("r1", now.now()).departure.position == LonLat(106.29, 29.30)
    assert now.one("t1", now.now()).status is UnitStatus.REST
    assert order(district)[0] == "r1"


def test_what_is_reported_to_the_district_before_is_not_lost() -> None:
    units = MemoryUnits()
    district = opened(SqlDeskStore(MemoryDatabase()), units)
    before = district.current().units
    before.report([UnitFix("x1", Fix(106.28, 29.30, before.now_ms() - 1))])
    move_park(district, 106.60)
    now = district.current().units
    taken = before.report(
        [
            UnitFix("r1", Fix(106.29, 29.30, now.now_ms())),
            UnitFix("x1", Fix(106.28, 29.30, now.now_ms() - 1)),
        ]
    )
    assert (taken.accepted, [refusal.number for refusal in taken.refused]) == (1, [1])
    before.state("t1", UnitStatus.REST, None, "")
    assert order(district)[0] == "r1"
    assert now.one("t1", now.now()).status is UnitStatus.REST
    assert now.positions.counts()["accepted"] == 2
    district.keep_positions()
    assert set(units.kept_positions) == {"r1", "x1"}
    before.positions.forget("r1")
    assert order(district)[0] != "r1"


def test_a_unit_that_comes_back_has_the_status_that_it_stated_last() -> None:
    units = MemoryUnits()
    units.kept_statuses["r1"] = StatedStatus(UnitStatus.REST, StoppedClock().now(), None, "")
    district = opened(SqlDeskStore(MemoryDatabase()), units)
    r1 = ResourceKey(UNITS, "r1")
    was = members(district, r1)
    district.remove(r1, ANY)
    district.put(r1, was, NEW)
    now = district.current().units
    assert now.one("r1", now.now()).status is UnitStatus.REST


def test_another_service_takes_a_change_over_when_it_hears_of_it(desk_store: SqlDeskStore) -> None:
    here, there = opened(desk_store), opened(desk_store)
    events = CommittedEvents(desk_store, here.current().resources.version)
    there.follow(events)
    there.catch_up()
    before = there.current()
    move_park(here, 106.60)
    there.catch_up()
    assert there.current() is before
    events.catch_up()
    there.catch_up()
    assert there.current().district == here.current().district
    assert order(there)[0] == "x1"


def test_a_change_of_what_another_service_has_changed_is_made_on_top_of_it(
    desk_store: SqlDeskStore,
) -> None:
    here, there = opened(desk_store), opened(desk_store)
    seen = there.current().resources[PARK]
    move_park(here, 106.60)
    with pytest.raises(PreconditionFailed):
        there.put(PARK, dict(seen.members), Expected(frozenset({seen.revision})))
    there.put(P1, members(there, P1, mode="motorcycle"), ANY)
    assert there.current().district.posts[1].position.lon == 106.60
    here.put(P1, members(there, P1), ANY)
    assert here.current().district == there.current().district


def test_of_many_who_change_the_same_only_one_is_believed(district: DistrictInUse[Any]) -> None:
    seen = district.current().resources[PARK]
    outcomes: list[str] = []

    def change(lon: float) -> None:
        try:
            wanted = {**seen.members, "position": {"lon": lon, "lat": 29.3}}
            district.put(PARK, wanted, Expected(frozenset({seen.revision})))
            outcomes.append("changed")
        except PreconditionFailed:
            outcomes.append("refused")

    threads = [threading.Thread(target=change, args=(106.31 + n / 100,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", *["refused"] * 5]


def test_without_its_database_the_district_stays_and_changes_are_refused() -> None:
    database = MemoryDatabase()
    district = opened(SqlDeskStore(database))
    before = district.current()
    database.broken = True
    with pytest.raises(StorageUnavailable):
        move_park(district, 106.60)
    district.catch_up()
    assert district.current() is before
    database.broken = False
    move_park(district, 106.60)
    assert order(district)[0] == "x1"
