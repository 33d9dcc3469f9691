"""A graph under one set of driving times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.kernels.arrays import Roads
from dispatch_router.routing.kernels.from_post import Onward


@dataclass(frozen=True, slots=True)
class Metric:
    """What the kernels search: arcs into each state with their times, and the same forward."""

    roads: Roads
    onward: Onward

    @property
    def state_count(self) -> int:
        """How many states there are."""
        return len(self.roads.first_in) - 1


def free_flow_metric(graph: RoadGraph) -> Metric:
    """Take the driving times that the graph was built with."""
    states = graph.states
    state_count = len(states.node)
    edge_ms = np.ascontiguousarray(graph.edges.free_flow_ms)
    arc_head = np.repeat(np.arange(state_count, dtype=np.int32), np.diff(states.first_in))
    leaving = np.argsort(states.tail, kind="stable").astype(np.int32)
    first_out = np.zeros(state_count + 1, dtype=np.int32)
    np.cumsum(np.bincount(states.tail, minlength=state_count), out=first_out[1:])
    roads = Roads(
        first_in=plain(states.first_in),
        tail=plain(states.tail),
        weight_ms=edge_ms[states.directed_edge],
        arc_head=arc_head,
        directed_edge=plain(states.directed_edge),
        head_state=plain(states.head_state),
        first_arc=plain(states.first_arc),
        arc_of_edge=plain(states.arc_of_edge),
        edge_ms=plain(edge_ms),
        length_mm=plain(graph.edges.length_mm),
    )
    return Metric(roads=roads, onward=Onward(first_out=first_out, arc=leaving))


def plain(array: np.ndarray) -> np.ndarray:
    """View a memory-mapped array as a plain read-only one.

    Numba compiles another kernel for every type of array: all graphs, opened or just built, must
    look the same to it.
    """
    view = np.asarray(array).view(np.ndarray)
    view = view[:]
    view.flags.writeable = False
    return view
