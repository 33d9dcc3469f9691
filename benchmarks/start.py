"""How long the service takes to start, with the kernels compiled before and without.

Run ``python -m benchmarks.start``. A whole process is started, as ``dispatch-router serve`` is, on
a district as large as a city. Printed is the time from its start until it is ready, which is when
the bounded search answers, until the first recommendation is there, and until it has done all of
its own work, which ends with the hierarchy.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.cities import open_city, positions_on_roads
from benchmarks.http_service import (
    UNIT_COUNT,
    answer,
    connected,
    http_request,
    serving,
    write_district,
)

QUIET_S = 1.0
"""The process has done all that it does by itself once it was idle for so long."""


def start_once(district: Path, kernels: Path, request: bytes) -> tuple[float, float, float]:
    """Start and stop; seconds until ready, until the first answer, and of work until it is idle."""
    os.environ["NUMBA_CACHE_DIR"] = str(kernels)
    begun = time.perf_counter()
    with serving(district) as served:
        ready_s = time.perf_counter() - begun
        with connected(served.port) as connection:
            answer(connection, request)
        answered_s = time.perf_counter() - begun
        idle_s = _idle_after_s(served.process) - begun
    return ready_s, answered_s, idle_s


def _idle_after_s(process: int) -> float:
    """Wait until a process does nothing any more; return since when, by ``perf_counter``."""
    used, since = _used_s(process), time.perf_counter()
    while time.perf_counter() - since < QUIET_S:
        time.sleep(0.05)
        # Its tickers take a little all the time.
        if _used_s(process) - used > 0.02:
            used, since = _used_s(process), time.perf_counter()
    return since


def _used_s(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extract", default="porto_portugal.osm.pbf")
    parser.add_argument("--times", type=int, default=5, help="starts with compiled kernels")
    parser.add_argument("--cold", type=int, default=1, help="starts without")
    arguments = parser.parse_args()
    city = open_city(arguments.extract)
    rng = np.random.default_rng(110)
    print(f"{arguments.extract}, {UNIT_COUNT} units; {os.cpu_count()} cores")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as scratch:
        district, kernels = Path(scratch) / "district", Path(scratch) / "kernels"
        write_district(district, city, positions_on_roads(city.graph, rng, UNIT_COUNT))
        (call,) = positions_on_roads(city.graph, rng, 1)
        request = http_request(call)
        for number in range(arguments.cold):
            cold = start_once(district, Path(scratch) / f"empty-{number}", request)
            _print("nothing compiled", [cold])
        start_once(district, kernels, request)
        warm = [start_once(district, kernels, request) for _ in range(arguments.times)]
        _print("kernels compiled before", warm)


def _print(words: str, starts: list[tuple[float, float, float]]) -> None:
    ready_s, answered_s, idle_s = np.median(np.array(starts), axis=0)
    print(
        f"{words}, median of {len(starts)}: ready after {ready_s:.2f} s, first answer "
        f"{answered_s:.2f} s, all of its own work done {idle_s:.2f} s"
    )


if __name__ == "__main__":
    main()
