"""Thousands of moving units beside questions, on one core; then roads that close meanwhile.

Run ``python -m benchmarks.moving_units``. Units report where they are one after the other, evenly
spread over the interval, and questions come in between, evenly too. Everything happens in one
thread on one core, when it is due. Printed are the share of the core that is busy, what a move and
a question take, and how late a question is answered, waiting for moves included. Then roads are
closed, one and five hundred at once, and the time is taken until the next question knows of it.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks.cities import LOCATE, SNAP, open_city, positions_on_roads
from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.graph import NOT_PERMITTED, Int32, RoadGraph
from dispatch_router.routing.hierarchy.choice import labels_are_faster
from dispatch_router.routing.hierarchy.hierarchy import build_hierarchy
from dispatch_router.routing.metric import DrivingTimes, free_flow_times, metric_of
from dispatch_router.routing.reach import IN_CORE
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from dispatch_router.routing.snapping import SnappedPosition, position_along, snap
from dispatch_router.routing.topology import plain, topology_of
from dispatch_router.routing.view import View

SPEED_M_S = 10.0
REPEATS = 7


class LiveRoads:
    """Units, questions and closures on one graph, as a service has them."""

    def __init__(self, graph: RoadGraph, units: Sequence[LonLat]) -> None:
        self._graph = graph
        self._topology = topology_of(graph)
        self.open_times = free_flow_times(graph)
        self.metric = metric_of(self._topology, self.open_times)
        self._hierarchy = build_hierarchy(self.metric, plain(graph.states.rank))
        self._bounded, self._labels = BoundedSearch(self.metric), LabelSearch(self._hierarchy)
        snapped = [self.snap(unit) for unit in units]
        self._view = View(self.metric, self._hierarchy, snapped, SNAP.yard_speed_m_s)
        self._offset_ms = np.zeros(len(units), dtype=np.int64)

    def move(self, unit: int, position: LonLat) -> None:
        """A unit says where it is."""
        self._view.move(unit, self.snap(position))

    def ask(self, call: LonLat, k: int) -> list[int]:
        """Which units are nearest, by their totals."""
        accesses = call_accesses(self.metric, self.snap(call), LOCATE)
        by_labels = labels_are_faster(len(self._view), k, self.metric.state_count)
        search = self._labels if by_labels else self._bounded
        found = search.nearest(self._view, accesses, self._offset_ms, k, 0)
        totals: list[int] = found.total_ms.tolist()
        return totals

    def close(self, edges: Int32) -> None:
        """Close directed edges, and open all others."""
        edge_ms = self.open_times.edge_ms.copy()
        edge_ms[edges] = NOT_PERMITTED
        self._take(dataclasses.replace(self.open_times, edge_ms=edge_ms))

    def _take(self, times: DrivingTimes) -> None:
        self.metric = metric_of(self._topology, times)
        self._hierarchy = self._hierarchy.under(self.metric)
        self._bounded = self._bounded.under(self.metric)
        self._labels = self._labels.under(self._hierarchy)
        self._view = self._view.under(self.metric, self._hierarchy)

    def snap(self, position: LonLat) -> SnappedPosition:
        """The roads beside a position."""
        return snap(self._graph, position, max_m=SNAP.max_snap_m, within_m=SNAP.candidate_within_m)


def drives(
    graph: RoadGraph, rng: np.random.Generator, units: int, steps: int, step_s: float
) -> list[list[LonLat]]:
    """Positions of units that drive about at random, by step and unit."""
    metric = metric_of(topology_of(graph), free_flow_times(graph))
    roads, inside = metric.roads, metric.reach == IN_CORE
    # Only arcs that stay where one can always drive on.
    stays = inside[roads.tail] & inside[roads.arc_head] & (roads.weight_ms != NOT_PERMITTED)
    leaving = np.flatnonzero(stays)
    leaving = leaving[np.argsort(roads.tail[leaving], kind="stable")]
    first = np.searchsorted(roads.tail[leaving], np.arange(metric.state_count + 1)).tolist()
    arrives_inside = inside[np.maximum(roads.head_state, 0)]
    permitted = np.flatnonzero(arrives_inside & (roads.edge_ms != NOT_PERMITTED))
    edge = rng.choice(permitted, units).tolist()
    along_mm = [int(rng.integers(roads.length_mm[one >> 1] + 1)) for one in edge]
    found = []
    for _ in range(steps):
        for unit in range(units):
            along_mm[unit] += round(SPEED_M_S * step_s * 1000)
            while along_mm[unit] > roads.length_mm[edge[unit] >> 1]:
                state = roads.head_state[edge[unit]]
                onward = int(rng.integers(first[state], first[state + 1]))
                along_mm[unit] -= int(roads.length_mm[edge[unit] >> 1])
                edge[unit] = int(roads.directed_edge[leaving[onward]])
        found.append([_place(graph, *at) for at in zip(edge, along_mm, strict=True)])
    return found


def _place(graph: RoadGraph, directed_edge: int, along_mm: int) -> LonLat:
    edge, backward = divmod(directed_edge, 2)
    length_mm = int(graph.edges.length_mm[edge])
    return position_along(graph, edge, length_mm - along_mm if backward else along_mm)


@dataclasses.dataclass(frozen=True)
class Timetable:
    """When what is due.

    Attributes:
        due_s: shape (events,), ascending, from the beginning.
        unit: shape (events,), who moves, or -1 for a question.
        number: shape (events,), of the step or of the question.
    """

    due_s: np.ndarray
    unit: np.ndarray
    number: np.ndarray


def timetable(units: int, steps: int, step_s: float, questions_a_second: float) -> Timetable:
    """Spread moves over their interval, and questions over all of the time."""
    moves = np.arange(units * steps)
    questions = np.arange(round(steps * step_s * questions_a_second))
    due_s = np.concatenate((moves * step_s / units, (questions + 0.5) / questions_a_second))
    order = np.argsort(due_s, kind="stable")
    nobody = np.full(len(questions), -1)
    return Timetable(
        due_s=due_s[order],
        unit=np.concatenate((moves % units, nobody))[order],
        number=np.concatenate((moves // units, questions))[order],
    )


def live(
    roads: LiveRoads, plan: Timetable, positions: list[list[LonLat]], calls: list[LonLat], k: int
) -> None:
    """Do everything when it is due, and print what it took."""
    move_us, ask_us, late_us = [], [], []
    events = zip(plan.due_s.tolist(), plan.unit.tolist(), plan.number.tolist(), strict=True)
    begun, busy_begun = time.perf_counter(), time.process_time()
    for due_s, unit, number in events:
        ahead_s = begun + due_s - time.perf_counter()
        if ahead_s > 0:
            time.sleep(ahead_s)
        at = time.perf_counter()
        if unit < 0:
            roads.ask(calls[number % len(calls)], k)
            done = time.perf_counter()
            ask_us.append((done - at) * 1e6)
            late_us.append((done - begun - due_s) * 1e6)
        else:
            roads.move(unit, positions[number][unit])
            move_us.append((time.perf_counter() - at) * 1e6)
    wall_s, busy_s = time.perf_counter() - begun, time.process_time() - busy_begun
    print(
        f"{len(move_us) / wall_s:,.0f} moves/s and {len(ask_us) / wall_s:,.0f} questions/s "
        f"for {wall_s:.0f} s: the core is busy for {busy_s / wall_s:.0%} of the time"
    )
    snap_us = [_timed_us(lambda call=call: roads.snap(call)) for call in calls]
    for words, times_us in (
        ("snapping alone", snap_us),
        ("a move, snapping included", move_us),
        ("a question, snapping included", ask_us),
        ("from when a question is due until its answer", late_us),
    ):
        print(
            f"  {words:<46} median {np.median(times_us):>7,.0f} us, "
            f"p99 {np.percentile(times_us, 99):>7,.0f} us"
        )


def _timed_us(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e6


def closures(roads: LiveRoads, rng: np.random.Generator, call: LonLat, k: int) -> None:
    """Print how long it takes until a question knows of one and of 500 closed roads."""
    permitted = np.flatnonzero(roads.open_times.edge_ms != NOT_PERMITTED)
    for count in (1, 500):
        taken_ms = []
        for edges in _drawn(rng, permitted, count):
            begun = time.perf_counter()
            roads.close(edges)
            roads.ask(call, k)
            taken_ms.append((time.perf_counter() - begun) * 1e3)
        print(
            f"  {count:>3} closed at once: median {np.median(taken_ms):,.1f} ms, "
            f"at the most {max(taken_ms):,.1f} ms until the next answer"
        )


def _drawn(rng: np.random.Generator, permitted: np.ndarray, count: int) -> Iterator[Int32]:
    for _ in range(REPEATS):
        yield rng.choice(permitted, count, replace=False).astype(np.int32)


def on_one_core() -> str:
    """Keep this process on one core, where the system lets it; say so."""
    choose: Callable[..., None] | None = getattr(os, "sched_setaffinity", None)
    if choose is None:
        return "not bound to a core"
    core = max(os.sched_getaffinity(0))
    choose(0, {core})
    return f"bound to core {core}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extract", default="porto_portugal.osm.pbf")
    parser.add_argument("--units", type=int, default=5000)
    parser.add_argument("--every-s", type=float, default=2.0, help="between two moves of a unit")
    parser.add_argument("--questions", type=float, default=500.0, help="a second")
    parser.add_argument("--steps", type=int, default=5, help="moves of each unit")
    parser.add_argument("--k", type=int, default=5)
    arguments = parser.parse_args()
    graph = open_city(arguments.extract).graph
    rng = np.random.default_rng(110)
    print(f"{arguments.extract}, {arguments.units:,} units, k={arguments.k}; {on_one_core()}")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    positions = drives(graph, rng, arguments.units, arguments.steps + 1, arguments.every_s)
    calls = positions_on_roads(graph, rng, 500)
    roads = LiveRoads(graph, positions[0])
    roads.ask(calls[0], arguments.k)
    roads.move(0, positions[0][0])
    roads.close(np.array([0], dtype=np.int32))
    roads.close(np.array([], dtype=np.int32))
    plan = timetable(arguments.units, arguments.steps, arguments.every_s, arguments.questions)
    live(roads, plan, positions[1:], calls, arguments.k)
    closures(roads, rng, calls[0], arguments.k)


if __name__ == "__main__":
    main()
