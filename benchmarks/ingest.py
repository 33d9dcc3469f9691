"""How many positions a second the service takes in, in batches, and what calls notice of it.

``python -m benchmarks.ingest`` serves a city with 5,000 patrols, sends batches of reports over HTTP
for some seconds, at once as fast as they are taken and then at the aimed rate beside
recommendations, and says how many were taken and how long the recommendations took.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.cities import City, open_city, positions_on_roads
from benchmarks.http_service import connected, http_request, read_reply, serving, write_district
from dispatch_router.domain.geo import LonLat

UNIT_COUNT = 5_000
BATCH = 1_000
AIM_PER_S = 5_000
RECOMMENDATIONS_PER_S = 200
LOAD_S = 10.0
# About what a patrol covers in a second; each stays around where it is.
STEP_DEG = 0.0001


class Patrols:
    """Units that wander about."""

    def __init__(self, positions: Sequence[LonLat], rng: np.random.Generator) -> None:
        self._lon = np.array([position.lon for position in positions])
        self._lat = np.array([position.lat for position in positions])
        self._rng = rng
        self._next = 0

    def batch(self) -> bytes:
        """Return the request that reports the next of them."""
        count = len(self._lon)
        numbers = (self._next + np.arange(BATCH)) % count
        self._next = int(numbers[-1]) + 1
        at = datetime.now(UTC).isoformat()
        steps = self._rng.uniform(-STEP_DEG, STEP_DEG, (2, BATCH))
        reports = [
            {
                "unit_id": f"patrol-{number:04}",
                "lon": float(self._lon[number] + east),
                "lat": float(self._lat[number] + north),
                "at": at,
            }
            for number, east, north in zip(numbers.tolist(), *steps, strict=True)
        ]
        body = json.dumps(reports).encode()
        head = (
            "POST /v1/positions HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def accepted(reply: bytes) -> int:
    if not reply.startswith(b"HTTP/1.1 200"):
        raise SystemExit(reply.decode())
    count: int = json.loads(reply.split(b"\r\n\r\n", 1)[1])["accepted"]
    return count


def report_for(port: int, patrols: Patrols, per_s: float) -> tuple[int, float]:
    """Send batches at a rate, or as fast as they are taken; returns how many and the seconds."""
    taken, begun = 0, time.monotonic()
    with connected(port) as connection:
        while (elapsed_s := time.monotonic() - begun) < LOAD_S:
            ahead_s = taken / per_s - elapsed_s
            if ahead_s > 0:
                time.sleep(ahead_s)
            connection.sendall(patrols.batch())
            taken += accepted(read_reply(connection))
    return taken, time.monotonic() - begun


def recommend_for(port: int, requests: Sequence[bytes]) -> list[float]:
    """Ask at the aimed rate; returns the milliseconds of each answer."""
    latencies_ms: list[float] = []
    begun = time.monotonic()
    with connected(port) as connection:
        while (elapsed_s := time.monotonic() - begun) < LOAD_S:
            ahead_s = len(latencies_ms) / RECOMMENDATIONS_PER_S - elapsed_s
            if ahead_s > 0:
                time.sleep(ahead_s)
            asked = time.perf_counter()
            connection.sendall(requests[len(latencies_ms) % len(requests)])
            reply = read_reply(connection)
            latencies_ms.append(1000.0 * (time.perf_counter() - asked))
            if not reply.startswith(b"HTTP/1.1 200"):
                raise SystemExit(reply.decode())
    return latencies_ms


def measure(city: City, rng: np.random.Generator) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        district = Path(scratch) / "district"
        positions = positions_on_roads(city.graph, rng, UNIT_COUNT)
        write_district(district, city, positions)
        calls = [short_request(call) for call in positions_on_roads(city.graph, rng, 500)]
        # The first of the positions is the station's.
        patrols = Patrols(positions[1:], rng)
        with serving(district) as (port, _):
            recommend_for(port, calls)
            say("recommendations alone", recommend_for(port, calls))
            taken, elapsed_s = report_for(port, patrols, float("inf"))
            print(f"positions alone: {taken / elapsed_s:,.0f} a second, in batches of {BATCH:,}")
            latencies_ms: list[float] = []
            asking = threading.Thread(
                target=lambda: latencies_ms.extend(recommend_for(port, calls))
            )
            asking.start()
            taken, elapsed_s = report_for(port, patrols, AIM_PER_S)
            asking.join()
            say(f"beside {taken / elapsed_s:,.0f} positions a second", latencies_ms)


def short_request(call: LonLat) -> bytes:
    """Ask without the thousands that are not recommended."""
    head, body = http_request(call).split(b"\r\n\r\n", 1)
    body = json.dumps({**json.loads(body), "list_others": False}).encode()
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])


def say(when: str, latencies_ms: Sequence[float]) -> None:
    print(
        f"{when}: {len(latencies_ms) / LOAD_S:,.0f} recommendations a second, "
        f"median {np.median(latencies_ms):.1f} ms, p99 {np.percentile(latencies_ms, 99):.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city", nargs="?", default="north-bayreuth.osm.gz")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    measure(open_city(arguments.city), np.random.default_rng(arguments.seed))


if __name__ == "__main__":
    main()
