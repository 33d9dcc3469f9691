"""Units that are left out of a question are as if they were not there, to the millisecond."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import NOT_ASKED_MS, NearestUnits
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED
from dispatch_router.routing.engine import RoadEngine
from tests.district_roads import roads_for_cars
from tests.naive.comparison import LOCATE, SNAP, assert_engine_equals_twin, snapped
from tests.naive.random_network import random_network, random_position
from tests.naive.twin import NaiveTwin

EXAMPLES = 30 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 150


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
    unit_count=st.integers(1, 12),
    k=st.integers(1, 4),
    band_ms=st.sampled_from([0, 5_000]),
)
def test_random_units_left_out(
    rng: random.Random, node_count: int, edge_count: int, unit_count: int, k: int, band_ms: int
) -> None:
    network = random_network(rng, node_count=node_count, edge_count=edge_count)
    if (network.free_flow_ms == NOT_PERMITTED).all():
        return
    graph = assemble(network)
    engine = RoadEngine(roads_for_cars(graph), SNAP, LOCATE, with_hierarchy=rng.random() < 0.5)
    units = [random_position(rng) for _ in range(unit_count)]
    offset_ms = [rng.choice([NOT_ASKED_MS, rng.randint(0, 10_000)]) for _ in units]
    asked = [unit for unit, offset in enumerate(offset_ms) if offset != NOT_ASKED_MS]
    call = random_position(rng)
    if len(snapped(graph, call)) == 0:
        return
    whole = nearest(engine, units, call, offset_ms, k, band_ms)
    few = [units[unit] for unit in asked]
    few_offset_ms = [offset_ms[unit] for unit in asked]
    alone = nearest(engine, few, call, few_offset_ms, k, band_ms)
    assert [(leg.unit_index, leg.drive_ms, leg.walk_ms, leg.basis) for leg in whole.legs] == [
        (asked[leg.unit_index], leg.drive_ms, leg.walk_ms, leg.basis) for leg in alone.legs
    ]
    assert whole.unreachable == tuple(asked[unit] for unit in alone.unreachable)
    assert whole.certain_to_ms == alone.certain_to_ms
    assert_engine_equals_twin(
        graph,
        engine,
        NaiveTwin(network),
        units=few,
        call=call,
        offset_ms=few_offset_ms,
        k=k,
        band_ms=band_ms,
    )


def nearest(
    engine: RoadEngine,
    units: Sequence[LonLat],
    call: LonLat,
    offset_ms: Sequence[int],
    k: int,
    band_ms: int,
) -> NearestUnits:
    return engine.nearest(
        engine.place_fleet(units),
        call,
        offset_ms=np.array(offset_ms, dtype=np.int64),
        k=k,
        band_ms=band_ms,
    )
