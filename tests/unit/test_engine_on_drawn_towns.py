"""The engine on towns small enough to check by hand: 10 s and 100 m a character."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import SnapPolicy
from dispatch_router.domain.travel import Basis
from dispatch_router.routing.engine import RoadEngine
from tests.ascii_map import ascii_map, cell_position
from tests.district_roads import roads_for_cars
from tests.drawn_questions import SNAP, ask, drive_s
from tests.naive.comparison import LOCATE


def test_the_nearer_unit_comes_first() -> None:
    town = ascii_map("A--b----C")
    answer = ask(town, [town.at("C"), town.at("A")], town.at("b"))
    assert [leg.unit_index for leg in answer.legs] == [1, 0]
    assert drive_s(answer) == {1: 30, 0: 50}


def test_a_one_way_street_makes_the_nearer_post_the_slower_one() -> None:
    town = ascii_map(
        """
        A-<-b---C
        |       |
        x-------y
        """
    )
    answer = ask(town, [town.at("A"), town.at("C")], town.between("b", "C", 0.1))
    assert [leg.unit_index for leg in answer.legs] == [1, 0]
    assert drive_s(answer)[0] > drive_s(answer)[1]


def test_a_forbidden_turn_sends_the_unit_round_the_block() -> None:
    drawing = """
        A---b---c
            |   |
            x---y
        """
    free, ruled = ascii_map(drawing), ascii_map(drawing, forbidden=["Abx"])
    call = free.at("x")
    unit = [free.between("A", "b", 0.5)]
    assert drive_s(ask(free, unit, call)) == {0: 40}
    assert drive_s(ask(ruled, unit, call)) == {0: 120}


def test_a_turn_forbidden_over_two_streets_still_allows_each_of_its_turns() -> None:
    drawing = """
        A---b---c---D
        |           |
        p---q---r---s
        """
    ruled = ascii_map(drawing, forbidden=["AbcD"])
    assert drive_s(ask(ruled, [ruled.between("A", "b", 0.5)], ruled.at("c"))) == {0: 60}
    assert drive_s(ask(ruled, [ruled.at("b")], ruled.at("D"))) == {0: 80}
    forced = drive_s(ask(ruled, [ruled.between("A", "b", 0.5)], ruled.between("c", "D", 0.9)))
    assert forced[0] > 100


@pytest.mark.parametrize(("unit_at", "call_at", "expected_s"), [(0.2, 0.8, 24), (0.8, 0.2, 24)])
def test_unit_and_call_on_one_two_way_street_meet_directly_in_either_order(
    unit_at: float, call_at: float, expected_s: int
) -> None:
    town = ascii_map("A---B")
    answer = ask(town, [town.between("A", "B", unit_at)], town.between("A", "B", call_at))
    assert drive_s(answer) == {0: expected_s}
    assert answer.legs[0].distance_m == pytest.approx(240, abs=0.1)


def test_a_unit_past_the_call_on_a_one_way_street_goes_round() -> None:
    town = ascii_map(
        """
        A->-B
        |   |
        x---y
        """
    )
    call = town.between("A", "B", 0.25)
    before, past = town.between("A", "B", 0.0), town.between("A", "B", 0.75)
    answer = ask(town, [before, past], call)
    assert drive_s(answer) == {0: 10, 1: 10 + 20 + 40 + 20 + 10}


def test_a_post_that_no_road_leads_out_of_is_unreachable_and_said_so() -> None:
    town = ascii_map(
        """
        A-<-b---C
        """
    )
    answer = ask(town, [town.at("A"), town.at("C")], town.between("b", "C", 0.5))
    assert [leg.unit_index for leg in answer.legs] == [1]
    assert answer.unreachable == (0,)


def test_a_unit_far_from_every_road_is_unreachable() -> None:
    town = ascii_map("A---B")
    answer = ask(town, [cell_position(0, 30), town.at("B")], town.at("A"))
    assert answer.unreachable == (0,)


def test_an_island_of_roads_is_served_by_its_own_unit_and_by_no_other() -> None:
    town = ascii_map(
        """
        A---b---c

        D---e
        """
    )
    answer = ask(town, [town.at("A"), town.at("D"), town.at("c")], town.at("e"), k=1)
    assert [leg.unit_index for leg in answer.legs] == [1]
    assert answer.unreachable == (0, 2)


def test_units_at_the_same_time_are_all_certain_and_in_order() -> None:
    town = ascii_map("A---b---C")
    units = [town.at("C"), town.at("A"), town.at("C"), town.at("C")]
    answer = ask(town, units, town.at("b"), k=1, offset_ms=[0, 60_000, 0, 1])
    assert [leg.unit_index for leg in answer.legs] == [0, 2]


def test_units_within_the_band_of_the_last_one_are_certain_too() -> None:
    town = ascii_map("A---b----C-----D")
    units = [town.at("A"), town.at("C"), town.at("D")]
    assert len(ask(town, units, town.at("b"), k=1).legs) == 1
    assert len(ask(town, units, town.at("b"), k=1, band_ms=10_500).legs) == 2


def test_a_slow_turn_out_counts_against_a_near_unit() -> None:
    town = ascii_map("A---b------C")
    answer = ask(town, [town.at("A"), town.at("C")], town.at("b"), offset_ms=[60_000, 0], k=1)
    assert [leg.unit_index for leg in answer.legs] == [1]
    assert answer.certain_to_ms == pytest.approx(70_000, abs=100)


def test_the_baseline_is_answered_even_where_it_is_not_among_the_nearest() -> None:
    town = ascii_map("A---b------------C")
    engine = RoadEngine(roads_for_cars(town.graph), SNAP, LOCATE)
    fleet = engine.place_fleet([town.at("A"), town.at("C")])
    zero = np.zeros(2, dtype=np.int64)
    answer = engine.nearest(fleet, town.at("b"), offset_ms=zero, k=1, band_ms=0, baseline=[1])
    assert [leg.unit_index for leg in answer.legs] == [0]
    assert answer.baseline is not None
    assert answer.baseline.unit_index == 1
    assert answer.baseline.drive_ms == pytest.approx(130_000, abs=50)
    assert answer.baseline.distance_m == pytest.approx(1300, abs=0.5)


def test_the_route_runs_from_the_unit_over_every_junction_to_the_call() -> None:
    town = ascii_map(
        """
        A---b
            |
            x---C
        """
    )
    unit, call = town.between("A", "b", 0.5), town.between("x", "C", 0.5)
    (leg,) = ask(town, [unit], call, with_routes=True).legs
    assert leg.route is not None
    expected = [unit, town.at("b"), town.at("x"), call]
    assert len(leg.route) == len(expected)
    for found, wanted in zip(leg.route, expected, strict=True):
        assert math.isclose(found.lon, wanted.lon, abs_tol=1e-7)
        assert math.isclose(found.lat, wanted.lat, abs_tol=1e-7)


def test_the_route_on_one_street_backward_runs_against_its_drawing() -> None:
    town = ascii_map("A---B")
    unit, call = town.between("A", "B", 0.9), town.between("A", "B", 0.1)
    (leg,) = ask(town, [unit], call, with_routes=True).legs
    assert leg.route is not None
    assert [round(p.lon, 6) for p in leg.route] == [round(unit.lon, 6), round(call.lon, 6)]


def test_a_call_between_two_carriageways_is_reached_by_the_faster() -> None:
    # 200 m apart, one-way in opposite directions; the call is just nearer to the upper one.
    town = ascii_map(
        """
        A--<--b
        |     |
        x-->--y
        """
    )
    call = cell_position(3, 0.95)
    unit = [town.between("x", "y", 0.1)]
    near_only = ask(town, unit, call, snap=SNAP)
    both = ask(
        town, unit, call, snap=SnapPolicy(max_snap_m=300, candidate_within_m=15, yard_speed_m_s=2)
    )
    assert both.legs[0].drive_ms < near_only.legs[0].drive_ms


def test_a_call_outside_the_map_is_answered_along_straight_lines_where_that_is_asked_for() -> None:
    town = ascii_map("A---b---C")
    engine = RoadEngine(roads_for_cars(town.graph), SNAP, LOCATE)
    fleet = engine.place_fleet([town.at("A"), town.at("C")])
    end = town.at("C")
    call = LonLat(end.lon + 0.1, end.lat)
    offset_ms = np.zeros(2, dtype=np.int64)
    answer = engine.nearest(fleet, call, offset_ms=offset_ms, k=2, band_ms=0, beyond_m=20_000.0)
    assert [leg.unit_index for leg in answer.legs] == [1, 0]
    assert {leg.basis for leg in answer.legs} == {Basis.STRAIGHT_LINE}
    assert answer.beyond_m == pytest.approx(9_717, rel=0.01)
    assert answer.access is None
    with pytest.raises(OutsideDistrict, match="farther than 5000 m"):
        engine.nearest(fleet, call, offset_ms=offset_ms, k=2, band_ms=0, beyond_m=5_000.0)


def test_a_call_far_from_every_road_is_outside_the_district() -> None:
    town = ascii_map("A---B")
    with pytest.raises(OutsideDistrict) as refused:
        ask(town, [town.at("A")], cell_position(2, 3.1))
    assert refused.value.code == "outside_district"


def test_a_road_that_nobody_may_drive_does_not_hide_the_one_behind_it() -> None:
    drawing = """
        A---b
        |   |
        C---d
        """
    town = ascii_map(drawing, closed=["Ab", "bA"])
    unit, call = [town.at("C")], cell_position(2, 0.1)
    (leg,) = ask(town, unit, call, snap=replace(SNAP, candidate_within_m=1)).legs
    assert leg.walk_ms == pytest.approx(190 * 1.3 / 1.25 * 1000, rel=1e-2)


def test_walking_and_yard_are_counted_in_their_own_parts() -> None:
    town = ascii_map("A---B")
    unit, call = cell_position(0, 1), cell_position(4, 2)
    (leg,) = ask(town, [unit], call).legs
    assert leg.drive_ms == pytest.approx(50_000 + 40_000, abs=100)
    assert leg.walk_ms == pytest.approx(200 * 1.3 / 1.25 * 1000, rel=1e-3)


def test_a_fleet_of_no_unit_is_answered_with_no_leg() -> None:
    town = ascii_map("A---B")
    answer = ask(town, [], town.at("A"))
    assert answer.legs == ()
    assert answer.unreachable == ()
    assert answer.baseline is None
