"""Which k of N units reach this call first: our engine beside networkx and scipy, then over HTTP.

Run ``python -m benchmarks.recommend``; it prints, and checks nothing but that all agree. The
contenders take turns in one run, a round of calls each, so that ratios hold whatever the machine
does and each finds its own data in the caches, as it would in a service.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.cities import LOCATE, SNAP, City, open_city, positions_on_roads
from benchmarks.contenders import Answer, NetworkxSearch, Question, ScipySearch
from benchmarks.http_service import measure_http
from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.engine import RoadEngine

Ask = Callable[[LonLat], Answer]
CALLS_PER_ROUND = 25


def our_engine(city: City, units: Sequence[LonLat], k: int) -> Ask:
    engine = RoadEngine(city.graph, SNAP, LOCATE)
    fleet = engine.place_fleet(units)
    offset_ms = np.zeros(len(units), dtype=np.int64)

    def ask(call: LonLat) -> Answer:
        answer = engine.nearest(fleet, call, offset_ms=offset_ms, k=k, band_ms=0)
        return [leg.drive_ms + leg.walk_ms for leg in answer.legs[:k]]

    return ask


def measure(
    contenders: dict[str, Ask], calls: Sequence[LonLat], networkx_every: int
) -> dict[str, list[float]]:
    """Microseconds of every contender on every call, in rounds."""
    times_us: dict[str, list[float]] = {name: [] for name in contenders}
    answers: dict[int, set[tuple[int, ...]]] = defaultdict(set)
    for first in range(0, len(calls), CALLS_PER_ROUND):
        for name, ask in contenders.items():
            step = networkx_every if name == "networkx" else 1
            numbers = range(first, min(first + CALLS_PER_ROUND, len(calls)), step)
            ask(calls[first])  # brings its data into the caches, and compiles in the first round
            for number in numbers:
                begun = time.perf_counter()
                answer = ask(calls[number])
                times_us[name].append((time.perf_counter() - begun) * 1e6)
                answers[number].add(tuple(answer))
    for number, different in answers.items():
        if len(different) != 1:
            raise SystemExit(f"the contenders disagree about {calls[number]}: {different}")
    return times_us


def print_times(unit_count: int, times_us: dict[str, list[float]]) -> None:
    ours_us = np.median(times_us["dispatch_router"])
    for name, times in times_us.items():
        median_us, p99_us = np.median(times), np.percentile(times, 99)
        print(
            f"{unit_count:>6} {name:<16} {median_us:>10,.0f} {p99_us:>10,.0f} "
            f"{median_us / ours_us:>8,.1f}x {len(times):>6}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extract", default="porto_portugal.osm.pbf")
    parser.add_argument("--units", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--networkx-every", type=int, default=1, help="ask networkx less often")
    parser.add_argument("--k", type=int, default=5)
    parser.add_argument("--no-http", action="store_true")
    arguments = parser.parse_args()
    city = open_city(arguments.extract)
    rng = np.random.default_rng(110)
    calls = positions_on_roads(city.graph, rng, arguments.calls)
    summary = city.graph.summary
    print(f"{city.name}: {summary.node_count:,} nodes, {summary.arc_count:,} arcs; k={arguments.k}")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print(
        f"{'units':>6} {'engine':<16} {'median us':>12} {'p99 us':>12} {'ratio':>10} {'calls':>6}"
    )
    for unit_count in arguments.units:
        units = positions_on_roads(city.graph, rng, unit_count)
        question = Question(city.graph, units)
        scipy_search, networkx_search = ScipySearch(question), NetworkxSearch(question)
        contenders: dict[str, Ask] = {
            "dispatch_router": our_engine(city, units, arguments.k),
            "scipy": lambda call, search=scipy_search: search.nearest(call, arguments.k),
            "networkx": lambda call, search=networkx_search: search.nearest(call, arguments.k),
        }
        print_times(unit_count, measure(contenders, calls, arguments.networkx_every))
    if not arguments.no_http:
        measure_http(city, rng)


if __name__ == "__main__":
    main()
