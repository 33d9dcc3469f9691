"""The order of the hierarchy: nested dissection by inertial flow.

A cell of the map is cut where few nodes part its two ends (Schild & Sommer, On Balanced
Separators in Road Networks, SEA 2015); those nodes rank above everything else in the cell, and
both sides are cut again (George, Nested Dissection of a Regular Finite Element Mesh, 1973). The
node graph is cut, not the one with turn rules unfolded: its separators are much smaller.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse

from dispatch_router.routing.graph import Int32, Int64, RoadGraph
from dispatch_router.routing.hierarchy.cut import AFTER, BEFORE, CUT, Flow, least_cut
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import NOTHING

DIRECTIONS = 8
"""In how many directions, evenly spread over the whole turn, a cell's ends are looked for."""

END_SHARE = 4
"""An end of a cell is the first or the last of this many parts of its nodes."""

UNCUT_AT_MOST = 3
"""A cell of so few nodes is left as it is."""


def build_order(graph: RoadGraph) -> Int32:
    """Rank all states; states of one node stand together. The same graph gives the same order.

    Returns:
        Shape (states,), the rank of each state; the least is contracted first.
    """
    node_rank = _node_order(graph)
    by_node_rank = np.argsort(node_rank[graph.states.node], kind="stable")
    rank = np.empty(len(by_node_rank), dtype=np.int32)
    rank[by_node_rank] = np.arange(len(by_node_rank), dtype=np.int32)
    return rank


def _node_order(graph: RoadGraph) -> Int32:
    by_rank = dissect(new_flow(*_neighbours(graph)), _projections(graph))
    rank = np.empty(len(by_rank), dtype=np.int32)
    rank[by_rank] = np.arange(len(by_rank), dtype=np.int32)
    return rank


def new_flow(first: Int32, head: Int32) -> Flow:
    """Make the working memory for cuts of a graph, given the neighbours of every node."""
    count = len(first) - 1
    return Flow(
        first=first,
        head=head,
        cell=np.zeros(count, dtype=np.int32),
        is_sink=np.zeros(count, dtype=np.int32),
        came_from=np.full(count, NOTHING, dtype=np.int32),
        used=np.zeros(count, dtype=np.int32),
        seen=np.zeros(2 * count, dtype=np.int32),
        reached_by=np.zeros(2 * count, dtype=np.int32),
        queue=np.zeros(2 * count, dtype=np.int32),
        number=np.zeros(2, dtype=np.int32),
        side=np.zeros(count, dtype=np.int32),
    )


def _neighbours(graph: RoadGraph) -> tuple[Int32, Int32]:
    """Both ends of every edge as neighbours of each other, once each, without loops."""
    tail, head = graph.edges.tail, graph.edges.head
    proper = tail != head
    one_end = np.concatenate((tail[proper], head[proper]))
    other_end = np.concatenate((head[proper], tail[proper]))
    shape = (len(graph.nodes.lon_e7),) * 2
    joined = np.ones(len(one_end), dtype=np.int8)
    matrix = scipy.sparse.csr_array((joined, (one_end, other_end)), shape)
    matrix.sum_duplicates()
    return matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)


def _projections(graph: RoadGraph) -> Int64:
    """Where every node stands along each direction; shape (directions, nodes)."""
    lat = graph.nodes.lat_e7.astype(np.float64)
    east = graph.nodes.lon_e7 * np.cos(np.radians(lat.mean() / 1e7))
    angle = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
    along = np.outer(np.cos(angle), east) + np.outer(np.sin(angle), lat)
    whole: Int64 = np.rint(along).astype(np.int64)
    return whole


@kernel
def dissect(flow: Flow, projections: Int64) -> Int32:
    """Cut cells until they are small; return the nodes by rank."""
    by_rank = np.arange(projections.shape[1]).astype(np.int32)
    waiting = [(0, len(by_rank))]
    cell = 0
    while len(waiting) > 0:
        begin, end = waiting.pop()
        if end - begin <= UNCUT_AT_MOST:
            continue
        cell += 1
        nodes = by_rank[begin:end].copy()
        flow.cell[nodes] = cell
        side = best_cut(flow, projections, nodes)
        before, after = nodes[side == BEFORE], nodes[side == AFTER]
        middle = begin + len(before)
        by_rank[begin:middle] = before
        by_rank[middle : middle + len(after)] = after
        by_rank[middle + len(after) : end] = nodes[side == CUT]
        waiting.append((begin, middle))
        waiting.append((middle, middle + len(after)))
    return by_rank


@kernel
def best_cut(flow: Flow, projections: Int64, nodes: Int32) -> Int32:
    """Cut a cell across every direction; return the sides of the smallest, most even cut."""
    best_side = np.zeros(len(nodes), dtype=np.int32)
    best_size, best_smaller = len(nodes), -1
    ends = max(1, len(nodes) // END_SHARE)
    for direction in range(projections.shape[0]):
        along = np.argsort(projections[direction][nodes], kind="mergesort")
        size = least_cut(flow, nodes[along], ends, best_size)
        if size > best_size:
            continue
        side = flow.side[nodes]
        smaller = min(np.sum(side == BEFORE), np.sum(side == AFTER))
        if size < best_size or smaller > best_smaller:
            best_side, best_size, best_smaller = side, size, smaller
    return best_side
