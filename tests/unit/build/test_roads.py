"""From tags to roads."""

from __future__ import annotations

from collections import Counter

import pytest

from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.roads import Road, read_road
from dispatch_router.routing.build.tags import Drops
from dispatch_router.routing.road_classes import RoadClass, RoadFlag


def road(**tags: str) -> Road:
    read = read_road({key.replace("__", ":"): value for key, value in tags.items()}, Counter())
    assert read is not None
    return read


def why_not(**tags: str) -> set[str]:
    drops: Drops = Counter()
    assert read_road(tags, drops) is None
    return set(drops)


@pytest.mark.parametrize(
    ("highway", "road_class"),
    [
        ("motorway", RoadClass.MOTORWAY),
        ("motorway_link", RoadClass.MOTORWAY_LINK),
        ("trunk", RoadClass.TRUNK),
        ("primary", RoadClass.PRIMARY),
        ("secondary_link", RoadClass.SECONDARY_LINK),
        ("tertiary", RoadClass.TERTIARY),
        ("unclassified", RoadClass.UNCLASSIFIED),
        ("residential", RoadClass.RESIDENTIAL),
        ("living_street", RoadClass.LIVING_STREET),
        ("service", RoadClass.SERVICE),
        ("track", RoadClass.TRACK),
        ("road", RoadClass.ROAD),
        ("unclassified;tertiary", RoadClass.UNCLASSIFIED),
    ],
)
def test_every_class_for_cars_is_kept(highway, road_class):
    assert road(highway=highway).road_class is road_class


@pytest.mark.parametrize(
    "highway",
    [
        "footway",
        "cycleway",
        "path",
        "steps",
        "bus_guideway",
        "raceway",
        "construction",
        "proposed",
        "corridor",
        "bridleway",
    ],
)
def test_what_cars_cannot_use_is_left_out(highway):
    assert why_not(highway=highway) == {Dropped.ROAD_NOT_FOR_MODE}


def test_a_footway_opened_to_vehicles_is_a_service_road():
    kept = road(highway="footway", motor_vehicle="destination")
    assert kept.road_class is RoadClass.SERVICE
    assert RoadFlag.RESTRICTED_ACCESS in kept.flags
    assert why_not(highway="footway", motor_vehicle="no") == {Dropped.ROAD_CLOSED}


def test_a_pedestrian_street_takes_cars_only_where_it_says_so():
    assert road(highway="pedestrian", motor_vehicle="delivery").road_class is RoadClass.PEDESTRIAN
    assert road(highway="pedestrian", emergency="yes").road_class is RoadClass.PEDESTRIAN
    assert road(highway="pedestrian", access="yes").forward_kmh is None


def test_steps_stay_steps_whatever_else_is_tagged():
    assert why_not(highway="steps", motor_vehicle="yes") == {Dropped.ROAD_NOT_FOR_MODE}


def test_an_emergency_access_is_a_road_for_the_police():
    kept = road(highway="service", service="emergency_access", access="no")
    assert RoadFlag.RESTRICTED_ACCESS in kept.flags


def test_areas_closed_and_impassable_roads_are_left_out_and_say_why():
    assert why_not(highway="service", area="yes") == {Dropped.ROAD_AREA}
    assert why_not(highway="track", motor_vehicle="no", emergency="no") == {Dropped.ROAD_CLOSED}
    assert why_not(highway="track", smoothness="impassable") == {Dropped.ROAD_IMPASSABLE}
    assert why_not(highway="moonwalk") == {Dropped.ROAD_CLASS_UNKNOWN}


def test_a_one_way_street_has_no_speed_backward():
    kept = road(highway="primary", oneway="yes")
    assert kept.forward_kmh is not None
    assert kept.backward_kmh is None
    assert RoadFlag.ONEWAY in kept.flags


def test_a_street_closed_in_one_direction_is_one_way():
    kept = road(highway="primary", motor_vehicle__backward="no")
    assert kept.backward_kmh is None
    assert RoadFlag.ONEWAY in kept.flags


def test_a_road_open_only_against_its_one_way_rule_is_closed():
    tags = {"highway": "primary", "oneway": "yes", "motor_vehicle:forward": "no"}
    assert why_not(**tags, emergency="no") == {Dropped.ROAD_CLOSED}


def test_a_reversible_road_is_kept_but_promised_in_neither_direction():
    drops: Drops = Counter()
    kept = read_road({"highway": "primary", "oneway": "reversible"}, drops)
    assert kept is not None
    assert (kept.forward_kmh, kept.backward_kmh) == (None, None)
    assert RoadFlag.REVERSIBLE in kept.flags
    assert RoadFlag.ONEWAY not in kept.flags
    assert drops == {Dropped.REVERSIBLE: 1}
    assert why_not(highway="primary", oneway="reversible", access="no") == {Dropped.ROAD_CLOSED}


def test_an_alternating_road_runs_both_ways_slowly_because_of_the_wait():
    kept = road(highway="primary", oneway="alternating", maxspeed="50")
    assert kept.forward_kmh == kept.backward_kmh == 15.0


def test_flags_say_what_the_tags_say():
    kept = road(
        highway="primary",
        bridge="viaduct",
        tunnel="no",
        toll="yes",
        junction="roundabout",
        surface="gravel",
        access="private",
        maxspeed="30",
    )
    assert kept.flags == (
        RoadFlag.BRIDGE
        | RoadFlag.TOLL
        | RoadFlag.ROUNDABOUT
        | RoadFlag.UNPAVED
        | RoadFlag.RESTRICTED_ACCESS
        | RoadFlag.ONEWAY
        | RoadFlag.SPEED_FROM_TAG
    )


@pytest.mark.parametrize(
    ("value", "layer"),
    [
        ("1", 1),
        ("-2", -2),
        ("+3", 3),
        (" 4 ", 4),
        ("99", 0),
        ("1;2", 0),
        ("ground", 0),
        ("+-1", 0),
        ("9" * 10_000, 0),
    ],
)
def test_a_layer_is_a_small_number_or_nothing(value, layer):
    assert road(highway="primary", layer=value).layer == layer


def test_speeds_differ_by_direction():
    kept = road(highway="primary", maxspeed__forward="60", maxspeed__backward="30")
    assert (kept.forward_kmh, kept.backward_kmh) == pytest.approx((48.0, 24.0))


def test_conditional_tags_are_ignored_and_counted():
    drops: Drops = Counter()
    tags = {
        "highway": "primary",
        "motor_vehicle:conditional": "no @ (07:00-09:00)",
        "maxspeed:conditional": "30 @ (wet)",
    }
    read = read_road(tags, drops)
    assert read is not None
    assert read.forward_kmh == 50.0
    assert drops == {Dropped.CONDITIONAL_TAG: 2}


def test_a_mistake_counts_once_not_once_per_direction():
    drops: Drops = Counter()
    read_road({"highway": "primary", "maxspeed": "fast", "access": "maybe"}, drops)
    assert drops == {Dropped.SPEED_NOT_UNDERSTOOD: 1, Dropped.ACCESS_NOT_UNDERSTOOD: 1}
