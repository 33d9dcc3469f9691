"""Load as a command centre brings it, all kinds at once, and what every kind waits for.

``python -m benchmarks.desk_load --seconds 300`` serves the bundled district with some hundred
patrols, asks for recommendations, files incidents and reports positions at fixed rates, and prints
how long each took from when it was due, what failed, and the memory and processor time of both
sides. At the end every incident that was acknowledged is looked for in the list.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import orjson
import uvloop

from benchmarks.desk_load.client import Lane, ask_at_rate, connect
from benchmarks.desk_load.district import positions_in_town, write_district
from benchmarks.desk_load.process import Watched, watch
from benchmarks.desk_load.report import print_answers, print_by_minute, print_processes
from benchmarks.desk_load.requests import Calls, Reports, get
from benchmarks.http_service import connected, read_reply, wait_until_ready

CONNECTIONS = {"recommendation": 16, "filing": 32, "positions": 4}
SEEDED_PLACES = 2_000


def main() -> None:
    arguments = _arguments()
    rng = np.random.default_rng(arguments.seed)
    beats = positions_in_town(rng, arguments.units)
    places = positions_in_town(rng, SEEDED_PLACES)
    with tempfile.TemporaryDirectory(dir=arguments.scratch) as scratch:
        folder = Path(scratch)
        ids = write_district(folder / "district", beats)
        with Service(folder, arguments.service_cpus) as service:
            calls = Calls(places, list_others=not arguments.short)
            reports = Reports(ids, beats, rng, arguments.batch)
            print(
                f"{len(ids)} patrols; {arguments.recommendations:g} recommendations/s, "
                f"{arguments.filings:g} filings/s, {arguments.positions:g} positions/s in batches "
                f"of {arguments.batch}; {arguments.seconds:g} s after {arguments.warm_up:g} s"
            )
            # The second search is built after the service is ready, which takes a core for a while.
            time.sleep(arguments.settle)
            gc.disable()
            filed = uvloop.run(load(arguments, service, calls, reports))
            print(missing(service.port, filed))


async def load(
    arguments: argparse.Namespace, service: Service, calls: Calls, reports: Reports
) -> set[bytes]:
    filed: set[bytes] = set()
    taken = [0, 0]

    def note_positions(body: bytes) -> None:
        reply = orjson.loads(body)
        taken[0] += reply["accepted"]
        taken[1] += reply["refused"]

    lanes = {
        # `{"incident":{"id":"..."`: to parse all of it would cost more than the service has left.
        "filing": Lane(lambda body: filed.add(body[19:60].split(b'"', 1)[0])),
        "positions": Lane(note_positions),
        "recommendation": Lane(),
    }
    work = {
        "recommendation": (calls.recommendation, arguments.recommendations),
        "filing": (calls.filing, arguments.filings),
        "positions": (reports.positions, arguments.positions / arguments.batch),
    }
    for name, lane in lanes.items():
        await connect(lane, service.port, CONNECTIONS[name])
    both = Watched(service.pid), Watched(os.getpid())
    seconds = arguments.warm_up + arguments.seconds
    tasks = [
        ask_at_rate(lanes[name], make, per_s, arguments.warm_up, arguments.seconds)
        for name, (make, per_s) in work.items()
        if per_s
    ]
    await asyncio.gather(watch(list(both), seconds), *tasks)
    print_answers({name: lanes[name].answers for name in work}, arguments.seconds)
    print(f"positions: {taken[0]} accepted, {taken[1]} refused")
    if arguments.seconds > 60 and arguments.recommendations:
        print("recommendations:")
        print_by_minute(lanes["recommendation"].answers)
    print_processes(*both, arguments.warm_up)
    return filed


class Service:
    """The service as an operator starts it, on a port of its own."""

    def __init__(self, folder: Path, cpus: str | None) -> None:
        self._folder, self._cpus = folder, cpus

    def __enter__(self) -> Service:
        pinned = ["taskset", "-c", self._cpus] if self._cpus else []
        command = [*pinned, sys.executable, "-m", "dispatch_router", "serve", "--port", "0"]
        places = ["--district", self._folder / "district", "--state-dir", self._folder / "state"]
        self._process = subprocess.Popen(
            [*command, *places], stdout=subprocess.PIPE, stderr=sys.stderr
        )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if b"http://127.0.0.1:" in line:
                self.port = int(line.split(b"http://127.0.0.1:", 1)[1].split(b"/", 1)[0].split()[0])
                break
        wait_until_ready(self.port, self._process)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=60)


def missing(port: int, filed: set[bytes]) -> str:
    """Look for every acknowledged incident in the list of them."""
    listed: set[bytes] = set()
    cursor = None
    with connected(port) as connection:
        while True:
            after = f"&cursor={cursor}" if cursor else ""
            connection.sendall(get(f"/v1/incidents?limit=100{after}"))
            page = orjson.loads(read_reply(connection).split(b"\r\n\r\n", 1)[1])
            listed.update(item["id"].encode() for item in page["items"])
            cursor = page["next_cursor"]
            if cursor is None:
                break
    return f"incidents: {len(filed)} acknowledged, {len(filed - listed)} of them missing"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--warm-up", type=float, default=5.0)
    parser.add_argument("--settle", type=float, default=10.0, help="seconds before any load")
    parser.add_argument("--units", type=int, default=300)
    parser.add_argument("--recommendations", type=float, default=200.0, help="a second")
    parser.add_argument("--filings", type=float, default=50.0, help="a second")
    parser.add_argument("--positions", type=float, default=1_000.0, help="a second")
    parser.add_argument("--batch", type=int, default=100, help="positions in one request")
    parser.add_argument("--short", action="store_true", help='ask with "list_others": false')
    parser.add_argument("--service-cpus", help="pin the service, as taskset -c has it")
    parser.add_argument("--scratch", type=Path, help="folder on the disk to measure")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
