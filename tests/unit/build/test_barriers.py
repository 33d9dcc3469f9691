"""Barriers on roads."""

from __future__ import annotations

from collections import Counter

import pytest

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.barriers import stops as stops_mode
from dispatch_router.routing.build.reasons import Dropped
from tests.osm_town import read_town, way


def stops(mode: UnitMode = UnitMode.CAR, **tags: str) -> bool:
    return stops_mode(tags, mode, Counter())


@pytest.mark.parametrize("kind", ["bollard", "block", "stile", "cycle_barrier", "wall", "yes"])
def test_what_is_built_to_stop_cars_stops_them(kind):
    assert stops(barrier=kind)


@pytest.mark.parametrize("kind", ["gate", "lift_gate", "toll_booth", "cattle_grid", "no"])
def test_gates_and_booths_let_a_police_car_through(kind):
    assert not stops(barrier=kind)
    assert not stops(barrier=kind, access="private")


def test_a_gate_that_is_closed_to_all_stops_cars():
    assert stops(barrier="gate", access="no")
    assert not stops(barrier="gate", access="no", emergency="yes")


def test_a_bollard_opens_for_a_tag_about_vehicles_only():
    assert stops(barrier="bollard", access="yes", bicycle="yes")
    assert not stops(barrier="bollard", motor_vehicle="permit")
    assert not stops(barrier="bollard", emergency="yes")
    assert not stops(barrier="bollard", bollard="rising")


def test_a_motorcycle_passes_between_bollards_and_is_stopped_by_a_tag_or_a_wall():
    assert not stops(UnitMode.MOTORCYCLE, barrier="bollard")
    assert not stops(UnitMode.MOTORCYCLE, barrier="gate")
    assert stops(UnitMode.MOTORCYCLE, barrier="bollard", motor_vehicle="no")
    assert stops(UnitMode.MOTORCYCLE, barrier="cycle_barrier")
    assert stops(UnitMode.MOTORCYCLE, barrier="wall")


def test_a_walker_is_stopped_by_tags_alone():
    assert not stops(UnitMode.FOOT, barrier="bollard", motor_vehicle="no")
    assert not stops(UnitMode.FOOT, barrier="gate", access="private")
    assert stops(UnitMode.FOOT, barrier="gate", access="no")
    assert not stops(UnitMode.FOOT, barrier="gate", access="no", foot="yes")
    assert stops(UnitMode.FOOT, barrier="gate", foot="no")


def test_a_bollard_cuts_the_road_in_two(tmp_path):
    town = read_town(
        tmp_path,
        "a--b--c",
        way("abc"),
        nodes={"b": {"barrier": "bollard"}},
    )
    assert town.edges() == {"ab", "bc"}
    assert town.neighbours("b") == 2
    assert town.network.dropped[Dropped.BARRIER] == 1


def test_a_gate_does_not_cut_the_road(tmp_path):
    town = read_town(tmp_path, "a--b--c", way("abc"), nodes={"b": {"barrier": "gate"}})
    assert town.edges() == {"abc"}
    assert Dropped.BARRIER not in town.network.dropped


def test_a_bollard_where_two_ways_meet_parts_them(tmp_path):
    town = read_town(tmp_path, "a--b--c", way("ab"), way("bc"), nodes={"b": {"barrier": "block"}})
    assert town.neighbours("b") == 2
    assert len(set(town.network.edge_head) & set(town.network.edge_tail)) == 0


def test_a_bollard_on_a_loop_stops_it_on_both_sides(tmp_path):
    town = read_town(
        tmp_path,
        """
        a--b
        |  |
        d--c
        """,
        way("abcda"),
        nodes={"a": {"barrier": "bollard"}},
    )
    assert town.edges() == {"abcda"}
    assert town.neighbours("a") == 2
