"""The Dockerfile fits the repository and the program; no engine is needed to see that."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import typer.main

from dispatch_router.bootstrap_access import access_file, open_access_control
from dispatch_router.cli.main import app
from dispatch_router.config import InvalidSetting, load_settings, unknown_variables
from tests.docs.pages import ROOT

INSTRUCTIONS = [
    line.strip()
    for line in re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()
    if line.strip() and not line.startswith("#")
]
KEPT = [
    line.removeprefix("!")
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    if line.startswith("!")
]


def test_everything_that_is_copied_exists_and_is_not_ignored() -> None:
    sources = [
        source
        for copy in _all("COPY")
        if "--from=build" not in copy
        for source in shlex.split(copy)[:-1]
    ]

    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(source == kept or source.startswith(f"{kept}/") for kept in KEPT), source


def test_the_settings_of_the_image_are_settings() -> None:
    environment = _environment()

    assert unknown_variables(environment) == []
    settings = load_settings(environment, {})
    assert not settings.server.open_access
    assert access_file(settings).parent == Path(environment["DISPATCH_STATE_DIR"])


def test_the_image_does_not_start_before_there_is_a_key() -> None:
    settings = load_settings(_environment(), {})

    with pytest.raises(InvalidSetting, match="access add"):
        open_access_control(settings, lambda: datetime.now(UTC))


def test_the_commands_of_the_image_are_commands() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    warm_up = next(run for run in _all("RUN") if run.startswith("dispatch-router"))

    assert shlex.split(warm_up)[1] in commands
    assert json.loads(_all("CMD")[-1])[1] in commands


def test_the_service_is_nobody_special() -> None:
    assert _all("USER") == ["10001:10001"]


def test_the_compiled_search_and_the_state_stand_where_they_can_be_written() -> None:
    environment = _environment()
    assert _all("VOLUME") == [environment["NUMBA_CACHE_DIR"], environment["DISPATCH_STATE_DIR"]]


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_tells_ready_from_not_ready(status: int, code: int) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.handle_request, daemon=True).start()
        port = str(server.server_port)
        done = subprocess.run(
            [sys.executable, *_health_check()[1:]],
            env={"DISPATCH_PORT": port},
            timeout=30,
            check=False,
        )

    assert done.returncode == code


def _all(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in INSTRUCTIONS if line.startswith(f"{name} ")]


def _environment() -> dict[str, str]:
    def pairs() -> Iterator[tuple[str, str]]:
        for line in _all("ENV"):
            for word in shlex.split(line):
                name, _, text = word.partition("=")
                yield name, text

    return dict(pairs())


def _health_check() -> list[str]:
    (line,) = _all("HEALTHCHECK")
    return list(json.loads(line[line.index("[") :]))
