"""`dispatch-router serve`, as somebody starts, asks and stops it."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.service import running
from tests.xipeng import XIPENG

YINGXIN = {"location": {"place": "迎新村"}, "uncertainty_m": 100, "priority": 1}


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
def test_the_command_that_it_prints_gives_a_recommendation() -> None:
    with running("--port", "0") as service:
        service.wait_until_ready()
        printed = "".join(service.printed)
        assert printed.count("curl ") == 1
        command = printed[printed.index("curl ") :]
        answer = subprocess.run(
            ["bash", "-c", command.strip() + " --silent --fail --noproxy '*'"],
            capture_output=True,
            check=True,
            timeout=30,
        )
        recommendation = json.loads(answer.stdout)
        assert recommendation["candidates"][0]["post_id"] == "park-post"
        assert recommendation["candidates"][0]["saves_s"] > 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_what_is_under_way_and_ends_well(number: signal.Signals) -> None:
    body = json.dumps(YINGXIN).encode()
    head = (
        "POST /v1/recommendations HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with running("--port", "0") as service:
        url = httpx.URL(service.wait_until_ready())
        with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
            connection.sendall(head.encode() + body[:10])
            wait_until_reading(url)
            service.process.send_signal(number)
            time.sleep(0.3)
            connection.sendall(body[10:])
            answer = b""
            while part := connection.recv(65_536):
                answer += part
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert service.wait_for_end() == 0
        assert "stopped" in service.logged[-1]


def wait_until_reading(url: httpx.URL) -> None:
    """A request that came later is answered, so the earlier one is being read."""
    assert httpx.get(url.join("/healthz"), trust_env=False).status_code == 200


def test_a_stop_while_it_is_still_loading_does_not_wait() -> None:
    with running("--port", "0") as service:
        while not service.logged:
            time.sleep(0.01)
        service.process.send_signal(signal.SIGTERM)
        assert service.wait_for_end(within_s=20) == 0


def test_another_district_is_named_by_flag_file_or_environment(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(XIPENG, mine)
    text = (mine / "district.yaml").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("id:"))
    (mine / "district.yaml").write_text(text.replace(line, "id: mine"), encoding="utf-8")
    settings = tmp_path / "dispatch.toml"
    settings.write_text('district = "mine"\nport = 0\nlog_format = "json"\nlog_level = "debug"\n')
    with running(DISPATCH_CONFIG=str(settings)) as service:
        url = service.wait_until_ready()
        graph = httpx.get(f"{url}/v1/graph?secret", trust_env=False)
        assert graph.status_code == 422
        graph = httpx.get(f"{url}/v1/graph", trust_env=False)
        assert graph.json()["district"]["id"] == "mine"
        service.process.terminate()
        assert service.wait_for_end() == 0
        told = [json.loads(line) for line in service.logged]
    requests = [(r["path"], r["status"]) for r in told if r["message"] == "request"]
    assert requests == [("/v1/graph", 422), ("/v1/graph", 200)]
    assert "secret" not in "".join(service.logged)


def test_a_start_that_cannot_be_says_why_and_ends() -> None:
    with running("--port", "0", "--district", "/nowhere") as service:
        assert service.wait_for_end(within_s=60) == 4
        assert "/nowhere" in "".join(service.logged)
        assert "Traceback" not in "".join(service.logged)


def test_open_access_is_warned_of_and_a_misspelt_setting_too() -> None:
    environ = {"DISPATCH_OPEN_ACCESS": "true", "DISPATCH_PROT": "1"}
    with running("--port", "0", **environ) as service:
        url = service.wait_until_ready()
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}/readyz", trust_env=False).status_code == 200
        logged = "".join(service.logged)
    assert "warning access is open" in logged
    assert "DISPATCH_PROT sets nothing" in logged


def test_it_is_alive_before_it_is_ready() -> None:
    """What is loaded first may take long: nobody should restart it for that."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    seen: list[int] = []

    def watch() -> None:
        while seen[-1:] != [200]:
            try:
                assert httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
                seen.append(httpx.get(f"{url}/readyz", trust_env=False).status_code)
            except httpx.ConnectError:
                time.sleep(0.005)

    with running("--port", str(port)) as service:
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        service.wait_until_ready()
        watcher.join(10)
    assert seen[-1] == 200
    assert set(seen) <= {503, 200}
