"""The hierarchy and the bounded search give the same answer on real cities and countryside."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest

from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import RoadNetwork
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.graph import NOT_PERMITTED, RoadGraph
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy, build_hierarchy
from dispatch_router.routing.metric import DrivingTimes, Metric, free_flow_metric, metric_of
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from tests.naive.comparison import LOCATE, snapped
from tests.naive.test_engine_equals_twin_on_real_roads import near_a_road
from tests.naive.test_hierarchy_equals_twin import a_view, assert_the_legs_are_what_they_say
from tests.shared_data import shared_extract

CALLS = {
    "north-bayreuth.osm.gz": 300,
    "liechtenstein-latest.osm.pbf": 300,
    "porto_portugal.osm.pbf": 400,
}


@cache
def built(extract: str) -> tuple[RoadNetwork, RoadGraph, Hierarchy]:
    network = read_network(shared_extract(extract))
    graph = assemble(network)
    return network, graph, build_hierarchy(free_flow_metric(graph), graph.states.rank)


@pytest.mark.parametrize("extract", CALLS)
def test_hundreds_of_calls(extract: str) -> None:
    network, graph, hierarchy = built(extract)
    assert len(network.forbidden) > 0
    assert_both_searches_agree(network, graph, hierarchy, CALLS[extract])


@pytest.mark.parametrize("extract", CALLS)
def test_other_driving_times_are_taken_without_contracting_again(extract: str) -> None:
    network, graph, hierarchy = built(extract)
    changed = hierarchy.under(with_traffic(hierarchy.metric, np.random.default_rng(110)))
    assert changed.tree is hierarchy.tree
    assert_both_searches_agree(network, graph, changed, CALLS[extract] // 4)


def with_traffic(metric: Metric, rng: np.random.Generator) -> Metric:
    """Every road slower by its own factor, each direction for itself, and one in fifty closed."""
    leave_ms = metric.roads.leave_ms
    slower = (leave_ms * rng.uniform(1.0, 8.0, len(leave_ms))).astype(np.int32)
    slower[leave_ms == NOT_PERMITTED] = NOT_PERMITTED
    closed = slower.copy()
    closed[rng.random(len(closed)) < 0.02] = NOT_PERMITTED
    return metric_of(metric.topology, DrivingTimes(closed, slower, None))


def assert_both_searches_agree(
    network: RoadNetwork, graph: RoadGraph, hierarchy: Hierarchy, calls: int
) -> None:
    rng = random.Random(110)
    metric = hierarchy.metric
    searches = BoundedSearch(metric), LabelSearch(hierarchy)
    for number in range(calls):
        if number % 10 == 0:
            units = [near_a_road(network, rng) for _ in range(rng.choice([1, 10, 100]))]
            view = a_view(hierarchy, graph, units)
        call = snapped(graph, near_a_road(network, rng))
        accesses = call_accesses(metric, call, LOCATE)
        offset_ms = np.array([rng.randint(0, 240_000) for _ in units], dtype=np.int64)
        k, band_ms = 1 + number % 7, rng.choice([0, 15_000])
        bounded, found = (
            search.nearest(view, accesses, offset_ms, k, band_ms) for search in searches
        )
        assert found.unit.tolist() == bounded.unit.tolist()
        assert found.total_ms.tolist() == bounded.total_ms.tolist()
        assert found.certain_to_ms[0] == bounded.certain_to_ms[0]
        if number % 5 == 0:
            for search, legs in zip(searches, (bounded, found), strict=True):
                assert_the_legs_are_what_they_say(search, view, accesses, offset_ms.tolist(), legs)
