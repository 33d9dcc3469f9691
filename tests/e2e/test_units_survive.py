"""What units said of themselves to a real service is there after a kill."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.service import running

PATROL, CREW = "patrol-town", "park-crew"
# A position is on the disk at most this long after it was acknowledged.
KEPT_WITHIN_S = 1.0


def unit(url: str, unit_id: str) -> dict[str, Any]:
    members: dict[str, Any] = httpx.get(f"{url}/v1/units/{unit_id}", trust_env=False).json()
    return members


def put(url: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = httpx.put(f"{url}/v1/units/{path}", json=body, trust_env=False)
    assert answer.status_code == 200, answer.text
    members: dict[str, Any] = answer.json()
    return members


def test_a_status_survives_a_kill_at_once_and_a_position_one_a_second_later(
    tmp_path: Path,
) -> None:
    state = {"DISPATCH_STATE_DIR": str(tmp_path / "state")}
    with running("--port", "0", **state) as service:
        url = service.wait_until_ready()
        reported = put(url, f"{PATROL}/position", {"lon": 106.31, "lat": 29.30})
        time.sleep(KEPT_WITHIN_S)
        stated = put(url, f"{CREW}/status", {"status": "out_of_service", "note": "爆胎"})
        service.process.send_signal(signal.SIGKILL)
        service.wait_for_end()
    with running("--port", "0", **state) as service:
        url = service.wait_until_ready()
        assert unit(url, CREW) == stated
        position = unit(url, PATROL)["position"]
        assert position["source"] == "reported"
        assert (position["lon"], position["lat"]) == (
            reported["position"]["lon"],
            reported["position"]["lat"],
        )
        asked = {"location": {"place": "迎新村"}}
        answer = httpx.post(f"{url}/v1/recommendations", json=asked, trust_env=False).json()
        assert CREW not in [each["unit_id"] for each in answer["candidates"]]
        put(url, f"{PATROL}/position", {"lon": 106.3101, "lat": 29.3001})
        service.process.terminate()
        assert service.wait_for_end() == 0
    with running("--port", "0", **state) as service:
        url = service.wait_until_ready()
        assert unit(url, PATROL)["position"]["lon"] == 106.3101
