"""The engine and its twin rank alike, to the millisecond, on real cities and countryside."""

from __future__ import annotations

import random
from functools import lru_cache

import pytest

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import RoadNetwork
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.graph import RoadGraph
from tests.district_roads import roads_for_cars
from tests.naive.comparison import LOCATE, SNAP, assert_engine_equals_twin
from tests.naive.twin import NaiveTwin
from tests.shared_data import shared_extract


def near_a_road(network: RoadNetwork, rng: random.Random) -> LonLat:
    """A point up to a few dozen metres from some point of some road."""
    point = rng.randrange(len(network.shape_lon_e7))
    return LonLat(
        (int(network.shape_lon_e7[point]) + rng.randint(-3000, 3000)) / 1e7,
        (int(network.shape_lat_e7[point]) + rng.randint(-3000, 3000)) / 1e7,
    )


@lru_cache(maxsize=1)
def roads_of(extract: str) -> tuple[RoadNetwork, RoadGraph, NaiveTwin]:
    """Read once for both searches, which come one after the other."""
    network = read_network(shared_extract(extract))
    return network, assemble(network), NaiveTwin(network)


@pytest.mark.parametrize("with_hierarchy", [False, True])
@pytest.mark.parametrize(
    ("extract", "calls"),
    [
        ("north-bayreuth.osm.gz", 150),
        ("liechtenstein-latest.osm.pbf", 100),
        ("porto_portugal.osm.pbf", 25),
    ],
)
def test_real_roads(extract: str, calls: int, with_hierarchy: bool) -> None:
    network, graph, twin = roads_of(extract)
    assert len(network.forbidden) > 0
    engine = RoadEngine(roads_for_cars(graph), SNAP, LOCATE, with_hierarchy=with_hierarchy)
    rng = random.Random(110)
    for number in range(calls):
        units = [near_a_road(network, rng) for _ in range(rng.choice([1, 10, 40]))]
        assert_engine_equals_twin(
            graph,
            engine,
            twin,
            units=units,
            call=near_a_road(network, rng),
            offset_ms=[rng.randint(0, 240_000) for _ in units],
            k=1 + number % 7,
            band_ms=rng.choice([0, 15_000]),
        )
