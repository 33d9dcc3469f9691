"""One source, three networks: what each mode may use of it."""

from __future__ import annotations

from collections import Counter

import pytest

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.access import Access, road_access
from dispatch_router.routing.build.network import usable_networks
from dispatch_router.routing.build.oneway import Flow, traffic_flow
from dispatch_router.routing.build.roads import Road, read_road
from dispatch_router.routing.build.sources import read_networks
from dispatch_router.routing.road_classes import EmergencyOnly, RoadClass
from tests.osm_town import draw_places, line, read_town, turn, way, write_osm

CAR, MOTORCYCLE, FOOT = UnitMode.CAR, UnitMode.MOTORCYCLE, UnitMode.FOOT


def road(mode: UnitMode, **tags: str) -> Road | None:
    return read_road(
        {key.replace("__", ":"): value for key, value in tags.items()}, Counter(), mode=mode
    )


def may_use(mode: UnitMode, **tags: str) -> bool:
    read = road(mode, **tags)
    return read is not None and read.forward_kmh is not None


@pytest.mark.parametrize(
    ("highway", "road_class"),
    [
        ("footway", RoadClass.FOOTWAY),
        ("corridor", RoadClass.FOOTWAY),
        ("path", RoadClass.PATH),
        ("bridleway", RoadClass.PATH),
        ("steps", RoadClass.STEPS),
        ("cycleway", RoadClass.CYCLEWAY),
        ("pedestrian", RoadClass.PEDESTRIAN),
        ("residential", RoadClass.RESIDENTIAL),
        ("primary", RoadClass.PRIMARY),
        ("trunk", RoadClass.TRUNK),
        ("track", RoadClass.TRACK),
    ],
)
def test_walkers_have_ways_of_their_own_and_nearly_every_road(highway, road_class):
    read = road(FOOT, highway=highway)
    assert read is not None
    assert read.road_class is road_class
    assert read.forward_kmh == read.backward_kmh == (2.5 if highway == "steps" else 5.0)


def test_walkers_keep_off_motorways_and_what_is_like_them_unless_a_tag_says_otherwise():
    for tags in ({"highway": "motorway"}, {"highway": "trunk", "motorroad": "yes"}):
        assert not may_use(FOOT, **tags)
        assert may_use(FOOT, **tags, foot="yes")
        assert not may_use(FOOT, **tags, access="yes")


def test_what_is_said_of_vehicles_does_not_stop_walkers_and_what_is_said_of_them_does():
    assert may_use(FOOT, highway="residential", motor_vehicle="no", maxspeed="30")
    assert may_use(FOOT, highway="footway", access="private")
    assert not may_use(FOOT, highway="residential", foot="no")
    assert not may_use(FOOT, highway="footway", access="no")
    assert may_use(FOOT, highway="service", access="no", foot="yes")


def test_walkers_go_against_one_way_streets_unless_the_tag_is_about_them():
    assert traffic_flow({"oneway": "yes", "junction": "roundabout"}, FOOT, Counter()) is Flow.BOTH
    assert traffic_flow({"oneway:foot": "-1"}, FOOT, Counter()) is Flow.BACKWARD


def test_walkers_cross_squares_and_cars_do_not():
    square = {"highway": "pedestrian", "area": "yes"}
    assert may_use(FOOT, **square)
    assert road(CAR, **square) is None
    assert not may_use(FOOT, highway="service", area="yes")


def test_what_wheels_cannot_pass_feet_can():
    assert may_use(FOOT, highway="track", smoothness="impassable")
    assert not may_use(FOOT, highway="track", impassable="yes")


def test_no_rule_about_traffic_is_an_exemption_on_foot():
    read = road(FOOT, highway="residential", oneway="yes", access="destination")
    assert read is not None
    assert read.emergency == (EmergencyOnly.NO, EmergencyOnly.NO)


def test_a_motorcycle_may_what_is_said_of_motorcycles():
    assert may_use(MOTORCYCLE, highway="residential", motorcar="no")
    assert may_use(MOTORCYCLE, highway="residential", motor_vehicle="no", motorcycle="yes")
    assert may_use(MOTORCYCLE, highway="residential", access="motorcycle")
    assert not may_use(CAR, highway="residential", access="motorcycle")
    assert not may_use(MOTORCYCLE, highway="residential", motorcycle="no")
    assert may_use(CAR, highway="residential", motorcycle="no")


def test_a_path_is_for_motorcycles_only_where_it_says_so():
    assert not may_use(MOTORCYCLE, highway="path")
    assert may_use(MOTORCYCLE, highway="path", motorcycle="yes")
    assert not may_use(CAR, highway="path", motorcycle="yes")


def test_a_one_way_street_may_except_motorcycles():
    tags = {"oneway": "yes", "oneway:motorcycle": "no"}
    assert traffic_flow(tags, MOTORCYCLE, Counter()) is Flow.BOTH
    assert traffic_flow(tags, CAR, Counter()) is Flow.FORWARD


def test_values_name_the_mode_that_they_open_a_road_to():
    def access(mode: UnitMode, value: str) -> Access:
        tags = {"access": value}
        return road_access(tags, mode, "forward", Counter(), needs_own_tag=False)

    assert [access(mode, "motorcycle") for mode in (CAR, MOTORCYCLE, FOOT)] == [0, 2, 0]
    assert [access(mode, "foot") for mode in (CAR, MOTORCYCLE, FOOT)] == [0, 0, 2]


def test_every_mode_gets_a_network_of_its_own(tmp_path):
    drawing = """
        a--b--c
           |
           d
    """
    parts = (way("ab", oneway="yes"), way("bc", motorcar="no"), way("bd", highway="steps"))
    drivable = {
        mode: read_town(tmp_path, drawing, *parts, mode=mode).drivable() for mode in UnitMode
    }
    assert drivable[CAR] == {"ab"}
    assert drivable[MOTORCYCLE] == {"ab", "bc", "cb"}
    assert drivable[FOOT] == {"ab", "ba", "bc", "cb", "bd", "db"}


def test_a_bollard_parts_the_road_for_cars_alone(tmp_path):
    for mode, pieces in ((CAR, 2), (MOTORCYCLE, 1), (FOOT, 1)):
        town = read_town(
            tmp_path, "a--b--c", way("abc"), nodes={"b": {"barrier": "bollard"}}, mode=mode
        )
        assert len(town.edges()) == pieces


CROSSING = """
      n
      |
w-----x-----e
      |
      s
"""
ARMS = (way("nx"), way("sx"), way("wx"), way("ex"))


def test_turn_rules_bind_drivers_and_not_walkers(tmp_path):
    rule = turn("no_left_turn", "sx", "x", "wx")
    for mode, forbidden in ((CAR, {"sx xw"}), (MOTORCYCLE, {"sx xw"}), (FOOT, set())):
        assert read_town(tmp_path, CROSSING, *ARMS, rule, mode=mode).forbidden() == forbidden


def test_a_turn_rule_may_except_motorcycles_or_name_them(tmp_path):
    excepted = turn("no_left_turn", "sx", "x", "wx", **{"except": "motorcycle"})
    named = turn("no_left_turn", "sx", "x", "wx", restriction__motorcycle="no_right_turn")
    for rule, by_mode in (
        (excepted, {CAR: {"sx xw"}, MOTORCYCLE: set()}),
        (named, {CAR: {"sx xw"}, MOTORCYCLE: {"sx xw"}}),
    ):
        for mode, forbidden in by_mode.items():
            assert read_town(tmp_path, CROSSING, *ARMS, rule, mode=mode).forbidden() == forbidden


def test_a_ferry_takes_walkers_unless_it_says_no(tmp_path):
    parts = (way("ab"), line("bc", route="ferry"), line("cd", route="ferry", foot="no"))
    assert read_town(tmp_path, "a--b--c--d", *parts, mode=FOOT).edges() == {"ab", "bc"}


def test_a_mode_without_any_road_has_no_network(tmp_path):
    path = tmp_path / "motorway.osm"
    motorway = way("ab", highway="motorway", motorcycle="no", emergency="no")
    path.write_text(write_osm(draw_places("a--b"), [motorway], {}), encoding="utf-8")
    networks = read_networks(path)
    assert set(networks) == {CAR}
    assert usable_networks(networks, "motorway.osm") == networks
