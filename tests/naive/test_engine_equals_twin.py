"""The engine and its networkx twin rank alike, to the millisecond, on random networks."""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED
from dispatch_router.routing.engine import RoadEngine
from tests.district_roads import roads_for_cars
from tests.naive.comparison import LOCATE, SNAP, assert_engine_equals_twin, snapped
from tests.naive.random_network import random_network, random_position
from tests.naive.twin import NaiveTwin

EXAMPLES = 60 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 300


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    rng=st.randoms(use_true_random=True),
    node_count=st.integers(2, 14),
    edge_count=st.integers(1, 30),
    unit_count=st.integers(0, 12),
    k=st.integers(1, 6),
    band_ms=st.sampled_from([0, 1, 5_000]),
    greatest_offset_ms=st.sampled_from([0, 10, 100_000]),
)
def test_random_networks_random_units_random_calls(
    rng: random.Random,
    node_count: int,
    edge_count: int,
    unit_count: int,
    k: int,
    band_ms: int,
    greatest_offset_ms: int,
) -> None:
    network = random_network(rng, node_count=node_count, edge_count=edge_count)
    if (network.free_flow_ms == NOT_PERMITTED).all():
        return
    graph = assemble(network)
    engine = RoadEngine(roads_for_cars(graph), SNAP, LOCATE, with_hierarchy=rng.random() < 0.5)
    twin = NaiveTwin(network)
    units = [random_position(rng) for _ in range(unit_count)]
    for _ in range(3):
        call = random_position(rng)
        if len(snapped(graph, call)) == 0:
            continue
        assert_engine_equals_twin(
            graph,
            engine,
            twin,
            units=units,
            call=call,
            offset_ms=[rng.randint(0, greatest_offset_ms) for _ in units],
            k=k,
            band_ms=band_ms,
        )
