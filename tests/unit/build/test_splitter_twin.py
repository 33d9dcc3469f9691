"""The splitter against a plain one, on random ways."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.routing.build.splitter import SplitWays, split_ways

NODES = 8
ways_of_nodes = st.lists(st.lists(st.integers(0, NODES - 1), max_size=8), max_size=5)
some_nodes = st.sets(st.integers(0, NODES - 1), max_size=4)


def split_plainly(
    ways: list[list[int]], missing: set[int], blocked: set[int], forced: set[int]
) -> list[tuple[int, tuple[int, ...]]]:
    """Return way and nodes of every edge, in order."""
    parts = [(number, part) for number, way in enumerate(ways) for part in known(way, missing)]
    uses = Counter(node for _, part in parts for node in part)
    ends = {node for _, part in parts for node in (part[0], part[-1])}
    edges = []
    for number, part in parts:
        edge = [part[0]]
        for node in part[1:]:
            edge.append(node)
            if uses[node] > 1 or node in ends | blocked | forced:
                edges.append((number, tuple(edge)))
                edge = [node]
    return edges


def known(way: list[int], missing: set[int]) -> list[list[int]]:
    """Return the parts of a way between missing nodes, no node twice in a row, lone nodes gone."""
    parts: list[list[int]] = [[]]
    for node in way:
        if node in missing:
            parts.append([])
        elif not parts[-1] or parts[-1][-1] != node:
            parts[-1].append(node)
    return [part for part in parts if len(part) > 1]


def split(
    ways: list[list[int]], missing: set[int], blocked: set[int], forced: set[int]
) -> SplitWays:
    def mask(nodes: set[int]) -> np.ndarray:
        return np.isin(np.arange(NODES), sorted(nodes))

    return split_ways(
        np.concatenate(([0], np.cumsum([len(way) for way in ways]))).astype(np.int64),
        np.array([node for way in ways for node in way], dtype=np.int64),
        is_known=~mask(missing),
        is_barrier=mask(blocked),
        must_split=mask(forced),
    )


@given(ways_of_nodes, some_nodes, some_nodes, some_nodes)
@settings(max_examples=300)
def test_every_edge_is_the_one_that_a_plain_splitter_makes(ways, missing, blocked, forced):
    result = split(ways, missing, blocked, forced)
    shapes = np.split(result.shape_node, result.shape_first[1:-1])
    edges = [
        (int(way), tuple(map(int, s))) for way, s in zip(result.edge_way, shapes, strict=False)
    ]
    assert edges == split_plainly(ways, missing, blocked, forced)


@given(ways_of_nodes, some_nodes, some_nodes, some_nodes)
@settings(max_examples=300)
def test_edges_meet_at_every_shared_node_except_where_cars_are_stopped(
    ways, missing, blocked, forced
):
    result = split(ways, missing, blocked, forced)
    first, last = result.shape_first[:-1], result.shape_first[1:] - 1
    assert (result.graph_node[result.edge_tail] == result.shape_node[first]).all()
    assert (result.graph_node[result.edge_head] == result.shape_node[last]).all()
    ends = Counter([*result.edge_tail.tolist(), *result.edge_head.tolist()])
    stopped = np.isin(result.graph_node, sorted(blocked))
    assert all(ends[node] == 1 for node in np.flatnonzero(stopped).tolist())
    open_nodes = result.graph_node[~stopped].tolist()
    assert len(open_nodes) == len(set(open_nodes))
    for node, index in enumerate(result.node_index.tolist()):
        assert (index >= 0) == (node in open_nodes)
        assert index < 0 or result.graph_node[index] == node


@given(ways_of_nodes, some_nodes)
@settings(max_examples=100)
def test_every_way_is_kept_cut_empty_or_outside(ways, missing):
    result = split(ways, missing, set(), set())
    whole = sum(bool(known(way, set())) and not missing & set(way) for way in ways)
    counted = result.cut_ways + result.empty_ways + result.outside_ways
    assert counted + whole == len(ways)
