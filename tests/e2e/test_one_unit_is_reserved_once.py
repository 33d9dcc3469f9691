"""Four processes want fifty units two hundred times each: every unit is reserved exactly once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from dispatch_router.bootstrap_state import verify_log
from dispatch_router.config import StateSettings
from tests.e2e.desk_service import UNITS
from tests.e2e.service import REPOSITORY
from tests.postgres import PostgresServer

PROCESSES, EACH = 4, 200


@contextmanager
def process(module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", f"tests.e2e.{module}", *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    environ = {"PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}", "PATH": "/usr/bin:/bin"}
    started = subprocess.Popen(command, cwd=REPOSITORY, env=environ, **pipes)  # type: ignore[call-overload]
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def line(started: subprocess.Popen[str]) -> str:
    assert started.stdout is not None
    said = started.stdout.readline()
    assert said, "it has ended"
    return said.strip()


def contest(settings: StateSettings, services: int, *, kill_one: bool) -> list[dict[str, Any]]:
    """Let all processes begin at once, and return what each reservation came to."""
    where = [str(settings.state_dir), *([settings.database_url] if settings.database_url else [])]
    with ExitStack() as stack:
        servers = [stack.enter_context(process("desk_service", *where)) for _ in range(services)]
        urls = [f"http://127.0.0.1:{line(server)}" for server in servers]
        clients = [
            stack.enter_context(process("reserving_client", str(seed), str(EACH), *urls))
            for seed in range(PROCESSES)
        ]
        assert {line(client) for client in clients} == {"ready"}
        for client in clients:
            assert client.stdin is not None
            client.stdin.write("go\n")
            client.stdin.flush()
        if kill_one:
            time.sleep(0.5)
            servers[-1].kill()
        return [each for client in clients for each in json.loads(line(client))]


def check_that_each_unit_was_reserved_once(history: list[dict[str, Any]]) -> None:
    assert len(history) == PROCESSES * EACH
    won = [each for each in history if each["status"] == 201]
    lost = [each for each in history if each["status"] != 201]
    assert Counter(each["unit"] for each in won) == dict.fromkeys(UNITS, 1)
    assert {(each["status"], each["code"]) for each in lost} == {(409, "unit_taken")}
    # Linearizable: units are never released here, so it is enough that nobody was refused before
    # whoever has the unit had asked for it.
    asked = {each["unit"]: each["asked"] for each in won}
    assert all(each["answered"] > asked[each["unit"]] for each in lost)
    # While any unit is free, whoever is refused is told of one.
    last_won = max(each["answered"] for each in won)
    assert any(each["names_next"] for each in lost if each["answered"] < last_won)


def test_by_one_service_on_sqlite(tmp_path: Path) -> None:
    settings = StateSettings(state_dir=tmp_path / "state")
    check_that_each_unit_was_reserved_once(contest(settings, 1, kill_one=False))
    assert verify_log(settings, None).findings == ()


@pytest.mark.parametrize("kill_one", [False, True], ids=["all live", "one is killed"])
def test_by_three_services_on_postgres(
    tmp_path: Path, postgres: PostgresServer, kill_one: bool
) -> None:
    settings = StateSettings(state_dir=tmp_path, database_url=postgres.new_database())
    check_that_each_unit_was_reserved_once(contest(settings, 3, kill_one=kill_one))
    assert verify_log(settings, None).findings == ()
