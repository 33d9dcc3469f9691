"""Units are seen where they are now, however seldom somebody looks under a response."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import NearestUnits
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.view import View
from tests.ascii_map import Town, ascii_map
from tests.district_roads import roads_for_cars
from tests.drawn_questions import SNAP, drive_s
from tests.naive.comparison import LOCATE

TOWN = """
    A---b---C---d---E
    """


@pytest.fixture
def town() -> Town:
    return ascii_map(TOWN)


def ask(engine: RoadEngine, fleet: Fleet, call: LonLat, response: Response) -> NearestUnits:
    return engine.nearest(
        fleet,
        call,
        offset_ms=np.zeros(len(fleet), dtype=np.int64),
        k=9,
        band_ms=0,
        response=response,
    )


def test_what_was_not_asked_for_in_between_sees_units_where_they_have_got_to(town: Town) -> None:
    engine = RoadEngine(roads_for_cars(town.graph), SNAP, LOCATE)
    fleet = engine.place_fleet([town.at("A"), town.at("b")])
    for response in Response:
        assert drive_s(ask(engine, fleet, town.at("E"), response)) == {0: 160, 1: 120}
    for letters in ("bC", "Cd", "dA"):
        fleet.move({unit: town.at(letter) for unit, letter in enumerate(letters)})
        ask(engine, fleet, town.at("E"), Response.ROUTINE)
    fleet.move({1: town.at("C")})
    for response in reversed(Response):
        assert drive_s(ask(engine, fleet, town.at("E"), response)) == {0: 40, 1: 80}


def test_a_unit_that_moves_again_and_again_is_put_where_it_is_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = RoadEngine(roads_for_cars(town.graph), SNAP, LOCATE)
    fleet = engine.place_fleet([town.at("A")])
    ask(engine, fleet, town.at("E"), Response.ROUTINE)
    put: list[int] = []
    move_many = View.move_many
    monkeypatch.setattr(
        View, "move_many", lambda view, moved: (put.append(len(moved)), move_many(view, moved))
    )
    for letter in "bCdCb":
        fleet.move({0: town.at(letter)})
    assert put == []
    assert drive_s(ask(engine, fleet, town.at("E"), Response.ROUTINE)) == {0: 120}
    assert put == [1]
