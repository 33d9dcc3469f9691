"""A graph under one set of driving times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dispatch_router.routing.graph import Int32, RoadGraph, States, UInt8
from dispatch_router.routing.kernels.arrays import Roads
from dispatch_router.routing.kernels.dead_ends import dead_end_exits
from dispatch_router.routing.kernels.from_post import Onward
from dispatch_router.routing.reach import core_reach


@dataclass(frozen=True, slots=True)
class Metric:
    """What the kernels search.

    Attributes:
        roads: arcs into each state with their times.
        onward: the same arcs by the state that they leave.
        dead_end_exits: shape (nodes,), see ``kernels.dead_ends``.
        reach: shape (states,), see ``reach.core_reach``.
    """

    roads: Roads
    onward: Onward
    dead_end_exits: Int32
    reach: UInt8

    @property
    def state_count(self) -> int:
        """How many states there are."""
        return len(self.roads.first_in) - 1


def free_flow_metric(graph: RoadGraph) -> Metric:
    """Take the driving times that the graph was built with."""
    states = graph.states
    state_count = len(states.node)
    exits = _dead_end_exits(graph)
    edge_ms = np.ascontiguousarray(graph.edges.free_flow_ms)
    arc_head = np.repeat(np.arange(state_count, dtype=np.int32), np.diff(states.first_in))
    leaving = np.argsort(states.tail, kind="stable").astype(np.int32)
    first_out = np.zeros(state_count + 1, dtype=np.int32)
    np.cumsum(np.bincount(states.tail, minlength=state_count), out=first_out[1:])
    roads = Roads(
        first_in=plain(states.first_in),
        tail=plain(states.tail),
        weight_ms=edge_ms[states.directed_edge],
        into_dead_end=_into_dead_end(states, arc_head, exits),
        arc_head=arc_head,
        directed_edge=plain(states.directed_edge),
        head_state=plain(states.head_state),
        first_arc=plain(states.first_arc),
        arc_of_edge=plain(states.arc_of_edge),
        edge_ms=plain(edge_ms),
        length_mm=plain(graph.edges.length_mm),
    )
    onward = Onward(first_out=first_out, arc=leaving)
    reach = core_reach(state_count, states.tail, arc_head)
    return Metric(roads=roads, onward=onward, dead_end_exits=exits, reach=reach)


def _dead_end_exits(graph: RoadGraph) -> Int32:
    open_edge = np.unique(graph.states.directed_edge >> 1)
    tail, head = graph.edges.tail[open_edge], graph.edges.head[open_edge]
    node_count = len(graph.nodes.lon_e7)
    low, high = np.minimum(tail, head)[tail != head], np.maximum(tail, head)[tail != head]
    joined = np.unique(low.astype(np.int64) * node_count + high)
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
    """View a memory-mapped array as a plain read-only one.

    Numba compiles another kernel for every type of array: all graphs, opened or just built, must
    look the same to it.
    """
    view = np.asarray(array).view(np.ndarray)
    view = view[:]
    view.flags.writeable = False
    return view
