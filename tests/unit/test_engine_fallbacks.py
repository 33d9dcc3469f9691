"""What the engine does where its better ways are closed."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.travel import Basis
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.hierarchy import contract
from dispatch_router.routing.straight_line import straight_m
from tests.ascii_map import ascii_map, cell_position
from tests.district_roads import (
    DETOUR_FACTOR,
    ROAD_SPEED_M_S,
    district_roads,
    roads_for_cars,
)
from tests.drawn_questions import SNAP, ask, drive_s
from tests.naive.comparison import LOCATE


def test_an_order_that_does_not_fit_is_said_and_the_bounded_search_answers(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(contract, "EDGES_PER_VERTEX_AT_MOST", 0)
    monkeypatch.setattr(contract, "EDGES_ALLOWED_ANYWAY", 0)
    town = ascii_map("A---b---C")
    answer = ask(town, [town.at("C")], town.at("A"))
    assert drive_s(answer) == {0: 80}
    assert "the bounded search answers alone" in caplog.text


def test_where_nobody_has_a_way_the_straight_line_is_estimated_and_said() -> None:
    town = ascii_map("A---b   C---D")
    call = town.at("D")
    answer = ask(town, [town.at("A"), town.at("b")], call)
    assert [leg.unit_index for leg in answer.legs] == [1, 0]
    assert {leg.basis for leg in answer.legs} == {Basis.STRAIGHT_LINE}
    assert answer.unreachable == ()
    road_m = straight_m(town.at("b"), call) * DETOUR_FACTOR
    assert answer.legs[0].distance_m == pytest.approx(road_m)
    assert answer.legs[0].drive_ms == round(1000 * road_m / ROAD_SPEED_M_S)
    assert answer.baseline is not None
    assert answer.baseline.unit_index == 1


def test_no_estimate_is_ranked_beside_a_known_way() -> None:
    town = ascii_map("A---b   C---D")
    answer = ask(town, [town.at("A"), town.at("C")], town.at("D"))
    assert [leg.unit_index for leg in answer.legs] == [1]
    assert answer.unreachable == (0,)


def test_a_place_far_from_every_road_but_on_the_map_is_answered_by_straight_lines() -> None:
    town = ascii_map(
        """
        A---------b
        |
        |
        |
        |
        |
        |
        C
        """
    )
    in_the_fields = cell_position(8, 5)
    answer = ask(town, [town.at("A"), town.at("C")], in_the_fields)
    assert answer.access is None
    assert {leg.basis for leg in answer.legs} == {Basis.STRAIGHT_LINE}
    with pytest.raises(OutsideDistrict):
        ask(town, [town.at("A")], cell_position(30, 5))


def test_a_unit_whose_mode_has_no_roads_here_is_unreachable_not_lost() -> None:
    town = ascii_map("A---b---C")
    engine = RoadEngine(roads_for_cars(town.graph), SNAP, LOCATE)
    fleet = engine.place_fleet([town.at("A"), town.at("b")], [UnitMode.CAR, UnitMode.FOOT])
    offset_ms = np.zeros(2, dtype=np.int64)
    answer = engine.nearest(fleet, town.at("C"), offset_ms=offset_ms, k=5, band_ms=0)
    assert [leg.unit_index for leg in answer.legs] == [0]
    assert answer.unreachable == (1,)


def test_a_foot_patrol_is_first_where_steps_go_straight_down() -> None:
    roads = ascii_map(
        """
        A-----------b
                    |
        C-----------d
        """
    )
    steps = ascii_map(
        """
        A-----------b
        |           |
        C-----------d
        """,
        step_ms=72_000,
    )
    district = district_roads({UnitMode.CAR: roads.graph, UnitMode.FOOT: steps.graph})
    engine = RoadEngine(district, SNAP, LOCATE)
    fleet = engine.place_fleet([roads.at("A"), roads.at("A")], [UnitMode.CAR, UnitMode.FOOT])
    offset_ms = np.zeros(2, dtype=np.int64)
    answer = engine.nearest(fleet, roads.at("C"), offset_ms=offset_ms, k=2, band_ms=0)
    assert [leg.unit_index for leg in answer.legs] == [1, 0]
    assert drive_s(answer) == {0: 260, 1: 144}
