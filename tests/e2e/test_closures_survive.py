"""Closures of a real service: there after a restart and after a kill, in one service at a time."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.service import running

ROAD = {"road": "迎新路", "reason": "塌方"}


def closed(url: str) -> list[str]:
    items: list[dict[str, Any]] = httpx.get(f"{url}/v1/closures", trust_env=False).json()["items"]
    return [item["id"] for item in items]


def test_what_was_answered_survives_a_kill_and_what_was_lifted_stays_lifted(
    tmp_path: Path,
) -> None:
    state = {"DISPATCH_STATE_DIR": str(tmp_path / "state")}
    with running("--port", "0", **state) as service:
        url = service.wait_until_ready()
        made = [
            httpx.post(f"{url}/v1/closures", json=ROAD, trust_env=False).json()["id"]
            for _ in range(2)
        ]
        answer = httpx.delete(f"{url}/v1/closures/{made[0]}", trust_env=False)
        assert answer.json()["lifted_at"] is not None
        service.process.send_signal(signal.SIGKILL)
        service.wait_for_end()
    with running("--port", "0", **state) as service:
        assert closed(service.wait_until_ready()) == made[1:]
        service.process.terminate()
        assert service.wait_for_end() == 0
    with running("--port", "0", **state) as service:
        assert closed(service.wait_until_ready()) == made[1:]


def test_a_second_service_on_the_same_state_is_refused(tmp_path: Path) -> None:
    flags = ("--port", "0", "--state-dir", str(tmp_path))
    with running(*flags) as first:
        first.wait_until_ready()
        with running(*flags) as second:
            assert second.wait_for_end(within_s=60) == 5
            said = "".join(second.logged)
        assert "another service keeps its state in this folder" in said
        assert "另一个服务正在使用该状态目录" in said
        assert "Traceback" not in said
