"""What a straight line is worth on a network."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pytest

from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.straight_lines import (
    UNKNOWN_DETOUR_FACTOR,
    _driven_mm,
    _steps,
    fit_straight_lines,
)
from dispatch_router.routing.reach import core_reach, ordinary_arcs
from tests.ascii_map import Town, ascii_map
from tests.naive.random_network import random_network

RING = """
A---b
|   |
|   |
d---C
"""


def fit(town: Town) -> tuple[float, float]:
    (network,) = town.graph.summary.networks
    return network.detour_factor, network.road_speed_m_s


def test_along_a_straight_road_the_way_is_the_line():
    assert fit(ascii_map("A--b--c--D")) == pytest.approx((1.0, 10.0), rel=0.01)


def test_around_a_block_the_way_is_longer_than_the_line():
    detour_factor, speed_m_s = fit(ascii_map(RING))
    assert 1.0 <= detour_factor < 1.42
    assert speed_m_s == pytest.approx(10.0, rel=0.01)


def test_one_way_streets_make_it_longer_still():
    one_way = RING.replace("A---b", "A->-b").replace("d---C", "d-<-C")
    one_way = one_way.replace("|   |\n|   |", "^   !\n^   !")
    assert fit(ascii_map(one_way))[0] > fit(ascii_map(RING))[0]


def test_what_only_an_emergency_drive_may_take_does_not_count():
    drawing = RING.replace("A---b", "A->-b")
    assert fit(ascii_map(drawing, exempt=True)) == fit(ascii_map(drawing))


def test_where_no_drive_is_possible_a_common_factor_and_the_speed_of_the_roads_hold():
    assert fit(ascii_map("A->-b")) == pytest.approx((UNKNOWN_DETOUR_FACTOR, 10.0), rel=0.01)


def test_the_same_network_gives_the_same_fit():
    network = random_network(random.Random(5), node_count=40, edge_count=120)
    assert assemble(network).summary == assemble(network).summary


@pytest.mark.parametrize("seed", range(20))
def test_lengths_along_the_tree_equal_those_of_networkx(seed: int):
    graph = assemble(random_network(random.Random(seed), node_count=30, edge_count=90))
    states, edges = graph.states, graph.edges
    count = len(states.node)
    steps = _steps(edges, states)
    known = nx.DiGraph()
    known.add_nodes_from(range(count))
    head = np.repeat(np.arange(count), np.diff(states.first_in))
    for arc in np.flatnonzero(ordinary_arcs(edges, states)).tolist():
        ms = int(edges.free_flow_ms[states.directed_edge[arc]])
        mm = int(edges.length_mm[states.directed_edge[arc] // 2])
        ends = int(states.tail[arc]), int(head[arc])
        if not known.has_edge(*ends) or (ms, mm) < known.edges[ends]["cost"]:
            known.add_edge(*ends, cost=(ms, mm), ms=ms, mm=mm)
    # A tree of fastest drives, as scipy would give it: the state before each.
    before = np.full(count, -9999, np.int32)
    start = int(states.node[0])
    paths = nx.single_source_dijkstra_path(known, start, weight="ms")
    for state, path in paths.items():
        if len(path) > 1:
            before[state] = path[-2]
    driven_mm = _driven_mm(before, steps)
    for state, path in paths.items():
        assert driven_mm[state] == nx.path_weight(known, path, "mm")


def test_a_fit_needs_no_numbering_of_its_own():
    graph = ascii_map(RING).graph
    head = np.repeat(np.arange(len(graph.states.node)), np.diff(graph.states.first_in))
    reach = core_reach(len(graph.states.node), graph.states.tail, head)
    again = fit_straight_lines(graph.nodes, graph.edges, graph.states, reach)
    assert again.detour_factor == graph.summary.networks[0].detour_factor
