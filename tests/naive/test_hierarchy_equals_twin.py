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
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy, build_hierarchy
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.legs import Legs
from dispatch_router.routing.metric import free_flow_metric
from dispatch_router.routing.searches import LabelSearch, Search
from dispatch_router.routing.view import View
from tests.naive.comparison import LOCATE, SNAP, WALK_MS_PER_MM, snapped
from tests.naive.random_network import random_network, random_position
from tests.naive.twin import NaiveTwin

EXAMPLES = 60 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 300


def a_view(hierarchy: Hierarchy, graph: RoadGraph, units: Sequence[LonLat]) -> View:
    return View(
        hierarchy.metric, hierarchy, [snapped(graph, unit) for unit in units], SNAP.yard_speed_m_s
    )


def assert_the_legs_are_what_they_say(
    search: Search, view: View, accesses: Accesses, offset_ms: Sequence[int], found: Legs
) -> None:
    """Unpacked, every leg drives arc after open arc, takes its time and has its length."""
    roads, starts = view.metric.roads, view.starts
    for leg, (start, access, unit) in enumerate(
        zip(found.start.tolist(), found.access.tolist(), found.unit.tolist(), strict=True)
    ):
        assert starts.unit[start] == unit
        drive_ms = found.total_ms[leg] - offset_ms[unit] - accesses.walk_ms[access]
        to_edge = accesses.edge[access]
        if found.stays_on_edge[leg]:
            assert starts.edge[start] == to_edge
            continue
        arcs = search.driven_arcs(view, accesses, found, leg)
        edges = search.driven_edges(view, accesses, found, leg)
        assert [*edges.tolist(), to_edge] == roads.directed_edge[arcs].tolist()
        left = [roads.head_state[starts.edge[start]], *roads.arc_head[arcs[:-1]].tolist()]
        assert roads.tail[arcs].tolist() == left
        assert (roads.weight_ms[arcs] >= 0).all()
        ms = int(starts.ms[start] + roads.weight_ms[arcs].sum())
        ms += int(accesses.ms[access] - roads.edge_ms[to_edge])
        mm = int(roads.length_mm[starts.edge[start] >> 1] - starts.along_mm[start])
        mm += int(roads.length_mm[edges >> 1].sum() + accesses.along_mm[access])
        assert ms == drive_ms
        assert mm == found.distance_mm[leg]


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
    search = LabelSearch(hierarchy)
    units = [random_position(rng) for _ in range(unit_count)]
    view = a_view(hierarchy, graph, units)
    for _ in range(3):
        call = snapped(graph, random_position(rng))
        if len(call) == 0:
            continue
        offset_ms = [rng.randint(0, greatest_offset_ms) for _ in units]
        accesses = call_accesses(metric, call, LOCATE)
        found = search.nearest(view, accesses, np.array(offset_ms, dtype=np.int64), k, band_ms)
        totals = twin.totals_ms(
            [snapped(graph, unit) for unit in units],
            call,
            offset_ms=offset_ms,
            yard_speed_m_s=SNAP.yard_speed_m_s,
            walk_ms_per_mm=WALK_MS_PER_MM,
        )
        known = [None if ms == NO_TOTAL else ms for ms in found.bound_ms.tolist()]
        for total, bound_ms in zip(totals, known, strict=True):
            assert bound_ms == total or (not found.exhausted and (bound_ms or NO_TOTAL) > total)
        everyone = search.nearest(
            view, accesses, np.array(offset_ms, dtype=np.int64), max(1, len(units)), band_ms
        )
        assert everyone.exhausted
        assert [None if ms == NO_TOTAL else ms for ms in everyone.bound_ms.tolist()] == totals
        ranked = sorted((total, unit) for unit, total in enumerate(totals) if total is not None)
        bound = ranked[k - 1][0] + band_ms if len(ranked) >= k else NO_TOTAL
        expected = [place for place in ranked if place[0] <= bound]
        assert list(zip(found.total_ms.tolist(), found.unit.tolist(), strict=True)) == expected
        assert found.certain_to_ms == bound
        assert_the_legs_are_what_they_say(search, view, accesses, offset_ms, found)
