"""Each step of the hierarchy does what its definition says, on random graphs."""

from __future__ import annotations

import itertools
import random

import networkx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.hierarchy.contract import children_first, climb_tree, fill_in
from dispatch_router.routing.hierarchy.cut import AFTER, BEFORE, CUT, least_cut
from dispatch_router.routing.hierarchy.order import build_order, new_flow
from dispatch_router.routing.kernels.arrays import NOTHING
from tests.naive.random_network import random_network

seeds = st.integers(0, 2**32 - 1)
MANY = 1 << 20


def random_graph(rng: random.Random) -> networkx.Graph:
    if rng.random() < 0.5:
        count = rng.randint(2, 24)
        return networkx.gnm_random_graph(count, rng.randint(0, 3 * count), rng.randrange(2**32))
    blocks = networkx.grid_2d_graph(rng.randint(1, 7), rng.randint(2, 7))
    blocks.remove_edges_from([street for street in list(blocks.edges) if rng.random() < 0.2])
    return networkx.convert_node_labels_to_integers(blocks)


def as_arrays(neighbours: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    first = np.cumsum([0, *map(len, neighbours)]).astype(np.int32)
    return first, np.array(list(itertools.chain(*neighbours)), dtype=np.int32)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seed=seeds)
def test_a_cut_parts_both_ends_and_no_smaller_one_does(seed):
    rng = random.Random(seed)
    graph = random_graph(rng)
    flow = new_flow(*as_arrays([list(graph[node]) for node in graph]))
    for _ in range(3):
        nodes = rng.sample(list(graph), len(graph))
        ends = rng.randint(1, max(1, len(nodes) // 3))
        size = least_cut(flow, np.array(nodes, dtype=np.int32), ends, len(nodes))
        side = flow.side.tolist()
        assert side.count(CUT) == size == len(networkx_cut(graph, nodes[:ends], nodes[-ends:]))
        assert not {AFTER} & {side[node] for node in nodes[:ends]}
        assert not {BEFORE} & {side[node] for node in nodes[-ends:]}
        assert not any({side[one], side[other]} == {BEFORE, AFTER} for one, other in graph.edges)


def networkx_cut(graph: networkx.Graph, sources: list[int], sinks: list[int]) -> set[int]:
    ends = graph.copy()
    ends.add_edges_from(("all sources", node) for node in sources)
    ends.add_edges_from((node, "all sinks") for node in sinks)
    if not networkx.has_path(ends, "all sources", "all sinks"):
        return set()
    return networkx.minimum_node_cut(ends, "all sources", "all sinks")


def test_a_second_path_may_send_the_first_one_another_way():
    #  a--u--v--w--y    a and b on one side, y and z on the other. The shortest path a-u-v-w-y
    #     |     |       blocks both long ones, until b's takes w over and sends a round by z.
    #  b--|--o-o-+
    #     +-o-o-o-----z
    graph = networkx.Graph()
    for road in ("auvwy", "b12w", "u345z"):
        networkx.add_path(graph, road)
    names = [*"ab", *"uvw12345", *"yz"]
    graph = networkx.relabel_nodes(graph, {name: node for node, name in enumerate(names)})
    flow = new_flow(*as_arrays([sorted(graph[node]) for node in range(len(names))]))
    assert least_cut(flow, np.arange(len(names), dtype=np.int32), 2, len(names)) == 2
    assert flow.used[names.index("v")] == 0


def test_a_cut_that_would_be_too_large_is_given_up():
    graph = networkx.complete_bipartite_graph(3, 3)
    flow = new_flow(*as_arrays([list(graph[node]) for node in graph]))
    nodes = np.arange(6, dtype=np.int32)
    assert least_cut(flow, nodes, 3, 3) == 3
    assert least_cut(flow, nodes, 3, 1) == 2


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seed=seeds)
def test_contracting_joins_the_higher_neighbours(seed):
    graph = random_graph(random.Random(seed))
    higher = [sorted(other for other in graph[node] if other > node) for node in graph]
    first_up, up_head = fill_in(*as_arrays(higher), MANY)
    expected = contracted_one_by_one(graph)
    found = [up_head[first_up[node] : first_up[node + 1]].tolist() for node in graph]
    assert found == expected
    parent, depth, _ = climb_tree(first_up, up_head)
    assert parent.tolist() == [above[0] if above else NOTHING for above in expected]
    for node in graph:
        assert depth[node] == (0 if parent[node] == NOTHING else depth[parent[node]] + 1)


def test_contracting_gives_up_rather_than_fill_the_memory():
    star = [[8], [8], [8], [8], [8], [8], [8], [8], []]
    assert fill_in(*as_arrays(star), 8)[0][-1] == 8
    hub_first = [[1, 2, 3, 4, 5, 6, 7, 8], *([] for _ in range(8))]
    assert fill_in(*as_arrays(hub_first), 8)[0][-1] == NOTHING


def contracted_one_by_one(graph: networkx.Graph) -> list[list[int]]:
    graph = graph.copy()
    above = []
    for node in sorted(graph):
        above.append(sorted(graph[node]))
        graph.add_edges_from(itertools.combinations(above[-1], 2))
        graph.remove_node(node)
    return above


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seed=seeds)
def test_renumbered_every_vertex_comes_right_after_what_is_below_it(seed):
    graph = random_graph(random.Random(seed))
    higher = [sorted(other for other in graph[node] if other > node) for node in graph]
    number = children_first(*fill_in(*as_arrays(higher), MANY))
    assert sorted(number.tolist()) == list(graph)
    renumbered = networkx.relabel_nodes(graph, dict(enumerate(number.tolist())))
    arrays = as_arrays([sorted(o for o in renumbered[v] if o > v) for v in sorted(renumbered)])
    first_up, up_head = fill_in(*arrays, MANY)
    assert len(up_head) == len(fill_in(*as_arrays(higher), MANY)[1])
    parent, _, low = climb_tree(first_up, up_head)
    for vertex in graph:
        below = [other for other in graph if vertex in line_up(parent.tolist(), other)]
        assert below == list(range(int(low[vertex]), vertex + 1))


def line_up(parent: list[int], vertex: int) -> list[int]:
    line = [vertex]
    while parent[line[-1]] != NOTHING:
        line.append(parent[line[-1]])
    return line


def random_roads(rng: random.Random) -> RoadGraph | None:
    network = random_network(rng, node_count=rng.randint(2, 30), edge_count=rng.randint(1, 60))
    return None if (network.free_flow_ms == NOT_PERMITTED).all() else assemble(network)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(seed=seeds)
def test_the_order_ranks_every_state_once_and_keeps_those_of_a_junction_together(seed):
    graph = random_roads(random.Random(seed))
    if graph is None:
        return
    rank = build_order(graph)
    assert sorted(rank.tolist()) == list(range(len(graph.states.node)))
    in_order = graph.states.node[np.argsort(rank)].tolist()
    assert len(list(itertools.groupby(in_order))) == len(set(in_order))
    assert (build_order(graph) == rank).all()
