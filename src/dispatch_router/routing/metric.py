"""A graph under one set of driving times."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

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
from dispatch_router.routing.reach import Reach, reach_under
from dispatch_router.routing.topology import Topology, plain, topology_of
from dispatch_router.routing.versions import Version


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


class EdgeTimes(NamedTuple):
    """Driving times of a few edges; see ``DrivingTimes``.

    Attributes:
        edge: shape (edges,), directed, each once.
        edge_ms, leave_ms: shape (edges,).
        turn_ms: the same as of all other edges.
    """

    edge: Int32
    edge_ms: Int32
    leave_ms: Int32
    turn_ms: int | None


class Times(NamedTuple):
    """The arrays of ``Roads`` that depend on the driving times."""

    weight_ms: Version[Int32]
    edge_ms: Version[Int32]
    leave_ms: Version[Int32]


class Change(NamedTuple):
    """What has changed since another metric, which is gone when nobody needs it any more.

    Attributes:
        since: that metric.
        arcs, edges: those that have other times now, edges by direction.
    """

    since: weakref.ref[Metric]
    arcs: Int32
    edges: Int32


@dataclass(frozen=True, eq=False)
class Metric:
    """What the kernels search.

    Attributes:
        topology: the same for all metrics of one road network.
        roads: arcs into each state with their times.
        times: of those arrays the ones that other metrics have in another state.
        change: what has changed since the metric that this one was made from; None for nothing.
    """

    topology: Topology
    roads: Roads
    times: Times
    change: Change | None

    @cached_property
    def core(self) -> Reach:
        """How each state lies to the core.

        Found when it is first asked for: a closure must not wait for what few searches need.
        """
        return reach_under(self.topology, self.roads.weight_ms)

    @property
    def known_core(self) -> Reach | None:
        """The same where it has been asked for."""
        known: Reach | None = vars(self).get("core")
        return known

    @property
    def reach(self) -> UInt8:
        """How each state lies to the core, shape (states,); see ``reach.core_reach``."""
        return self.core.bits.array

    def arcs_changed_since(self, other: Metric) -> Int32:
        """List the arcs that have other times under another metric of this network, ascending."""
        if self.change is not None and self.change.since() is other:
            return self.change.arcs
        return np.flatnonzero(self.roads.weight_ms != other.roads.weight_ms).astype(np.int32)

    def edges_changed_since(self, other: Metric) -> Int32:
        """List the directed edges that are driven or left in other times, ascending."""
        if self.change is not None and self.change.since() is other:
            return self.change.edges
        old, new = other.roads, self.roads
        differs = (old.leave_ms != new.leave_ms) | (old.edge_ms != new.edge_ms)
        return np.flatnonzero(differs).astype(np.int32)

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
    _check(topology, everything, times)
    weight_ms = _arc_ms(topology, times.edge_ms, times.turn_ms, everything)
    arrays = weight_ms, times.edge_ms, times.leave_ms
    return _metric(topology, Times(*(Version(array) for array in arrays)), None)


def metric_with(metric: Metric, times: EdgeTimes) -> Metric:
    """Take other times for a few edges; the metric stays as it is.

    Args:
        metric: of the same network.
        times: any number of its edges; those that take the same time as before are passed over.

    Raises:
        ValueError: an open edge takes another time to leave than to drive.
    """
    topology, old = metric.topology, metric.roads
    _check(topology, times.edge, times)
    differs = times.edge_ms != old.edge_ms[times.edge]
    differs |= times.leave_ms != old.leave_ms[times.edge]
    edges = times.edge[differs]
    edge_ms = metric.times.edge_ms.draft()
    leave_ms = metric.times.leave_ms.draft()
    weight_ms = metric.times.weight_ms.draft()
    edge_ms[edges], leave_ms[edges] = times.edge_ms[differs], times.leave_ms[differs]
    arcs = _arcs_of(topology, edges)
    weight_ms[arcs] = _arc_ms(topology, edge_ms, times.turn_ms, arcs)
    arcs = arcs[weight_ms[arcs] != old.weight_ms[arcs]]
    after = Times(
        weight_ms=metric.times.weight_ms.next(weight_ms, arcs),
        edge_ms=metric.times.edge_ms.next(edge_ms, edges),
        leave_ms=metric.times.leave_ms.next(leave_ms, edges),
    )
    return _metric(topology, after, Change(weakref.ref(metric), np.sort(arcs), np.sort(edges)))


def _arcs_of(topology: Topology, edges: Int32) -> Int32:
    """List the arcs that drive these edges."""
    first, last = topology.first_arc[edges], topology.first_arc[edges + 1]
    counts = last - first
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    arcs: Int32 = topology.arc_of_edge[np.repeat(first, counts) + within]
    return arcs


def _metric(topology: Topology, times: Times, change: Change | None) -> Metric:
    roads = Roads(
        first_in=topology.first_in,
        tail=topology.tail,
        weight_ms=times.weight_ms.array,
        into_dead_end=topology.into_dead_end,
        arc_head=topology.arc_head,
        directed_edge=topology.directed_edge,
        head_state=topology.head_state,
        first_arc=topology.first_arc,
        arc_of_edge=topology.arc_of_edge,
        edge_ms=times.edge_ms.array,
        leave_ms=times.leave_ms.array,
        length_mm=topology.length_mm,
    )
    return Metric(topology=topology, roads=roads, times=times, change=change)


def _arc_ms(topology: Topology, edge_ms: Int32, turn_ms: int | None, arcs: Int32 | slice) -> Int32:
    weight_ms: Int32 = edge_ms[topology.directed_edge[arcs]]
    breaks = (topology.breaks_rule[arcs] != 0) & (weight_ms != NOT_PERMITTED)
    weight_ms[breaks] = NOT_PERMITTED if turn_ms is None else weight_ms[breaks] + turn_ms
    return weight_ms


def _check(topology: Topology, edges: Int32 | slice, times: DrivingTimes | EdgeTimes) -> None:
    """Check the times of these edges, which are all that ``times`` has."""
    edge_ms, leave_ms = times.edge_ms, times.leave_ms
    is_open = edge_ms != NOT_PERMITTED
    if (edge_ms[is_open] != leave_ms[is_open]).any():
        raise ValueError("an edge that is open is left in the time that driving it takes")
    if (topology.head_state[edges][leave_ms != NOT_PERMITTED] == NOT_PERMITTED).any():
        raise ValueError("an edge that nobody may drive at any time has a driving time")
    if times.turn_ms is not None and not 0 <= times.turn_ms <= LONGEST_DRIVE_MS:
        raise ValueError(f"turn_ms is {times.turn_ms}, must be 0 to {LONGEST_DRIVE_MS}")
