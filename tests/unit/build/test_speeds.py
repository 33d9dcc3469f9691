"""Speeds in light traffic."""

from __future__ import annotations

from collections import Counter

import pytest

from dispatch_router.routing.build.access import Access
from dispatch_router.routing.build.speeds import CLASS_KMH, free_flow_kmh, is_unpaved, walking_kmh
from dispatch_router.routing.road_classes import RoadClass


def kmh(road_class: RoadClass, access: Access = Access.OPEN, **tags: str) -> float:
    speed_kmh, _ = free_flow_kmh(road_class, tags, "forward", access, Counter())
    return speed_kmh


ONLY_FOR_WALKERS = {RoadClass.FOOTWAY, RoadClass.PATH, RoadClass.STEPS, RoadClass.CYCLEWAY}


def test_every_class_for_vehicles_has_a_speed():
    assert set(CLASS_KMH) == set(RoadClass) - ONLY_FOR_WALKERS
    assert all(3 <= speed <= 120 for speed in CLASS_KMH.values())


def test_a_limit_is_not_a_speed_streets_lose_a_fifth_and_motorways_a_tenth():
    assert kmh(RoadClass.PRIMARY, maxspeed="60") == pytest.approx(48.0)
    assert kmh(RoadClass.MOTORWAY, maxspeed="120") == pytest.approx(108.0)


def test_it_is_said_whether_a_tag_gave_the_speed():
    tagged = free_flow_kmh(RoadClass.PRIMARY, {"maxspeed": "60"}, "forward", Access.OPEN, Counter())
    nonsense = free_flow_kmh(
        RoadClass.PRIMARY, {"maxspeed": "fast"}, "forward", Access.OPEN, Counter()
    )
    assert tagged[1] is True
    assert nonsense == (CLASS_KMH[RoadClass.PRIMARY], False)


def test_bad_ground_slows_and_good_ground_does_not_speed_up():
    assert kmh(RoadClass.TERTIARY, surface="gravel") == 30.0
    assert kmh(RoadClass.TERTIARY, surface="mud") == 10.0
    assert kmh(RoadClass.RESIDENTIAL, surface="asphalt") == CLASS_KMH[RoadClass.RESIDENTIAL]
    assert kmh(RoadClass.PRIMARY, surface="gravel", maxspeed="80") == 30.0
    assert kmh(RoadClass.PRIMARY, smoothness="horrible") == 10.0


def test_the_grade_of_a_track_sets_its_speed():
    assert kmh(RoadClass.TRACK) == 20.0
    assert kmh(RoadClass.TRACK, tracktype="grade1") == 40.0
    assert kmh(RoadClass.TRACK, tracktype="grade5") == 15.0


def test_nobody_hurries_through_a_gate():
    assert kmh(RoadClass.PRIMARY, Access.RESTRICTED, maxspeed="80") == 20.0
    assert kmh(RoadClass.SERVICE, Access.RESTRICTED) == CLASS_KMH[RoadClass.SERVICE]


def test_walkers_take_twice_as_long_on_steps_and_a_ferry_takes_them_as_it_takes_all():
    assert walking_kmh(RoadClass.FOOTWAY) == walking_kmh(RoadClass.PRIMARY) == 5.0
    assert walking_kmh(RoadClass.STEPS) == 2.5
    assert walking_kmh(RoadClass.FERRY) == CLASS_KMH[RoadClass.FERRY]


def test_unpaved_is_known_by_surface_and_for_tracks_without_surface_by_grade():
    assert is_unpaved({"surface": "ground"})
    assert is_unpaved({"surface": "asphalt;gravel"})
    assert not is_unpaved({"surface": "asphalt", "tracktype": "grade3"})
    assert is_unpaved({"tracktype": "grade3"})
    assert not is_unpaved({})
