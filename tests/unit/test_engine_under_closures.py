"""Closures and slowdowns on towns small enough to check by hand: 10 s and 100 m a character."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dispatch_router.domain.closures import CLOSED, AlongLine, Area, Closure
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import Basis, NearestUnits
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing import cut_off as cut_off_module
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from tests.ascii_map import Town, ascii_map
from tests.district_roads import district_roads, roads_for_cars
from tests.drawn_questions import SNAP, drive_s
from tests.naive.comparison import LOCATE

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERYONE = frozenset(UnitMode)
SQUARE = """
    A---b---C
    |   |   |
    x---y---z
    """


def closure(
    town: Town,
    start: str,
    end: str,
    *,
    permille: int = CLOSED,
    one_way: bool = False,
    modes: frozenset[UnitMode] = EVERYONE,
) -> Closure:
    """Close the street between two letters."""
    return Closure(
        id=f"{start}{end}",
        shape=AlongLine((town.at(start), town.at(end)), within_m=5.0),
        heading_deg=None,
        along_line=one_way,
        speed_permille=permille,
        modes=modes,
        starts_at=NOON,
        ends_at=NOON + timedelta(hours=1),
        reason="",
    )


def around(position: LonLat, degrees: float) -> Area:
    west, east = position.lon - degrees, position.lon + degrees
    south, north = position.lat - degrees, position.lat + degrees
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return Area(tuple(LonLat(*corner) for corner in corners))


def ask(engine: RoadEngine, fleet: Fleet, call: LonLat, *, k: int = 9) -> NearestUnits:
    """Ask both searches; they must agree."""
    answers = [
        engine.nearest(
            fleet,
            call,
            offset_ms=np.zeros(len(fleet), dtype=np.int64),
            k=k,
            band_ms=0,
            baseline=range(len(fleet)),
            with_routes=True,
            search=search,
        )
        for search in (BoundedSearch, LabelSearch)
    ]
    first, second = (
        (
            [(leg.unit_index, leg.drive_ms + leg.walk_ms, leg.on_foot) for leg in answer.legs],
            answer.unreachable,
            answer.cut_off,
            answer.certain_to_ms,
        )
        for answer in answers
    )
    assert first == second
    return answers[1]


def under(engine: RoadEngine, *closures: Closure) -> None:
    engine.adopt(Conditions(closures=tuple(sorted(closures, key=lambda each: each.id))))


def engine_and_fleet(town: Town, units: Sequence[str]) -> tuple[RoadEngine, Fleet]:
    engine = RoadEngine(roads_for_cars(town.graph), SNAP, LOCATE)
    return engine, engine.place_fleet([town.at(unit) for unit in units])


def test_a_closed_street_is_driven_round_from_the_next_search_on_and_opens_again() -> None:
    town = ascii_map(SQUARE)
    engine, fleet = engine_and_fleet(town, ["A"])
    assert drive_s(ask(engine, fleet, town.at("C"))) == {0: 80}
    under(engine, closure(town, "A", "b"))
    closed = ask(engine, fleet, town.at("C"))
    assert drive_s(closed) == {0: 120}
    assert closed.closures_in_force == 1
    under(engine)
    assert drive_s(ask(engine, fleet, town.at("C"))) == {0: 80}


def test_a_street_closed_in_one_direction_can_be_driven_in_the_other() -> None:
    town = ascii_map(SQUARE)
    engine, fleet = engine_and_fleet(town, ["A", "C"])
    under(engine, closure(town, "A", "b", one_way=True))
    assert drive_s(ask(engine, fleet, town.at("b"))) == {0: 80, 1: 40}
    assert drive_s(ask(engine, fleet, town.at("A"))) == {0: 0, 1: 80}


def test_a_slow_street_is_taken_only_where_it_is_still_the_fastest() -> None:
    town = ascii_map(SQUARE)
    engine, fleet = engine_and_fleet(town, ["A"])
    under(engine, closure(town, "A", "b", permille=800))
    assert drive_s(ask(engine, fleet, town.at("C"))) == {0: 90}
    under(engine, closure(town, "A", "b", permille=200))
    assert drive_s(ask(engine, fleet, town.at("C"))) == {0: 120}


def test_a_unit_on_a_closed_street_drives_off_it_in_either_direction() -> None:
    town = ascii_map(SQUARE)
    engine = RoadEngine(roads_for_cars(town.graph), SNAP, LOCATE)
    fleet = engine.place_fleet([town.between("A", "b", 0.25)])
    under(engine, closure(town, "A", "b"))
    assert drive_s(ask(engine, fleet, town.at("x"))) == {0: 30}
    assert drive_s(ask(engine, fleet, town.at("C"))) == {0: 70}


def test_a_unit_that_moves_while_conditions_change_is_found_where_it_is() -> None:
    town = ascii_map(SQUARE)
    engine, fleet = engine_and_fleet(town, ["A"])
    ask(engine, fleet, town.at("C"))
    fleet.move({0: town.at("z")})
    under(engine, closure(town, "C", "z"))
    assert drive_s(ask(engine, fleet, town.at("C"))) == {0: 100}
    fleet.move({0: town.at("b")})
    assert drive_s(ask(engine, fleet, town.at("C"))) == {0: 40}


def roads_and_footways_to_a_village() -> tuple[Town, RoadEngine, Fleet]:
    roads = ascii_map("A---b---C---d")
    footways = ascii_map("A---b---C---d", step_ms=75_000)
    district = district_roads({UnitMode.CAR: roads.graph, UnitMode.FOOT: footways.graph})
    engine = RoadEngine(district, SNAP, LOCATE)
    return roads, engine, engine.place_fleet([roads.at("A")])


def test_a_village_that_a_closure_cuts_off_is_reached_on_foot_for_the_rest() -> None:
    roads, engine, fleet = roads_and_footways_to_a_village()
    cars = frozenset({UnitMode.CAR})
    under(engine, closure(roads, "b", "C", modes=cars))
    answer = ask(engine, fleet, roads.at("d"))
    (leg,) = answer.legs
    assert answer.cut_off == (0,)
    assert leg.drive_ms == 40_000
    assert leg.walk_ms == pytest.approx(600_000, abs=50)
    assert leg.on_foot is not None
    assert leg.on_foot.distance_m == pytest.approx(800, abs=1)
    assert leg.on_foot.start.lon == pytest.approx(roads.at("b").lon, abs=1e-6)
    assert answer.unreachable == ()
    assert answer.baseline == leg


def test_a_closure_for_walkers_too_makes_no_village_look_nearer() -> None:
    roads, engine, fleet = roads_and_footways_to_a_village()
    under(engine, closure(roads, "b", "C"))
    answer = ask(engine, fleet, roads.at("d"))
    (leg,) = answer.legs
    assert answer.cut_off == (0,)
    assert leg.drive_ms == 40_000
    assert leg.walk_ms == pytest.approx(600_000, abs=50)
    assert leg.on_foot is not None
    assert leg.on_foot.past_closure
    assert answer.baseline == leg


def test_a_straight_line_that_closures_cause_is_never_shorter_than_the_way_without_them() -> None:
    district = district_roads({UnitMode.FOOT: ascii_map("A---b---C", step_ms=75_000).graph})
    town = ascii_map("A---b---C", step_ms=75_000)
    engine = RoadEngine(district, SNAP, LOCATE)
    fleet = engine.place_fleet([town.at("A")], [UnitMode.FOOT])
    (open_leg,) = ask(engine, fleet, town.at("C")).legs
    under(engine, closure(town, "b", "C"))
    answer = ask(engine, fleet, town.at("C"))
    (leg,) = answer.legs
    assert leg.basis is Basis.STRAIGHT_LINE
    assert leg.drive_ms >= open_leg.drive_ms == pytest.approx(600_000, abs=5)
    assert answer.cut_off == (0,)


def test_without_footways_the_rest_is_walked_straight_with_the_usual_detour() -> None:
    town = ascii_map("A---b---C---d")
    engine, fleet = engine_and_fleet(town, ["A"])
    under(engine, closure(town, "b", "C"))
    (leg,) = ask(engine, fleet, town.at("d")).legs
    assert leg.on_foot is not None
    assert leg.drive_ms == 40_000
    walk_s = 800 * LOCATE.walk_detour / LOCATE.walk_speed_m_s
    assert leg.walk_ms == pytest.approx(walk_s * 1000, rel=1e-3)


def test_a_unit_inside_the_cut_off_village_drives_and_the_others_walk() -> None:
    town = ascii_map("A---b---C---d")
    engine, fleet = engine_and_fleet(town, ["A", "C"])
    under(engine, closure(town, "b", "C"))
    answer = ask(engine, fleet, town.at("d"))
    assert [leg.unit_index for leg in answer.legs] == [1, 0]
    assert answer.cut_off == (0,)
    assert answer.legs[0].on_foot is None


def test_a_call_on_a_closed_street_is_walked_to_from_its_end() -> None:
    town = ascii_map(SQUARE)
    engine, fleet = engine_and_fleet(town, ["C"])
    under(engine, closure(town, "A", "b"))
    (leg,) = ask(engine, fleet, town.between("A", "b", 0.5)).legs
    assert leg.on_foot is not None
    assert leg.drive_ms == 40_000


def test_who_never_had_a_way_is_not_called_cut_off() -> None:
    town = ascii_map("A---b   C---d---E")
    engine, fleet = engine_and_fleet(town, ["A", "E"])
    under(engine, closure(town, "d", "E", permille=500))
    answer = ask(engine, fleet, town.at("C"))
    assert answer.cut_off == ()
    assert answer.unreachable == (0,)


def test_an_area_closes_every_street_with_a_part_in_it() -> None:
    town = ascii_map(SQUARE)
    engine, fleet = engine_and_fleet(town, ["x"])
    block = closure(town, "A", "b")
    area = Closure(
        id="block",
        shape=around(town.between("b", "C", 0.5), 0.0005),
        heading_deg=None,
        along_line=False,
        speed_permille=CLOSED,
        modes=EVERYONE,
        starts_at=block.starts_at,
        ends_at=None,
        reason="",
    )
    under(engine, area)
    assert drive_s(ask(engine, fleet, town.at("C"))) == {0: 100}
    assert engine.closed_roads(area).length_m == pytest.approx(400, abs=1)


@pytest.mark.parametrize("seed", range(10))
def test_units_cut_off_are_found_one_by_one_as_they_are_all_at_once(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = ascii_map(
        """
        A---b---C---d->-E
        |   |   |   |   |
        f---g->-h---i---j
        |   |   |   |   |
        k-<-l---m---n---o
        """
    )
    rng = np.random.default_rng(seed)
    engine = RoadEngine(roads_for_cars(town.graph), SNAP, LOCATE)
    letters = "AbCdEfghijklmno"
    fleet = engine.place_fleet([town.at(letter) for letter in letters])
    streets = ["Ab", "bC", "Cd", "fg", "gh", "hi", "ij", "kl", "lm", "mn", "Af", "fk", "Ch", "hm"]
    closed = rng.choice(streets, 6, replace=False).tolist()
    engine.adopt(Conditions(closures=tuple(closure(town, *street) for street in closed)))
    for letter in letters:
        answers = []
        for few in (0, 16):
            monkeypatch.setattr(cut_off_module, "FEW", few)
            offset_ms = np.zeros(len(fleet), dtype=np.int64)
            answers.append(
                engine.nearest(fleet, town.at(letter), offset_ms=offset_ms, k=15, band_ms=0)
            )
        assert answers[0] == answers[1]
