"""What only an emergency drive may take."""

from __future__ import annotations

from collections import Counter

import pytest

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.roads import read_road
from dispatch_router.routing.build.tags import Drops
from dispatch_router.routing.road_classes import EmergencyOnly
from tests.osm_town import read_town, way

NO, CONTRAFLOW, CLOSED_ACCESS = EmergencyOnly
CAR, MOTORCYCLE = UnitMode.CAR, UnitMode.MOTORCYCLE


def use(mode: UnitMode = CAR, **tags: str) -> tuple[EmergencyOnly, EmergencyOnly]:
    read = read_road(
        {key.replace("__", ":"): value for key, value in tags.items()}, Counter(), mode=mode
    )
    return (NO, NO) if read is None else read.emergency


def test_an_ordinary_road_needs_no_exemption():
    assert use(highway="primary") == (NO, NO)
    assert use(highway="service", access="private") == (NO, NO)


def test_against_a_one_way_street_goes_an_emergency_drive_alone():
    assert use(highway="residential", oneway="yes") == (NO, CONTRAFLOW)
    assert use(highway="residential", oneway="-1") == (CONTRAFLOW, NO)
    assert use(highway="residential", motor_vehicle__backward="no") == (NO, CONTRAFLOW)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "motorway"},
        {"highway": "motorway_link", "oneway": "yes"},
        {"highway": "primary", "junction": "roundabout"},
        {"highway": "primary", "oneway": "reversible"},
    ],
)
def test_never_against_a_motorway_a_roundabout_or_traffic_that_turns_with_the_hour(tags):
    assert use(**tags) == (NO, NO)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "pedestrian"},
        {"highway": "residential", "access": "no"},
        {"highway": "residential", "vehicle": "no"},
        {"highway": "residential", "access": "no", "bus": "yes"},
        {"highway": "busway"},
        {"highway": "footway", "width": "3"},
        {"highway": "path", "est_width": "2.5 m", "motor_vehicle": "no"},
    ],
)
def test_into_what_is_closed_and_wide_enough_goes_an_emergency_drive_alone(tags):
    assert use(**tags) == (CLOSED_ACCESS, CLOSED_ACCESS)


def test_against_a_closed_one_way_street_it_is_against_it_that_counts():
    assert use(highway="busway", oneway="yes") == (CLOSED_ACCESS, CONTRAFLOW)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "footway", "width": "1.2"},
        {"highway": "pedestrian", "width": "1.8"},
        {"highway": "pedestrian", "area": "yes"},
        {"highway": "steps", "width": "5"},
        {"highway": "construction"},
        {"highway": "residential", "access": "no", "emergency": "no"},
        {"highway": "residential", "access": "military"},
        {"highway": "residential", "motor_vehicle": "impassable"},
        {"route": "ferry"},
    ],
)
def test_nobody_drives_where_it_is_too_narrow_or_the_police_are_kept_out(tags):
    drops: Drops = Counter()
    assert read_road(tags, drops) is None
    assert sum(drops.values()) == 1


def test_a_motorcycle_fits_where_a_car_does_not():
    for tags in ({"highway": "cycleway"}, {"highway": "footway", "width": "1.5"}):
        assert use(CAR, **tags) == (NO, NO)
        assert use(MOTORCYCLE, **tags) == (CLOSED_ACCESS, CLOSED_ACCESS)
    assert use(MOTORCYCLE, highway="path") == (NO, NO)


def test_a_width_that_is_no_number_says_nothing():
    assert use(highway="pedestrian", width="narrow") == (CLOSED_ACCESS, CLOSED_ACCESS)
    assert use(highway="footway", width="9" * 1000) == (NO, NO)


def test_a_network_holds_what_is_for_emergencies_beside_what_is_for_all(tmp_path):
    town = read_town(
        tmp_path,
        """
        a--b--c
           |
           d
        """,
        way("ab", oneway="yes"),
        way("bc", highway="pedestrian"),
        way("bd", highway="footway"),
    )
    assert town.drivable() == {"ab"}
    assert town.in_an_emergency() == {
        "ba": CONTRAFLOW,
        "bc": CLOSED_ACCESS,
        "cb": CLOSED_ACCESS,
    }
    assert town.network.dropped == {Dropped.ROAD_NOT_FOR_MODE: 1}
