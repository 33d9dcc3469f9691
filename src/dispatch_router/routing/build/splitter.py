"""Ways into edges: cut where roads meet or end, at barriers, at turn rules and at missing nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SplitWays:
    """Edges of all ways, in the order of the ways and along each of them.

    Attributes:
        edge_way: shape (edges,), index of the way.
        edge_tail, edge_head: shape (edges,), index of a graph node.
        graph_node: shape (graph nodes,), index of the source node; a barrier
            stands here once for every edge that ends at it.
        node_index: shape (source nodes,), index of the graph node; -1 where no edge ends, and at
            barriers.
        shape_first: shape (edges + 1,), offsets into ``shape_node``.
        shape_node: shape (points,), index of a source node.
        way_is_whole: shape (ways,), no node of the way is missing.
        lone_parts: single nodes left over from cut ways, left out.
        cut_ways: ways with missing nodes of which something is left.
        empty_ways: ways without missing nodes that are a single place, left out.
        outside_ways: ways of which no two neighbouring nodes are known, left out.
    """

    edge_way: IntArray
    edge_tail: IntArray
    edge_head: IntArray
    graph_node: IntArray
    node_index: IntArray
    shape_first: IntArray
    shape_node: IntArray
    way_is_whole: BoolArray
    lone_parts: int
    cut_ways: int
    empty_ways: int
    outside_ways: int


def split_ways(
    way_first: IntArray,
    way_node: IntArray,
    *,
    is_known: BoolArray,
    is_barrier: BoolArray,
    must_split: BoolArray,
) -> SplitWays:
    """Split ways into edges.

    Args:
        way_first: shape (ways + 1,), offsets into ``way_node``.
        way_node: shape (references,), index of a source node.
        is_known: shape (source nodes,), the source has the node's place. A way is cut where it
            does not, and its parts are kept.
        is_barrier: shape (source nodes,), roads end on either side of it.
        must_split: shape (source nodes,), edges end there whatever else.
    """
    way_count = len(way_first) - 1
    way_of = np.repeat(np.arange(way_count), np.diff(way_first))
    known = is_known[way_node]
    node, way, starts_part = _known_parts(way_node, way_of, known)
    part_of = np.cumsum(starts_part) - 1
    is_lone = np.bincount(part_of, minlength=1)[part_of] == 1
    lone_way = way[is_lone]
    node, way, part_of = node[~is_lone], way[~is_lone], part_of[~is_lone]

    starts, stops = _edge_ends(node, part_of, is_known.size, is_barrier | must_split)
    tail, head, graph_node, node_index = _number_nodes(node[starts], node[stops], is_barrier)
    shape_first, position = _gather(starts, stops)

    way_is_whole = np.bincount(way_of[~known], minlength=way_count) == 0
    is_used = np.bincount(way, minlength=way_count) > 0
    is_cut = is_used & ~way_is_whole
    return SplitWays(
        edge_way=way[starts],
        edge_tail=tail,
        edge_head=head,
        graph_node=graph_node,
        node_index=node_index,
        shape_first=shape_first,
        shape_node=node[position],
        way_is_whole=way_is_whole,
        lone_parts=int(is_cut[lone_way].sum()),
        cut_ways=int(is_cut.sum()),
        empty_ways=int((~is_used & way_is_whole).sum()),
        outside_ways=int((~is_used & ~way_is_whole).sum()),
    )


def _known_parts(
    way_node: IntArray, way_of: IntArray, known: BoolArray
) -> tuple[IntArray, IntArray, BoolArray]:
    """Return node, way and "a part starts here" of every reference that stays."""
    starts_part = np.ones(len(way_node), np.bool_)
    starts_part[1:] = (way_of[1:] != way_of[:-1]) | ~known[:-1]
    node, way, starts_part = way_node[known], way_of[known], starts_part[known]
    stays = np.ones(len(node), np.bool_)
    stays[1:] = starts_part[1:] | (node[1:] != node[:-1])
    return node[stays], way[stays], starts_part[stays]


def _edge_ends(
    node: IntArray, part_of: IntArray, node_count: int, splits: BoolArray
) -> tuple[IntArray, IntArray]:
    """Return positions of the first and last reference of every edge."""
    ends_part = np.ones(len(node), np.bool_)
    ends_part[:-1] = part_of[1:] != part_of[:-1]
    is_end = ends_part.copy()
    is_end[1:] |= ends_part[:-1]
    is_end[:1] = True
    is_end |= (np.bincount(node, minlength=node_count) > 1)[node]
    is_end |= splits[node]
    ends = np.flatnonzero(is_end)
    same_part = part_of[ends[:-1]] == part_of[ends[1:]]
    return ends[:-1][same_part], ends[1:][same_part]


def _number_nodes(
    tail: IntArray, head: IntArray, is_barrier: BoolArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Give every node of the graph a number; a barrier gets one per edge that ends."""
    ends = np.concatenate((tail, head))
    is_open = ~is_barrier[ends]
    shared, number = np.unique(ends[is_open], return_inverse=True)
    numbered = np.empty(len(ends), np.int64)
    numbered[is_open] = number
    numbered[~is_open] = len(shared) + np.arange(int((~is_open).sum()))
    graph_node = np.concatenate((shared, ends[~is_open]))
    node_index = np.full(len(is_barrier), -1, np.int64)
    node_index[shared] = np.arange(len(shared))
    return numbered[: len(tail)], numbered[len(tail) :], graph_node, node_index


def _gather(starts: IntArray, stops: IntArray) -> tuple[IntArray, IntArray]:
    """Return offsets and positions of all shape points, both ends included."""
    counts = stops - starts + 1
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    position = np.repeat(starts - first[:-1], counts) + np.arange(int(first[-1]))
    return first, position
