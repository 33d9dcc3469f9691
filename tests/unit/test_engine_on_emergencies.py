"""Article 53 on towns small enough to check by hand: 10 s and 100 m a character."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from dispatch_router.domain.response import Response
from dispatch_router.domain.traffic import EmergencyPolicy
from dispatch_router.domain.travel import Basis, DriveLeg, ExemptedRule
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from tests.ascii_map import Town, ascii_map
from tests.district_roads import roads_for_cars
from tests.drawn_questions import SNAP
from tests.naive.comparison import LOCATE

PRICES = EmergencyPolicy(
    contraflow_kmh=36.0,
    contraflow_ms=5_000,
    turn_ms=7_000,
    access_kmh=36.0,
    access_ms=3_000,
)
# At 36 km/h a character takes 10 s, as everywhere in the drawings.


def drive(
    town: Town,
    unit: str,
    call: str,
    *,
    response: Response = Response.EMERGENCY,
    prices: EmergencyPolicy = PRICES,
    mode: UnitMode = UnitMode.CAR,
) -> DriveLeg | None:
    """Ask both searches for one unit; they must agree."""
    roads = roads_for_cars(town.graph)
    roads = dataclasses.replace(roads, networks={mode: town.graph})
    engine = RoadEngine(roads, SNAP, LOCATE, emergency=prices)
    fleet = engine.place_fleet([town.at(unit)], [mode])
    first, second = (
        engine.nearest(
            fleet,
            town.at(call),
            offset_ms=np.zeros(1, dtype=np.int64),
            k=1,
            band_ms=0,
            response=response,
            search=search,
        ).legs
        for search in (BoundedSearch, LabelSearch)
    )
    assert first == second
    return first[0]


ONE_WAY = """
    A---b-<-C---d
        |   |
        x---y
    """


def test_against_a_one_way_street_where_that_saves_time() -> None:
    town = ascii_map(ONE_WAY, exempt=True)
    leg = drive(town, "A", "d")
    assert leg is not None
    assert leg.drive_ms == pytest.approx(125_000, abs=5)
    (stretch,) = leg.exemptions
    assert stretch.rule is ExemptedRule.CONTRAFLOW
    assert stretch.length_m == pytest.approx(400, abs=1)
    assert stretch.drive_ms == pytest.approx(45_000, abs=5)
    assert stretch.line[0].lon == pytest.approx(town.at("b").lon, abs=1e-6)
    assert stretch.line[-1].lon == pytest.approx(town.at("C").lon, abs=1e-6)
    assert leg.ordinary_ms == pytest.approx(160_000, abs=5)


def test_a_routine_drive_keeps_every_rule_and_says_nothing_of_exemptions() -> None:
    leg = drive(ascii_map(ONE_WAY, exempt=True), "A", "d", response=Response.ROUTINE)
    assert leg is not None
    assert leg.drive_ms == pytest.approx(160_000, abs=10)
    assert leg.exemptions == ()
    assert leg.ordinary_ms is None


def test_where_the_price_is_too_high_the_rule_is_kept() -> None:
    dear = dataclasses.replace(PRICES, contraflow_ms=60_000)
    leg = drive(ascii_map(ONE_WAY, exempt=True), "A", "d", prices=dear)
    assert leg is not None
    assert leg.drive_ms == pytest.approx(160_000, abs=10)
    assert leg.exemptions == ()
    assert leg.ordinary_ms == pytest.approx(160_000, abs=10)


def test_who_calls_beside_a_closed_street_is_reached_from_the_next_open_one_or_along_it() -> None:
    town = ascii_map("A---b---C\n|\n|\nd---e", closed=["de", "ed"], exempt=True)
    routine = drive(town, "C", "e", response=Response.ROUTINE)
    emergency = drive(town, "C", "e")
    assert routine is not None
    assert emergency is not None
    assert routine.basis is Basis.FREE_FLOW
    assert routine.walk_ms > 100_000
    assert emergency.walk_ms < 100
    assert [stretch.rule for stretch in emergency.exemptions] == [ExemptedRule.CLOSED_ACCESS]


def test_a_restricted_turn_has_its_price_and_is_listed() -> None:
    drawing = """
        A---b---c
            |   |
            x---y
        """
    town = ascii_map(drawing, forbidden=["Abx"], exempt=True)
    leg = drive(town, "A", "x")
    assert leg is not None
    assert leg.drive_ms == pytest.approx(67_000, abs=10)
    assert [(each.rule, each.length_m, each.drive_ms) for each in leg.exemptions] == [
        (ExemptedRule.RESTRICTED_TURN, 0.0, 7_000)
    ]
    (junction,) = leg.exemptions[0].line
    assert junction.lon == pytest.approx(town.at("b").lon, abs=1e-6)
    assert leg.ordinary_ms == pytest.approx(140_000, abs=10)


def test_through_a_pedestrian_street_that_is_closed_to_everyone_else() -> None:
    drawing = """
        A---b---C
        |       |
        x-------z
        """
    town = ascii_map(drawing, closed=["bC", "Cb"], exempt=True)
    leg = drive(town, "A", "C")
    assert leg is not None
    assert leg.drive_ms == pytest.approx(83_000, abs=5)
    assert [each.rule for each in leg.exemptions] == [ExemptedRule.CLOSED_ACCESS]
    assert leg.ordinary_ms == pytest.approx(120_000, abs=10)


def test_where_only_an_exemption_leads_there_that_is_said_by_the_missing_time() -> None:
    town = ascii_map("A---b-<-C---d", exempt=True)
    leg = drive(town, "A", "d")
    assert leg is not None
    assert [each.rule for each in leg.exemptions] == [ExemptedRule.CONTRAFLOW]
    assert leg.ordinary_ms is None


def test_walkers_need_no_exemption_and_get_none() -> None:
    leg = drive(ascii_map("A---b---C"), "A", "C", mode=UnitMode.FOOT)
    assert leg is not None
    assert leg.drive_ms == pytest.approx(80_000, abs=10)
    assert leg.exemptions == ()
    assert leg.ordinary_ms == pytest.approx(80_000, abs=10)
