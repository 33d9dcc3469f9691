"""Fetching a place through osmnx, against a stand-in for OpenStreetMap's services on loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import osmnx
import pytest

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.network import NOT_PERMITTED
from dispatch_router.routing.build.place_reader import PlaceUnavailable, read_place
from dispatch_router.routing.road_classes import RoadClass, RoadFlag

WEST, SOUTH, EAST, NORTH = 106.29, 29.29, 106.32, 29.32
AREA = [
    {
        "importance": 1.0,
        "boundingbox": [str(SOUTH), str(NORTH), str(WEST), str(EAST)],
        "lat": "29.3",
        "lon": "106.3",
        "display_name": "drawn",
        "geojson": {
            "type": "Polygon",
            "coordinates": [
                [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
            ],
        },
    }
]
NODES = {1: (106.300, 29.300), 2: (106.301, 29.300), 3: (106.302, 29.300), 4: (106.301, 29.301)}
WAYS = {
    10: ([1, 2, 3], {"highway": "primary", "oneway": "yes", "maxspeed": "60", "name": "甲路"}),
    11: ([2, 4], {"highway": "service", "access": "private"}),
    12: ([1, 4], {"highway": "footway"}),
}
ROADS = {
    "elements": [
        *({"type": "node", "id": i, "lon": lon, "lat": lat} for i, (lon, lat) in NODES.items()),
        *({"type": "way", "id": i, "nodes": n, "tags": tags} for i, (n, tags) in WAYS.items()),
    ]
}


class StandIn(BaseHTTPRequestHandler):
    """Answers searches for places with ``area`` and every other question with ``roads``."""

    area: Any = AREA
    roads: Any = ROADS

    def do_GET(self) -> None:
        self._answer(self.area)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(self.roads)

    def _answer(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep the test quiet."""


@pytest.fixture
def services(monkeypatch) -> Iterator[type[StandIn]]:
    class Handler(StandIn):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(osmnx.settings, "nominatim_url", f"{address}/nominatim/")
    monkeypatch.setattr(osmnx.settings, "overpass_url", f"{address}/overpass")
    monkeypatch.setattr(osmnx.settings, "overpass_rate_limit", False)
    # osmnx spares the public service one second before every question.
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    yield Handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_place_becomes_a_network_as_a_file_does(services):
    seen = []
    networks = read_place("九龙坡区, 重庆", lambda stage, share: seen.append((stage, share)))
    assert set(networks) == set(UnitMode)
    network = networks[UnitMode.CAR]
    assert network.source.name == "九龙坡区, 重庆"
    assert network.source.kind == "place"
    assert "OpenStreetMap" in network.source.attribution
    assert sorted(network.edge_class) == [RoadClass.PRIMARY, RoadClass.PRIMARY, RoadClass.SERVICE]
    assert "甲路" in network.names
    primary = network.edge_class == RoadClass.PRIMARY
    backward_ms = network.free_flow_ms.reshape(-1, 2)[primary, 1]
    assert (backward_ms == NOT_PERMITTED).all()
    service = network.edge_flags[network.edge_class == RoadClass.SERVICE]
    assert service[0] & RoadFlag.RESTRICTED_ACCESS
    assert seen[-1][1] == 1.0


def test_osmnx_is_left_as_it_was_and_writes_no_cache(services, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = dict(vars(osmnx.settings))
    look_up_host = socket.getaddrinfo
    read_place("somewhere")
    assert dict(vars(osmnx.settings)) == before
    assert socket.getaddrinfo is look_up_host
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_nobody_knows_is_said_to_be_unknown(services):
    services.area = []
    with pytest.raises(PlaceUnavailable) as caught:
        read_place("nowhere\x07at all")
    assert '"nowhereat all"' in caught.value.detail
    assert "check the name" in caught.value.detail
    assert "请检查地名" in caught.value.detail_zh


def test_a_place_without_roads_is_said_to_have_none(services):
    services.roads = {"elements": []}
    with pytest.raises(PlaceUnavailable, match="no roads"):
        read_place("a lake")


def test_a_service_that_answers_nonsense_is_no_crash(services):
    services.area = {"error": "too many requests"}
    with pytest.raises(PlaceUnavailable):
        read_place("somewhere")


def test_without_internet_one_sentence_says_so_and_what_to_do(monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        monkeypatch.setattr(osmnx.settings, "nominatim_url", address)
        with pytest.raises(PlaceUnavailable) as caught:
            read_place("九龙坡区, 重庆")
    assert caught.value.detail.startswith("There is no internet here")
    assert "graph build SOURCE OUT" in caught.value.detail
    assert caught.value.detail.count(". ") == 0
    assert "互联网" in caught.value.detail_zh
