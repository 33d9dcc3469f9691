"""The district that answers: changed in one step, committed first, the same on either database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dispatch_router.application.district.expected import Expected
from dispatch_router.application.district.in_use import DistrictInUse
from dispatch_router.application.district.keep import read_kept
from dispatch_router.domain.desk_errors import UnknownUnit
from dispatch_router.domain.resource_errors import (
    InconsistentResource,
    PreconditionFailed,
    ResourceInUse,
    UnitBusy,
)
from dispatch_router.domain.resources import ResourceKey, ResourceKind
from dispatch_router.storage.desk import SqlDeskStore
from tests.changing_district import (
    ANY,
    HERE,
    NEW,
    P1,
    PARK,
    POSTS,
    UNITS,
    ZONES,
    members,
    move_park,
    opened,
    order,
)
from tests.desk import small_desk
from tests.memory_database import MemoryDatabase


@pytest.fixture
def district(desk_store: SqlDeskStore) -> DistrictInUse[Any]:
    return opened(desk_store)


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
