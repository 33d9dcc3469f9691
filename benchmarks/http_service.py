"""The whole HTTP request from a client on loopback, of a district made of random units."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.cities import City, positions_on_roads
from dispatch_router.domain.geo import LonLat

UNIT_COUNT = 100
REQUEST_COUNT = 2_000
CONNECTION_COUNT = 16
LOAD_S = 5.0
READY_S = 120.0
BOUNDARY = b"\r\n\r\n"


class Served(NamedTuple):
    """Where a service listens, and the process that it is."""

    port: int
    process: int


def measure_http(city: City, rng: np.random.Generator) -> None:
    """Print latency of one client and throughput of 16 connections."""
    with tempfile.TemporaryDirectory() as scratch:
        district = Path(scratch) / "district"
        write_district(district, city, positions_on_roads(city.graph, rng, UNIT_COUNT))
        requests = [http_request(call) for call in positions_on_roads(city.graph, rng, 500)]
        with serving(district) as (port, _):
            latencies_us = one_client(port, requests)
            print(
                f"HTTP, {UNIT_COUNT} units, top 5, one client: "
                f"median {np.median(latencies_us):,.0f} us, "
                f"p99 {np.percentile(latencies_us, 99):,.0f} us"
            )
            answered, elapsed_s = asyncio.run(many_clients(port, requests))
            print(
                f"HTTP, {CONNECTION_COUNT} connections, client on the same machine: "
                f"{answered / elapsed_s:,.0f} requests/s"
            )


def write_district(folder: Path, city: City, positions: Sequence[LonLat]) -> None:
    """One station, all other units on patrol, one zone over the whole city."""
    folder.mkdir()
    (folder / "graph").symlink_to(city.folder)
    box = city.graph.summary.bounding_box
    corners = [(box.west, box.south), (box.east, box.south), (box.east, box.north)]
    ring = [list(corner) for corner in [*corners, (box.west, box.north), corners[0]]]
    name = {"zh": "测试", "en": "Benchmark"}
    station, *beats = [{"lon": position.lon, "lat": position.lat} for position in positions]
    zone = {"id": "zone", "name": name, "post": "station", "station": "station"}
    policy = Path(__file__).resolve().parents[1] / "data" / "road_graphs" / "xipeng" / "policy.yaml"
    files: dict[str, object] = {
        "district.yaml": {
            "id": "benchmark",
            "name": name,
            "timezone": "UTC",
            "synthetic": True,
            "attribution": city.graph.summary.attribution,
        },
        "posts.yaml": [
            {
                "id": "station",
                "name": name,
                "kind": "station",
                "position": station,
                "approximate": True,
                "functions": ["call_response"],
            }
        ],
        "units.yaml": [
            {
                "id": "station-crew",
                "name": name,
                "post": "station",
                "mode": "car",
                "familiar_zones": [],
            },
            *(
                {
                    "id": f"patrol-{number:04}",
                    "name": name,
                    "post": "station",
                    "patrol": True,
                    "mode": "car",
                    "beat": beat,
                    "familiar_zones": ["zone"],
                }
                for number, beat in enumerate(beats)
            ),
        ],
        "zones.geojson": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": zone,
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            ],
        },
        "gazetteer.yaml": [],
    }
    for file_name, content in files.items():
        (folder / file_name).write_text(json.dumps(content), encoding="utf-8")
    shutil.copy(policy, folder)


def http_request(call: LonLat) -> bytes:
    question = {"location": {"lon": call.lon, "lat": call.lat}, "uncertainty_m": 30}
    body = json.dumps(question).encode()
    head = (
        "POST /v1/recommendations HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextlib.contextmanager
def serving(district: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dispatch_router", "serve", "--port", str(port)]
    state = district.with_name("state")
    service = subprocess.Popen(
        [*command, "--district", str(district), "--state-dir", str(state)],
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    try:
        wait_until_ready(port, service)
        yield Served(port, service.pid)
    finally:
        service.terminate()
        service.wait(timeout=30)


def wait_until_ready(port: int, service: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and service.poll() is None:
        with contextlib.suppress(OSError), connected(port) as connection:
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if read_reply(connection).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.02)
    raise SystemExit(f"the service ended or was not ready within {READY_S:g} s")


def connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_reply(connection: socket.socket) -> bytes:
    reply = b""
    while BOUNDARY not in reply:
        reply += connection.recv(65536)
    missing = body_length(reply) - (len(reply) - reply.index(BOUNDARY) - len(BOUNDARY))
    while missing > 0:
        part = connection.recv(missing)
        reply += part
        missing -= len(part)
    return reply


def body_length(head: bytes) -> int:
    after = head.lower().split(b"content-length:", 1)[1]
    return int(after.split(b"\r\n", 1)[0])


def one_client(port: int, requests: Sequence[bytes]) -> list[float]:
    latencies_us = []
    with connected(port) as connection:
        for number in range(REQUEST_COUNT):
            begun = time.perf_counter()
            answer(connection, requests[number % len(requests)])
            latencies_us.append((time.perf_counter() - begun) * 1e6)
    return latencies_us


def answer(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    reply = read_reply(connection)
    if not reply.startswith(b"HTTP/1.1 200"):
        raise SystemExit(reply.decode())
    return reply


async def many_clients(port: int, requests: Sequence[bytes]) -> tuple[int, float]:
    begun = time.monotonic()
    deadline = begun + LOAD_S
    counts = await asyncio.gather(
        *(
            busy_client(port, requests[first::CONNECTION_COUNT], deadline)
            for first in range(CONNECTION_COUNT)
        )
    )
    return sum(counts), time.monotonic() - begun


async def busy_client(port: int, requests: Sequence[bytes], deadline: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = 0
    while time.monotonic() < deadline:
        writer.write(requests[answered % len(requests)])
        head = await reader.readuntil(BOUNDARY)
        await reader.readexactly(body_length(head))
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
        answered += 1
    writer.close()
    await writer.wait_closed()
    return answered
