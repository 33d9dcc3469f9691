"""Many threads ask one engine at once, each with a memory of its own, and all are told the same."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import NearestUnits
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.graph import RoadGraph
from tests.district_roads import roads_for_cars
from tests.naive.comparison import LOCATE, SNAP
from tests.xipeng import committed_graph

THREADS, CALLS, UNITS = 8, 400, 60


def on_roads(graph: RoadGraph, count: int, rng: random.Random) -> list[LonLat]:
    lon, lat = graph.edges.point_lon_e7, graph.edges.point_lat_e7
    points = [rng.randrange(len(lon)) for _ in range(count)]
    return [LonLat(int(lon[point]) / 1e7, int(lat[point]) / 1e7) for point in points]


@pytest.mark.parametrize("with_hierarchy", [True, False])
def test_threads_get_the_answers_that_one_alone_gets(with_hierarchy: bool) -> None:
    graph, rng = committed_graph(), random.Random(110)
    engine = RoadEngine(roads_for_cars(graph), SNAP, LOCATE, with_hierarchy=with_hierarchy)
    fleet = engine.place_fleet(on_roads(graph, UNITS, rng))
    offset_ms = np.array([rng.randrange(200_000) for _ in range(UNITS)], dtype=np.int64)

    def ask(call: LonLat) -> NearestUnits:
        return engine.nearest(
            fleet, call, offset_ms=offset_ms, k=5, band_ms=9_000, baseline=[3], with_routes=True
        )

    calls = on_roads(graph, CALLS, rng)
    alone = [ask(call) for call in calls]
    with ThreadPoolExecutor(THREADS) as threads:
        together = list(threads.map(ask, calls))
    assert together == alone
