"""The program never talks to another machine: it is started under a watch that forbids it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.service import REPOSITORY, running

EVENTS = "/v1/events"

WATCH = """
import ipaddress
import sys

ASKS_OR_CONNECTS = {
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
}


def is_this_machine(host):
    if isinstance(host, bytes):
        host = host.decode()
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")


def watch(event, arguments):
    if event not in ASKS_OR_CONNECTS:
        return
    address = arguments[0] if event.startswith("socket.get") else arguments[-1]
    host = address[0] if isinstance(address, tuple) else address
    if host is not None and not is_this_machine(host):
        sys.stderr.write(f"REACHED OUT: {event} {arguments}\\n")
        raise PermissionError(f"{event} {arguments}")


sys.addaudithook(watch)
"""


@pytest.fixture
def watched_path(tmp_path: Path) -> str:
    """A PYTHONPATH under which every Python program starts with the watch."""
    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    return os.pathsep.join([str(tmp_path), str(REPOSITORY / "src")])


def test_the_watch_sees_a_connection_to_another_machine(watched_path: str) -> None:
    for attempt in (
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.getaddrinfo('example.invalid', 80)",
    ):
        done = _python(watched_path, "-c", f"import socket; {attempt}")

        assert "REACHED OUT" in done.stderr


def test_a_recommendation_in_the_terminal_reaches_out_to_nobody(watched_path: str) -> None:
    done = _python(watched_path, "-m", "dispatch_router", "recommend", "--place", "迎新村")

    assert "REACHED OUT" not in done.stderr
    assert done.returncode == 0


def test_the_service_reaches_out_to_nobody(watched_path: str) -> None:
    with running("--port", "0", PYTHONPATH=watched_path) as service:
        address = service.wait_until_ready()
        described = json.loads(_get(f"{address}/openapi.json"))
        reads = [path for path, calls in described["paths"].items() if "get" in calls]
        for path in ["/docs", *(path for path in reads if "{" not in path and path != EVENTS)]:
            assert _get(address + path)
        # The stream has no end: its head is read.
        with urllib.request.urlopen(address + EVENTS, timeout=30) as stream:
            assert stream.status == 200
        assert _ask(address)["candidates"]
        service.process.terminate()
        service.wait_for_end()

    assert "REACHED OUT" not in "".join(service.logged)


def _python(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DISPATCH_")}
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return bytes(answer.read())


def _ask(address: str) -> dict[str, object]:
    request = urllib.request.Request(
        f"{address}/v1/recommendations",
        data=json.dumps({"location": {"place": "迎新村"}}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.load(answer))
