"""What the engine does where its faster way is closed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import DriveLeg
from dispatch_router.routing import engine as engine_module
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.hierarchy import contract
from tests.ascii_map import Town, ascii_map
from tests.drawn_questions import SNAP, ask, drive_s
from tests.naive.comparison import LOCATE


def test_the_baseline_of_very_many_stations_is_the_same_without_tables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = ascii_map(
        """
        A---b---C
            |
        x-<-y   e---D
        """
    )
    units = [town.at("C"), town.at("x"), town.at("A"), town.at("D")]
    by_table = the_baseline(town, units)
    monkeypatch.setattr(engine_module, "TABLES_AT_MOST", 0)
    by_search = the_baseline(town, units)
    assert by_table is not None
    assert by_search is not None
    assert by_search.unit_index == by_table.unit_index == 0
    # Of equal totals, drive and walk may differ by a millisecond.
    assert by_search.drive_ms + by_search.walk_ms == by_table.drive_ms + by_table.walk_ms
    assert the_baseline(town, [town.at("D"), town.at("x")]) is None


def the_baseline(town: Town, units: Sequence[LonLat]) -> DriveLeg | None:
    engine = RoadEngine(town.graph, SNAP, LOCATE, with_hierarchy=False)
    return engine.nearest(
        engine.place_fleet(units),
        town.at("y"),
        offset_ms=np.zeros(len(units), dtype=np.int64),
        k=1,
        band_ms=0,
        baseline=range(len(units)),
    ).baseline


def test_an_order_that_does_not_fit_is_said_and_the_bounded_search_answers(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(contract, "EDGES_PER_VERTEX_AT_MOST", 0)
    monkeypatch.setattr(contract, "EDGES_ALLOWED_ANYWAY", 0)
    town = ascii_map("A---b---C")
    answer = ask(town, [town.at("C")], town.at("A"))
    assert drive_s(answer) == {0: 80}
    assert "the bounded search answers alone" in caplog.text
