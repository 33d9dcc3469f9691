"""A graph under one set of driving times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dispatch_router.routing.graph import (
    LONGEST_DRIVE_MS,
    NOT_PERMITTED,
    Int32,
    RoadGraph,
    UInt8,
)
from dispatch_router.routing.kernels.arrays import Roads
from dispatch_router.routing.kernels.bundle import Bundle
from dispatch_router.routing.reach import core_reach_under
from dispatch_router.routing.topology import Topology, plain, topology_of


@dataclass(frozen=True, slots=True, eq=False)
class DrivingTimes:
    """What driving costs, for one mode and response, at one time.

    Attributes:
        edge_ms: shape (2 * edges,), of each directed edge from end to end, or ``NOT_PERMITTED``
            where it is closed or not allowed.
        leave_ms: shape (2 * edges,), the same for a unit that already stands on the edge: not
            ``NOT_PERMITTED`` where nothing but a closure closes it.
        turn_ms: what completing a forbidden turn costs on top of the edge; None where it must not
            be done.
    """

    edge_ms: Int32
    leave_ms: Int32
    turn_ms: int | None


@dataclass(frozen=True, eq=False)
class Metric:
    """What the kernels search.

    Attributes:
        topology: the same for all metrics of one road network.
        roads: arcs into each state with their times.
    """

    topology: Topology
    roads: Roads

    @cached_property
    def reach(self) -> UInt8:
        """How each state lies to the core, shape (states,); see ``reach.core_reach``.

        Found when it is first asked for: a closure must not wait for what few searches need.
        """
        return core_reach_under(self.topology, self.roads.weight_ms)

    @cached_property
    def bundle(self) -> Bundle:
        """The roads as one argument for the kernels."""
        return Bundle(self.roads)

    @property
    def state_count(self) -> int:
        """How many states there are."""
        return self.topology.state_count


def free_flow_times(graph: RoadGraph) -> DrivingTimes:
    """Light traffic, every rule kept, nothing closed."""
    edge_ms = plain(graph.edges.free_flow_ms)
    return DrivingTimes(edge_ms=edge_ms, leave_ms=edge_ms, turn_ms=None)


def free_flow_metric(graph: RoadGraph) -> Metric:
    """Take the driving times that the graph was built with."""
    return metric_of(topology_of(graph), free_flow_times(graph))


def metric_of(topology: Topology, times: DrivingTimes) -> Metric:
    """Give every arc its time.

    Raises:
        ValueError: the times are not those of this network, or an open edge takes another time to
            leave than to drive.
    """
    if not times.edge_ms.shape == times.leave_ms.shape == topology.head_state.shape:
        raise ValueError("there must be a time for each directed edge of this network")
    everything = slice(None)
    _check(topology, times, everything)
    return _metric(topology, times, _arc_ms(topology, times, everything))


def metric_with(metric: Metric, times: DrivingTimes, edges: Int32) -> Metric:
    """Take other times for a few edges, which takes the time of copying.

    Args:
        metric: of the same network.
        times: those of the metric everywhere else.
        edges: directed edges whose times are others.

    Raises:
        ValueError: an open edge takes another time to leave than to drive.
    """
    topology = metric.topology
    _check(topology, times, edges)
    first, last = topology.first_arc[edges], topology.first_arc[edges + 1]
    counts = last - first
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    arcs = topology.arc_of_edge[np.repeat(first, counts) + within]
    weight_ms = metric.roads.weight_ms.copy()
    weight_ms[arcs] = _arc_ms(topology, times, arcs)
    return _metric(topology, times, weight_ms)


def _metric(topology: Topology, times: DrivingTimes, weight_ms: Int32) -> Metric:
    roads = Roads(
        first_in=topology.first_in,
        tail=topology.tail,
        weight_ms=plain(weight_ms),
        into_dead_end=topology.into_dead_end,
        arc_head=topology.arc_head,
        directed_edge=topology.directed_edge,
        head_state=topology.head_state,
        first_arc=topology.first_arc,
        arc_of_edge=topology.arc_of_edge,
        edge_ms=plain(times.edge_ms),
        leave_ms=plain(times.leave_ms),
        length_mm=topology.length_mm,
    )
    return Metric(topology=topology, roads=roads)


def _arc_ms(topology: Topology, times: DrivingTimes, arcs: Int32 | slice) -> Int32:
    weight_ms = times.edge_ms[topology.directed_edge[arcs]]
    breaks = (topology.breaks_rule[arcs] != 0) & (weight_ms != NOT_PERMITTED)
    weight_ms[breaks] = (
        NOT_PERMITTED if times.turn_ms is None else weight_ms[breaks] + times.turn_ms
    )
    return weight_ms


def _check(topology: Topology, times: DrivingTimes, edges: Int32 | slice) -> None:
    edge_ms, leave_ms = times.edge_ms[edges], times.leave_ms[edges]
    is_open = edge_ms != NOT_PERMITTED
    if (edge_ms[is_open] != leave_ms[is_open]).any():
        raise ValueError("an edge that is open is left in the time that driving it takes")
    if (topology.head_state[edges][leave_ms != NOT_PERMITTED] == NOT_PERMITTED).any():
        raise ValueError("an edge that nobody may drive at any time has a driving time")
    if times.turn_ms is not None and not 0 <= times.turn_ms <= LONGEST_DRIVE_MS:
        raise ValueError(f"turn_ms is {times.turn_ms}, must be 0 to {LONGEST_DRIVE_MS}")
