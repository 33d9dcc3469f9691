"""The hierarchy, the networkx twin and the bounded search rank alike, to the millisecond."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED
from dispatch_router.routing.fleet import Fleet, tie_to_roads
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.hierarchy.climb import new_climb
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy, build_hierarchy
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.metric import Metric, free_flow_metric
from tests.naive.comparison import LOCATE, SNAP, WALK_MS_PER_MM, snapped
from tests.naive.random_network import random_network, random_position
from tests.naive.twin import NaiveTwin

EXAMPLES = 60 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 300


def a_fleet(graph: RoadGraph, metric: Metric, units: Sequence[LonLat]) -> Fleet:
    return tie_to_roads(
        graph,
        metric,
        units,
        [snapped(graph, unit) for unit in units],
        yard_speed_m_s=SNAP.yard_speed_m_s,
    )


def assert_the_legs_are_what_they_say(
    hierarchy: Hierarchy, fleet: Fleet, accesses: Accesses, offset_ms: Sequence[int], found: Legs
) -> None:
    """Unpacked, every leg drives arc after arc, takes its time and has its length."""
    roads, starts = hierarchy.metric.roads, fleet.starts
    climbs = new_climb(hierarchy.tree), new_climb(hierarchy.tree)
    for leg, (start, access, unit) in enumerate(
        zip(found.start.tolist(), found.access.tolist(), found.unit.tolist(), strict=True)
    ):
        assert starts.unit[start] == unit
        drive_ms = found.total_ms[leg] - offset_ms[unit] - accesses.walk_ms[access]
        if found.stays_on_edge[leg]:
            assert starts.edge[start] == accesses.edge[access]
            continue
        states = {int(roads.head_state[starts.edge[start]])}
        ms = int(starts.ms[start] + accesses.ms[access])
        mm = int(roads.length_mm[starts.edge[start] >> 1] - starts.along_mm[start])
        mm += int(accesses.along_mm[access])
        for edge in hierarchy.driven_edges(fleet, accesses, found, leg, climbs).tolist():
            states = states_after(hierarchy.metric, states, edge)
            ms += int(roads.edge_ms[edge])
            mm += int(roads.length_mm[edge >> 1])
        assert states_after(hierarchy.metric, states, int(accesses.edge[access]))
        assert ms == drive_ms
        assert mm == found.distance_mm[leg]


def states_after(metric: Metric, states: set[int], edge: int) -> set[int]:
    """Where a drive along an edge can lead that obeys the turn rules; nowhere if it cannot."""
    roads = metric.roads
    arcs = roads.arc_of_edge[roads.first_arc[edge] : roads.first_arc[edge + 1]]
    return {int(roads.arc_head[arc]) for arc in arcs if int(roads.tail[arc]) in states}


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
    metric, twin = free_flow_metric(graph), NaiveTwin(network)
    hierarchy = build_hierarchy(metric, graph.states.rank)
    climb = new_climb(hierarchy.tree)
    units = [random_position(rng) for _ in range(unit_count)]
    fleet = a_fleet(graph, metric, units)
    labels = hierarchy.labels(fleet, climb)
    for _ in range(3):
        call = snapped(graph, random_position(rng))
        if len(call) == 0:
            continue
        offset_ms = [rng.randint(0, greatest_offset_ms) for _ in units]
        accesses = call_accesses(metric, call, LOCATE)
        found = hierarchy.nearest(
            fleet, labels, accesses, np.array(offset_ms, dtype=np.int64), k, band_ms, climb
        )
        totals = twin.totals_ms(
            [snapped(graph, unit) for unit in units],
            call,
            offset_ms=offset_ms,
            yard_speed_m_s=SNAP.yard_speed_m_s,
            walk_ms_per_mm=WALK_MS_PER_MM,
        )
        assert [None if ms == NO_TOTAL else ms for ms in found.bound_ms.tolist()] == totals
        ranked = sorted((total, unit) for unit, total in enumerate(totals) if total is not None)
        bound = ranked[k - 1][0] + band_ms if len(ranked) >= k else NO_TOTAL
        expected = [place for place in ranked if place[0] <= bound]
        assert list(zip(found.total_ms.tolist(), found.unit.tolist(), strict=True)) == expected
        assert found.certain_to_ms[0] == bound
        assert_the_legs_are_what_they_say(hierarchy, fleet, accesses, offset_ms, found)
