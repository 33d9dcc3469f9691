"""Killed while thousands of positions come in, a service loses a second of them at the most."""

from __future__ import annotations

import json
import random
import shutil
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.service import Service, running
from tests.xipeng import XIPENG

PATROLS = 300
BATCH = 100
BATCHES_PER_S = 20
KEPT_WITHIN_S = 1.0
# Written once a second, which takes a while on a machine that does much else.
DECIDED_WITHIN_S = 2.5
UNDER_LOAD_S = (2.6, 4.0)


@dataclass
class Acknowledged:
    """What the service has said that it has taken.

    Attributes:
        positions: the longitudes of each patrol in their order, with when each was acknowledged.
        decisions: the ids of recommendations, with when each was answered.
        batches: how many reports were sent.
        killed_at: when it was about to be killed.
    """

    positions: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    decisions: list[tuple[float, str]] = field(default_factory=list)
    batches: int = 0
    killed_at: float = 0.0


def district_with_patrols(folder: Path) -> Path:
    shutil.copytree(XIPENG, folder)
    beat = {"lon": 106.31, "lat": 29.30}
    rows = [
        {
            "id": f"patrol-{number:03}",
            "name": {"zh": f"巡逻{number}组", "en": f"Patrol {number}"},
            "post": "xipeng-station",
            "patrol": True,
            "mode": "car",
            "beat": beat,
        }
        for number in range(PATROLS)
    ]
    with (folder / "units.yaml").open("a", encoding="utf-8") as units:
        # JSON rows are YAML rows.
        units.writelines(f"- {json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    return folder


def report(client: httpx.Client, told: Acknowledged, number: int) -> None:
    """Send a batch, and note what was acknowledged; every report of a patrol is another place."""
    at = datetime.now(UTC).isoformat()
    lon = 106.31 + number * 1e-6
    ids = [f"patrol-{(number * BATCH + each) % PATROLS:03}" for each in range(BATCH)]
    body = [{"unit_id": unit_id, "lon": lon, "lat": 29.30, "at": at} for unit_id in ids]
    taken = client.post("/v1/positions", json=body).json()
    assert taken["accepted"] == BATCH, taken
    now = time.monotonic()
    for unit_id in ids:
        told.positions.setdefault(unit_id, []).append((now, lon))


def decide(client: httpx.Client, told: Acknowledged) -> None:
    asked = {"location": {"place": "迎新村"}, "list_others": False}
    decision_id = client.post("/v1/recommendations", json=asked).json()["decision_id"]
    told.decisions.append((time.monotonic(), decision_id))


def under_load(url: str, service: Service, first: int, seconds: float) -> Acknowledged:
    """Report and ask until the service is killed; return what it has acknowledged."""
    told = Acknowledged(batches=first)

    def kill() -> None:
        told.killed_at = time.monotonic()
        service.process.kill()

    killed = threading.Timer(seconds, kill)
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        # The first answers of a service that has just started may take long.
        report(client, told, told.batches)
        decide(client, told)
        killed.start()
        begun = time.monotonic()
        try:
            while True:
                told.batches += 1
                report(client, told, told.batches)
                decide(client, told)
                due = begun + (told.batches - first) / BATCHES_PER_S
                time.sleep(max(0.0, due - time.monotonic()))
        except httpx.TransportError:
            killed.join()
    return told


def check(url: str, told: Acknowledged) -> None:
    """Look for everything that was acknowledged longer ago than it may take to keep it."""
    with httpx.Client(base_url=url, trust_env=False) as client:
        for unit_id, positions in told.positions.items():
            position: dict[str, Any] = client.get(f"/v1/units/{unit_id}").json()["position"]
            kept = [lon for at, lon in positions if at < told.killed_at - KEPT_WITHIN_S]
            assert position["source"] == "reported" or not kept
            if kept:
                assert position["lon"] >= kept[-1] - 1e-9, unit_id
        decided = [each for at, each in told.decisions if at < told.killed_at - DECIDED_WITHIN_S]
        assert decided
        for decision_id in decided[-3:]:
            replayed = client.post(f"/v1/decisions/{decision_id}/replay").json()
            assert replayed["identical"] is True, replayed


def test_a_second_of_positions_and_of_decisions_is_lost_at_the_most(tmp_path: Path) -> None:
    chance = random.Random(11)
    district = district_with_patrols(tmp_path / "district")
    places = ("--port", "0", "--district", str(district))
    told = Acknowledged()
    for is_last in (False, False, False, True):
        with running(*places, DISPATCH_STATE_DIR=str(tmp_path / "state")) as service:
            url = service.wait_until_ready()
            if told.batches:
                check(url, told)
            if not is_last:
                told = under_load(url, service, told.batches, chance.uniform(*UNDER_LOAD_S))
