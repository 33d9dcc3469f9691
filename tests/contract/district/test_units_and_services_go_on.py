"""What goes on over a change of the district: units that stay, other services, a lost database."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dispatch_router.application.desk.committed import CommittedEvents
from dispatch_router.application.district.expected import Expected
from dispatch_router.application.district.in_use import DistrictInUse
from dispatch_router.application.live_positions import UnitFix
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.resource_errors import (
    PreconditionFailed,
)
from dispatch_router.domain.resources import ResourceKey
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.storage.desk import SqlDeskStore
from tests.changing_district import (
    ANY,
    NEW,
    P1,
    PARK,
    UNITS,
    members,
    move_park,
    opened,
    order,
    ranked,
)
from tests.memory_database import MemoryDatabase
from tests.small_district import StoppedClock
from tests.units import MemoryUnits


@pytest.fixture
def district(desk_store: SqlDeskStore) -> DistrictInUse[Any]:
    return opened(desk_store)


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
    moved = next(c for c in ranked(district) if c.unit.id == "r1")
    assert moved.departure.position == LonLat(106.29, 29.30)
    assert moved.distance_m < 1


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
    assert now.one("r1", now.now()).departure.position == LonLat(106.29, 29.30)
    assert now.one("t1", now.now()).status is UnitStatus.REST
    assert now.positions.counts()["accepted"] == 2
    district.keep_positions()
    assert set(units.kept_positions) == {"r1", "x1"}
    before.forget_position("r1")
    assert now.one("r1", now.now()).departure.source == "post"


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
