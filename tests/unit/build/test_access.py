"""Who may drive where, by the access tags."""

from __future__ import annotations

from collections import Counter

import pytest

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.access import Access, road_access
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.tags import Drops


def access(
    tags: dict[str, str],
    direction: str = "forward",
    *,
    path: bool = False,
    mode: UnitMode = UnitMode.CAR,
    drops: Drops | None = None,
) -> Access:
    counted = Counter() if drops is None else drops
    return road_access(tags, mode, direction, counted, needs_own_tag=path)


def test_a_road_without_tags_is_open():
    assert access({}) is Access.OPEN


def test_the_more_specific_key_wins_over_the_general_one():
    assert access({"access": "no", "motor_vehicle": "yes"}) is Access.OPEN
    assert access({"access": "yes", "vehicle": "no"}) is Access.CLOSED
    assert access({"motor_vehicle": "no", "motorcar": "yes"}) is Access.OPEN
    assert access({"motorcar": "no", "access": "yes", "motor_vehicle": "yes"}) is Access.CLOSED
    assert access({"vehicle": "no", "motor_vehicle": "permissive"}) is Access.OPEN


@pytest.mark.parametrize(
    "value", ["private", "destination", "permit", "delivery", "customers", "agricultural"]
)
def test_a_police_car_may_enter_where_only_some_may_but_does_not_hurry(value):
    assert access({"access": value}) is Access.RESTRICTED


def test_a_bus_road_is_closed_to_a_car():
    assert access({"access": "no", "bus": "yes"}) is Access.CLOSED
    assert access({"motor_vehicle": "bus"}) is Access.CLOSED


def test_emergency_access_opens_what_is_closed_to_others():
    assert access({"access": "no", "emergency": "yes"}) is Access.RESTRICTED
    assert access({"motor_vehicle": "no", "emergency": "designated"}) is Access.RESTRICTED
    assert access({"access": "no", "service": "emergency_access"}) is Access.RESTRICTED


def test_emergency_no_closes_what_is_not_open_to_everyone_and_nothing_else():
    assert access({"access": "private", "emergency": "no"}) is Access.CLOSED
    assert access({"emergency": "no"}) is Access.OPEN


def test_one_direction_can_be_closed_alone():
    tags = {"motor_vehicle:backward": "no"}
    assert access(tags, "forward") is Access.OPEN
    assert access(tags, "backward") is Access.CLOSED


def test_of_several_values_the_freest_counts():
    assert access({"access": "agricultural;forestry"}) is Access.RESTRICTED
    assert access({"motor_vehicle": "delivery; yes"}) is Access.OPEN


def test_a_value_that_nobody_understands_is_counted_and_passed_over():
    drops: Drops = Counter()
    tags = {"motor_vehicle": "on sundays", "access": "private"}
    assert access(tags, drops=drops) is Access.RESTRICTED
    assert drops == {Dropped.ACCESS_NOT_UNDERSTOOD: 1}


def test_unknown_access_says_nothing_and_is_no_mistake():
    drops: Drops = Counter()
    assert access({"access": "unknown"}, drops=drops) is Access.OPEN
    assert not drops


def test_a_footway_needs_a_tag_about_vehicles_and_general_access_is_not_one():
    assert access({}, path=True) is Access.CLOSED
    assert access({"access": "yes"}, path=True) is Access.CLOSED
    assert access({"motor_vehicle": "destination"}, path=True) is Access.RESTRICTED
    assert access({"access": "no", "motorcar": "yes"}, path=True) is Access.OPEN
    assert access({"emergency": "yes"}, path=True) is Access.RESTRICTED
