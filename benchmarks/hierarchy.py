"""The hierarchy beside the bounded search: the search alone, snapping left out.

Run ``python -m benchmarks.hierarchy``; it prints, and checks nothing but that both agree. Both take
turns in one run, a round of calls each, so that ratios hold whatever the machine does and each
finds its own data in the caches, as it would in a service.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from benchmarks.cities import SNAP, open_city, positions_on_roads
from benchmarks.contenders import Question
from dispatch_router.routing.graph import NOT_PERMITTED, RoadGraph
from dispatch_router.routing.hierarchy.customize import customize
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy, build_hierarchy
from dispatch_router.routing.hierarchy.order import build_order
from dispatch_router.routing.kernels.arrays import Accesses
from dispatch_router.routing.kernels.legs import Legs
from dispatch_router.routing.metric import DrivingTimes, Metric, free_flow_metric, metric_of
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from dispatch_router.routing.view import View

Ask = Callable[[Accesses], Legs]
CALLS_PER_ROUND = 25


def timed_s(work: Callable[[], object], times: int) -> list[float]:
    """Seconds that a piece of work takes, after once to compile it."""
    work()
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return found


def prepare(graph: RoadGraph) -> Hierarchy:
    """Build the hierarchy and print what that takes."""
    metric = free_flow_metric(graph)
    rank = build_order(graph)
    hierarchy = build_hierarchy(metric, rank)
    depth = hierarchy.tree.depth + 1
    print(f"order        {min(timed_s(lambda: build_order(graph), 2)):8.2f} s")
    print(f"contract     {min(timed_s(lambda: build_hierarchy(metric, rank), 3)):8.2f} s")
    tree, below = hierarchy.tree, hierarchy.below
    customize_s = timed_s(lambda: customize(metric.roads, tree, below), 20)
    print(f"customize    {np.median(customize_s) * 1e3:8.1f} ms, median of {len(customize_s)}")
    closed = [one_road_closed(metric, number) for number in range(50)]
    closure_s = [min(timed_s(partial(hierarchy.under, other), 3)) for other in closed]
    print(f"one closure  {np.median(closure_s) * 1e3:8.2f} ms, median of {len(closure_s)}")
    print(
        f"{len(hierarchy.tree.up_head):,} upward edges over {metric.state_count:,} states; "
        f"{depth.mean():.0f} ancestors on average, {depth.max()} at the most"
    )
    return hierarchy


def one_road_closed(metric: Metric, seed: int) -> Metric:
    """Close one road that may be driven, in both directions."""
    edge_ms, leave_ms = metric.roads.edge_ms.copy(), metric.roads.leave_ms
    open_edges = np.flatnonzero(edge_ms != NOT_PERMITTED)
    edge = int(np.random.default_rng(seed).choice(open_edges)) >> 1
    edge_ms[2 * edge : 2 * edge + 2] = NOT_PERMITTED
    return metric_of(metric.topology, DrivingTimes(edge_ms, leave_ms, None))


def bounded(question: Question, k: int) -> Ask:
    search = BoundedSearch(question.metric)
    offset_ms = np.zeros(len(question.view), dtype=np.int64)
    return lambda call: search.nearest(question.view, call, offset_ms, k, 0)


def labelled(hierarchy: Hierarchy, question: Question, k: int) -> Ask:
    """Label the fleet, print what a move takes, and ask the hierarchy."""
    snapped = question.snapped
    view = View(hierarchy.metric, hierarchy, snapped, SNAP.yard_speed_m_s)
    units = range(len(snapped))
    search = LabelSearch(hierarchy)
    offset_ms = np.zeros(len(snapped), dtype=np.int64)
    move_s = [min(timed_s(partial(view.move, unit, snapped[unit]), 3)) for unit in units]
    labels = view.labels
    assert labels is not None
    print(
        f"{len(snapped):>6} units: {np.median(move_s) * 1e6:.1f} us a move; "
        f"{labels.size.mean():.2f} labels each"
    )
    return lambda call: search.nearest(view, call, offset_ms, k, 0)


def measure(contenders: dict[str, Ask], calls: Sequence[Accesses]) -> dict[str, list[float]]:
    """Microseconds of every contender on every call, in rounds."""
    times_us: dict[str, list[float]] = {name: [] for name in contenders}
    answers: list[set[tuple[int, ...]]] = [set() for _ in calls]
    for first in range(0, len(calls), CALLS_PER_ROUND):
        for name, ask in contenders.items():
            ask(calls[first])  # brings its data into the caches, and compiles in the first round
            for number in range(first, min(first + CALLS_PER_ROUND, len(calls))):
                begun = time.perf_counter()
                found = ask(calls[number])
                times_us[name].append((time.perf_counter() - begun) * 1e6)
                answers[number].add((*found.unit.tolist(), *found.total_ms.tolist()))
    if any(len(different) != 1 for different in answers):
        raise SystemExit(f"the searches disagree: {[a for a in answers if len(a) > 1]}")
    return times_us


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extract", default="porto_portugal.osm.pbf")
    parser.add_argument("--units", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--k", type=int, default=5)
    arguments = parser.parse_args()
    graph = open_city(arguments.extract).graph
    print(f"{arguments.extract}, k={arguments.k}, {arguments.calls} calls")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    hierarchy = prepare(graph)
    rng = np.random.default_rng(110)
    places = positions_on_roads(graph, rng, arguments.calls)
    for unit_count in arguments.units:
        question = Question(graph, positions_on_roads(graph, rng, unit_count))
        calls = [question.accesses(place) for place in places]
        contenders = {
            "bounded": bounded(question, arguments.k),
            "hierarchy": labelled(hierarchy, question, arguments.k),
        }
        times_us = measure(contenders, calls)
        ours_us = np.median(times_us["hierarchy"])
        for name, times in times_us.items():
            median_us, p99_us = np.median(times), np.percentile(times, 99)
            print(
                f"{unit_count:>6} {name:<10} median {median_us:>8,.1f} us, p99 {p99_us:>8,.1f} us, "
                f"{median_us / ours_us:>6.2f}x"
            )


if __name__ == "__main__":
    main()
