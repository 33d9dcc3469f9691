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
import itertools
import os
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np

from benchmarks.cities import LOCATE, SNAP, open_city, positions_on_roads
from dispatch_router.domain.closures import CLOSED, Area, Closure
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import NearestUnits
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.format import open_graph
from dispatch_router.routing.graph import NOT_PERMITTED, DistrictRoads, RoadGraph
from dispatch_router.routing.metric import free_flow_metric
from dispatch_router.routing.reach import IN_CORE
from dispatch_router.routing.snapping import SnappedPosition, position_along, snap

SQUARE_DEGREES = 1e-4
"""Half of a side: some 20 m altogether."""

SPEED_M_S = 10.0
REPEATS = 7


class LiveRoads:
    """Units, questions and closures on one district, as a service has them."""

    def __init__(self, roads: DistrictRoads, units: Sequence[LonLat]) -> None:
        self._engine = RoadEngine(roads, SNAP, LOCATE)
        self._fleet = self._engine.place_fleet(units)
        self._offset_ms = np.zeros(len(units), dtype=np.int64)
        self._ids = itertools.count()

    def move(self, unit: int, position: LonLat) -> None:
        """A unit says where it is."""
        self._fleet.move({unit: position})

    def ask(self, call: LonLat, k: int) -> NearestUnits:
        """Which units are nearest."""
        return self._engine.nearest(self._fleet, call, offset_ms=self._offset_ms, k=k, band_ms=0)

    def close(self, places: Sequence[LonLat]) -> None:
        """Close the roads at these places, and open all others."""
        # An engine remembers the roads of a closure by its id: none is given twice.
        closures = tuple(closed_at(place, str(next(self._ids))) for place in places)
        self._engine.adopt(Conditions(closures=closures))


def closed_at(place: LonLat, name: str) -> Closure:
    """Close whatever road runs through a small square, in both directions."""
    ring = [
        LonLat(place.lon + east * SQUARE_DEGREES, place.lat + north * SQUARE_DEGREES)
        for east, north in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    return Closure(
        id=name,
        shape=Area(tuple(ring)),
        heading_deg=None,
        along_line=False,
        speed_permille=CLOSED,
        modes=frozenset(UnitMode),
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        ends_at=None,
        reason="",
    )


def drives(
    graph: RoadGraph, rng: np.random.Generator, units: int, steps: int, step_s: float
) -> list[list[LonLat]]:
    """Positions of units that drive about at random, by step and unit."""
    metric = free_flow_metric(graph)
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
    for words, times_us in (
        ("a move, snapping included", move_us),
        ("a question, snapping included", ask_us),
        ("from when a question is due until its answer", late_us),
    ):
        print(
            f"  {words:<46} median {np.median(times_us):>7,.0f} us, "
            f"p99 {np.percentile(times_us, 99):>7,.0f} us"
        )


def closures(
    roads: LiveRoads, graph: RoadGraph, rng: np.random.Generator, call: LonLat, k: int
) -> None:
    """Print how long it takes until a question knows of one and of 500 closures."""
    for count in (1, 500):
        taken_ms = []
        for _ in range(REPEATS):
            places = positions_on_roads(graph, rng, count)
            begun = time.perf_counter()
            roads.close(places)
            roads.ask(call, k)
            taken_ms.append((time.perf_counter() - begun) * 1e3)
        print(
            f"  {count:>3} closures at once: median {np.median(taken_ms):,.1f} ms, "
            f"at the most {max(taken_ms):,.1f} ms until the next answer, matching included"
        )


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
    roads = open_graph(open_city(arguments.extract).folder)
    graph = roads.networks[UnitMode.CAR]
    rng = np.random.default_rng(110)
    print(f"{arguments.extract}, {arguments.units:,} units, k={arguments.k}; {on_one_core()}")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    positions = drives(graph, rng, arguments.units, arguments.steps + 1, arguments.every_s)
    calls = positions_on_roads(graph, rng, 500)
    live_roads = LiveRoads(roads, positions[0])
    # Everything once, so that nothing is compiled while it is timed.
    live_roads.ask(calls[0], arguments.k)
    live_roads.ask(calls[0], 1)
    live_roads.move(0, positions[0][0])
    live_roads.close(calls[:1])
    live_roads.close([])
    plan = timetable(arguments.units, arguments.steps, arguments.every_s, arguments.questions)
    live(live_roads, plan, positions[1:], calls, arguments.k)
    snap_us = [_timed_us(lambda call=call: _snap(graph, call)) for call in calls]
    print(f"  of a move and of a question, snapping is {np.median(snap_us):,.0f} us")
    closures(live_roads, graph, rng, calls[0], arguments.k)


def _timed_us(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e6


def _snap(graph: RoadGraph, place: LonLat) -> SnappedPosition:
    return snap(graph, place, max_m=SNAP.max_snap_m, within_m=SNAP.candidate_within_m)


if __name__ == "__main__":
    main()
