"""``/metrics`` counts what Prometheus draws."""

from __future__ import annotations

import re

from dispatch_router.config import LimitSettings
from dispatch_router.web.app import create_app
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.routes_metrics import MEDIA_TYPE
from tests.docs.pages import ROOT
from tests.web import Client, small_app, small_service

_SAMPLE = re.compile(r'^dispatch_router_(\w+)(?:\{(\w+)="([^"]*)"\})? (\d+)$')


def samples(client: Client) -> dict[tuple[str, str], int]:
    """Every value by the name of its metric and its label."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA_TYPE
    read = {}
    for line in answer.text.splitlines():
        if line.startswith("#"):
            assert re.match(r"# (HELP|TYPE) dispatch_router_\w+ \S", line)
            continue
        found = _SAMPLE.match(line)
        assert found is not None, line
        read[found[1], found[3] or ""] = int(found[4])
    return read


def test_positions_are_counted_by_what_became_of_them() -> None:
    client = Client()
    here = {"lon": 106.26, "lat": 29.3, "at": "2025-06-02T12:00:00+08:00"}
    client.post("/v1/positions", json=[{"unit_id": "x1", **here}, {"unit_id": "zz", **here}])
    client.request("PUT", "/v1/units/x1/position", json=here)
    read = samples(client)
    assert read["positions_total", "accepted"] == 1
    assert read["positions_total", "unknown_unit"] == 1
    assert read["positions_total", "duplicate"] == 1
    assert read["positions_total", "teleport"] == 0
    assert read["positions_not_kept", ""] == 1


def test_what_is_kept_no_longer_waits() -> None:
    service = small_service()
    client = Client(small_app(service))
    client.request("PUT", "/v1/units/x1/position", json={"lon": 106.26, "lat": 29.3})
    service.units.keep_positions()
    assert samples(client)["positions_not_kept", ""] == 0


def test_units_are_counted_by_whether_they_can_be_sent() -> None:
    client = Client()
    client.request("PUT", "/v1/units/t1/status", json={"status": "rest"})
    read = samples(client)
    assert read["units", "available"] == 4
    assert read["units", "out_of_service"] == 1
    assert read["units", "off_duty"] == 0


def test_a_service_that_is_still_loading_says_so() -> None:
    client = Client(create_app(Readiness(small_service), LimitSettings()))
    read = samples(client)
    assert read["ready", ""] == 0
    assert not [name for name, _ in read if name == "units"]
    assert samples(Client())["ready", ""] == 1


def test_every_metric_is_explained() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for name, _ in samples(Client()):
        assert f"`dispatch_router_{name}`" in page
