"""How long a closure takes over HTTP, until the next answer knows of it.

Run ``python -m benchmarks.closing_roads``. A service runs on a city, most of its units in cars,
some on motorcycles and on foot, and has been asked for ordinary and for emergency drives, so that
every profile is there. Then roads are closed, lifted, and five hundred closed at once; after each,
the next recommendation is asked for. Everything comes from one client on the same machine.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cities import City, open_city, positions_on_roads
from benchmarks.http_service import connected, read_reply, serving, write_district
from dispatch_router.domain.geo import LonLat

SQUARE_DEGREES = 1e-4
"""Half of a side: some 20 m altogether."""

MODES = (*["car"] * 7, *["motorcycle"] * 2, "foot")
ALL_OF_THEM = ["car", "motorcycle", "foot"]
AT_ONCE, CLOSURES, BATCHES = 500, 25, 2
SETTLED_S = 6.0
"""What the service does after its start is over by then."""


class Client:
    """One connection to the service."""

    def __init__(self, port: int) -> None:
        self._connection = connected(port)
        self._connection.settimeout(60)

    def ask(self, call: LonLat, response: str) -> dict[str, Any]:
        """Ask for a recommendation."""
        question = {"location": _place(call), "uncertainty_m": 30, "response": response}
        return self.send("POST", "/v1/recommendations", question)

    def send(self, method: str, path: str, content: object = None) -> dict[str, Any]:
        """Send a request and read the reply; ends the program where it is refused."""
        body = b"" if content is None else json.dumps(content).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._connection.sendall(head.encode() + body)
        reply = read_reply(self._connection)
        if not reply.startswith(b"HTTP/1.1 20"):
            raise SystemExit(reply.decode())
        answer: dict[str, Any] = json.loads(reply.split(b"\r\n\r\n", 1)[1])
        return answer


def closed_at(place: LonLat) -> dict[str, Any]:
    """A request to close whatever road runs through a small square, for everyone."""
    ring = [
        [place.lon + east * SQUARE_DEGREES, place.lat + north * SQUARE_DEGREES]
        for east, north in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    return {
        "area": {"type": "Polygon", "coordinates": [ring]},
        "reason": "benchmark",
        "modes": ALL_OF_THEM,
    }


def measure(city: City, unit_count: int, rng: np.random.Generator) -> None:
    """Print what closures take among so many units."""
    positions = positions_on_roads(city.graph, rng, unit_count)
    places = positions_on_roads(city.graph, rng, CLOSURES + BATCHES * AT_ONCE)
    calls = positions_on_roads(city.graph, rng, 20)
    with tempfile.TemporaryDirectory() as scratch:
        district = Path(scratch) / "district"
        write_district(district, city, positions)
        travel_by_all_modes(district / "units.yaml")
        with serving(district) as served:
            client = Client(served.port)
            time.sleep(SETTLED_S)
            for response in ("routine", "emergency"):
                for call in calls:
                    client.ask(call, response)
            asked_ms = [timed_ms(lambda call=call: client.ask(call, "routine")) for call in calls]
            client.send("POST", "/v1/closures", closed_at(places[0]))
            one_ms, lifted_ms, many_ms = close_and_lift(client, calls[0], places)
    print(f"{unit_count:,} units; a question with nothing closed {spoken(asked_ms)}")
    for words, pairs in (
        ("one closure", one_ms),
        ("one lifted", lifted_ms),
        (f"{AT_ONCE} at once", many_ms),
    ):
        own, answered = zip(*pairs, strict=True)
        print(f"  {words:<12} {spoken(own)}, and the next answer {spoken(answered)}")


def close_and_lift(
    client: Client, call: LonLat, places: list[LonLat]
) -> tuple[list[tuple[float, float]], list[tuple[float, float]], list[tuple[float, float]]]:
    """Milliseconds of each change, and from its beginning until the next answer is there."""
    lifted_ms, many_ms = [], []
    ids: list[str] = []

    def close(place: LonLat) -> None:
        ids.append(client.send("POST", "/v1/closures", closed_at(place))["id"])

    def close_many(batch: list[LonLat]) -> None:
        content = {"closures": [closed_at(place) for place in batch]}
        items = client.send("POST", "/v1/closures:batch", content)["items"]
        ids.extend(item["id"] for item in items)

    def lift() -> None:
        client.send("DELETE", f"/v1/closures/{ids.pop()}")

    one_ms = [
        changed_ms(client, call, lambda place=place: close(place)) for place in places[1:CLOSURES]
    ]
    while ids:
        lifted_ms.append(changed_ms(client, call, lift))
    for number in range(BATCHES):
        while ids:
            lift()
        first = CLOSURES + number * AT_ONCE
        batch = places[first : first + AT_ONCE]
        many_ms.append(changed_ms(client, call, lambda batch=batch: close_many(batch)))
    return one_ms, lifted_ms, many_ms


def changed_ms(client: Client, call: LonLat, change: Callable[[], None]) -> tuple[float, float]:
    """Do something to the roads and ask; milliseconds of the change and of both."""
    own_ms = timed_ms(change)
    return own_ms, own_ms + timed_ms(lambda: client.ask(call, "routine"))


def timed_ms(work: Callable[[], object]) -> float:
    """Milliseconds of a piece of work."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e3


def spoken(times_ms: list[float] | tuple[float, ...]) -> str:
    """Median and maximum."""
    return f"median {np.median(times_ms):,.1f} ms, at the most {max(times_ms):,.1f} ms"


def travel_by_all_modes(units: Path) -> None:
    """Let some of the patrols ride motorcycles and some walk."""
    rows = json.loads(units.read_text(encoding="utf-8"))
    for number, row in enumerate(rows):
        row["mode"] = MODES[number % len(MODES)]
    units.write_text(json.dumps(rows), encoding="utf-8")


def _place(position: LonLat) -> dict[str, float]:
    return {"lon": position.lon, "lat": position.lat}


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extract", default="porto_portugal.osm.pbf")
    parser.add_argument("--units", type=int, nargs="+", default=[100, 3000, 5000])
    arguments = parser.parse_args()
    city = open_city(arguments.extract)
    print(f"{arguments.extract}; {platform.processor() or platform.machine()}")
    for unit_count in arguments.units:
        measure(city, unit_count, np.random.default_rng(110))


if __name__ == "__main__":
    main()
