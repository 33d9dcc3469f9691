"""What of a road graph stays the same whatever its driving times are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dispatch_router.routing.graph import Int32, Int64, RoadGraph, States, UInt8
from dispatch_router.routing.kernels.dead_ends import dead_end_exits
from dispatch_router.routing.kernels.flood import (
    REACHES_AND_REACHED,
    Neighbours,
    flood_both_ways,
)

_TRIES = 8
"""States to flood from; a closure is hardly around all of them."""


@dataclass(frozen=True, eq=False)
class Topology:
    """States and arcs of one road network, those for emergency drives alone included.

    A metric gives the arcs their times and closes those that must not be driven.

    Attributes:
        first_in, tail, directed_edge, breaks_rule, head_state, first_arc, arc_of_edge, node: see
            ``graph.States``.
        arc_head: shape (arcs,), state that each arc enters.
        length_mm: shape (edges,).
        dead_end_exits: shape (nodes,), see ``kernels.dead_ends``.
        into_dead_end: shape (arcs,), 1 where the arc, driven backward, enters a dead end.
    """

    first_in: Int32
    tail: Int32
    arc_head: Int32
    directed_edge: Int32
    breaks_rule: UInt8
    head_state: Int32
    first_arc: Int32
    arc_of_edge: Int32
    node: Int32
    length_mm: Int64
    dead_end_exits: Int32
    into_dead_end: UInt8

    @property
    def state_count(self) -> int:
        """How many states there are."""
        return len(self.first_in) - 1

    @cached_property
    def core_states(self) -> list[int]:
        """A few states, where there are such of the core of the network with nothing closed."""
        open_ms = plain(np.zeros(len(self.tail), dtype=np.int32))
        last = self.state_count - 1
        for state in np.linspace(0, last, _TRIES).astype(np.int64).tolist():
            reach, size = flood_both_ways(self.entering, self.leaving, open_ms, state)
            if 2 * size > self.state_count:
                core = np.flatnonzero(reach == REACHES_AND_REACHED)
                spread = np.linspace(0, len(core) - 1, _TRIES).astype(np.int64)
                return [int(state) for state in core[spread]]
        return []

    @cached_property
    def entering(self) -> Neighbours:
        """Arcs by the state that they enter."""
        arc = np.arange(len(self.tail), dtype=np.int32)
        return Neighbours(self.first_in, plain(arc), self.tail)

    @cached_property
    def leaving(self) -> Neighbours:
        """Arcs by the state that they leave."""
        first = np.zeros(self.state_count + 1, dtype=np.int32)
        np.cumsum(np.bincount(self.tail, minlength=self.state_count), out=first[1:])
        arc = np.argsort(self.tail, kind="stable").astype(np.int32)
        return Neighbours(plain(first), plain(arc), plain(self.arc_head))


def topology_of(graph: RoadGraph) -> Topology:
    """Lay out a graph for the kernels."""
    states = graph.states
    state_count = len(states.node)
    exits = _dead_end_exits(graph)
    arc_head = np.repeat(np.arange(state_count, dtype=np.int32), np.diff(states.first_in))
    return Topology(
        first_in=plain(states.first_in),
        tail=plain(states.tail),
        arc_head=arc_head,
        directed_edge=plain(states.directed_edge),
        breaks_rule=plain(states.breaks_rule),
        head_state=plain(states.head_state),
        first_arc=plain(states.first_arc),
        arc_of_edge=plain(states.arc_of_edge),
        node=plain(states.node),
        length_mm=plain(graph.edges.length_mm),
        dead_end_exits=exits,
        into_dead_end=_into_dead_end(states, arc_head, exits),
    )


def _dead_end_exits(graph: RoadGraph) -> Int32:
    # By all arcs that any metric may open: closing some only makes more dead ends.
    is_open = np.zeros(len(graph.edges.tail), dtype=np.bool_)
    is_open[graph.states.directed_edge >> 1] = True
    is_open &= graph.edges.tail != graph.edges.head
    tail, head = graph.edges.tail[is_open], graph.edges.head[is_open]
    node_count = len(graph.nodes.lon_e7)
    joined = np.unique(
        np.minimum(tail, head).astype(np.int64) * node_count + np.maximum(tail, head)
    )
    return dead_end_exits(node_count, joined // node_count, joined % node_count)


def _into_dead_end(states: States, arc_head: Int32, exits: Int32) -> UInt8:
    tail_node, head_node = states.node[states.tail], states.node[arc_head]
    # Turning round in a dead end can be the way past a turn rule: where one holds, go in.
    has_turn_rule = np.zeros(len(exits), dtype=bool)
    has_turn_rule[states.node[len(exits) :]] = True
    inward = (exits[tail_node] == head_node) & ~has_turn_rule[head_node]
    flags: UInt8 = inward.astype(np.uint8)
    return flags


def plain(array: np.ndarray) -> np.ndarray:
    """View an array as a plain read-only one.

    Numba compiles another kernel for every type of array: all graphs, opened or just built, must
    look the same to it.
    """
    view = np.asarray(array).view(np.ndarray)
    view = view[:]
    view.flags.writeable = False
    return view
