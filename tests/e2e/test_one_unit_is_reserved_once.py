"""Four processes want fifty units two hundred times each: every unit is reserved exactly once."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from dispatch_router.bootstrap_state import verify_log
from dispatch_router.config import StateSettings
from tests.e2e.desk_service import UNITS
from tests.e2e.processes import running_process
from tests.linearizability import Operation, read_history, units_out_of_order
from tests.postgres import PostgresServer

PROCESSES, EACH = 4, 200
BEFORE_THE_KILL = 40


def contest(
    settings: StateSettings, services: int, *, release: bool = False, kill_one: bool = False
) -> list[str]:
    """Let all processes begin at once, and return their histories, a line for each operation."""
    where = [str(settings.state_dir), *([settings.database_url] if settings.database_url else [])]
    what = "release" if release else "keep"
    with ExitStack() as stack:
        servers = [
            stack.enter_context(running_process("desk_service", *where)) for _ in range(services)
        ]
        urls = [f"http://127.0.0.1:{server.line()}" for server in servers]
        clients = [
            stack.enter_context(
                running_process("reserving_client", str(seed), str(EACH), what, *urls)
            )
            for seed in range(PROCESSES)
        ]
        assert {client.line() for client in clients} == {"ready"}
        for client in clients:
            client.tell("go")
        lines = []
        if kill_one:
            # In mid-run, whatever the machine's speed.
            lines = [client.line() for client in clients for _ in range(BEFORE_THE_KILL)]
            servers[-1].kill()
        return lines + [line for client in clients for line in client.rest()]


def check_that_each_unit_was_reserved_once(lines: list[str]) -> None:
    history = read_history(lines)
    assert len(history) == PROCESSES * EACH
    won = {operation.unit: operation for operation in history if operation.answer == "ok"}
    assert Counter(operation.answer for operation in history) == {"ok": 50, "taken": 750}
    assert set(won) == set(UNITS)
    assert units_out_of_order(history) == []
    check_that_the_next_best_was_named(lines, won)


def check_that_the_next_best_was_named(lines: list[str], won: dict[str, Operation]) -> None:
    """While any unit is free, whoever is refused is told of one that is."""
    last_began = max(operation.start_ns for operation in won.values())
    for line in map(json.loads, lines):
        if line["answer"] == "taken":
            assert line["next_best"] is not None or line["end_ns"] > last_began
            named = won.get(line["next_best"])
            assert named is None or named.end_ns > line["start_ns"]


def check_that_units_went_from_hand_to_hand(lines: list[str]) -> None:
    history = read_history(lines)
    counts = Counter((operation.op, operation.answer) for operation in history)
    assert counts["reserve", "ok"] == counts["release", "ok"] > len(UNITS)
    assert counts["reserve", "taken"] > 0
    assert counts["release", "over"] > 0
    assert units_out_of_order(history) == []


def test_by_one_service_on_sqlite(tmp_path: Path) -> None:
    settings = StateSettings(state_dir=tmp_path / "state")
    check_that_each_unit_was_reserved_once(contest(settings, 1))
    assert verify_log(settings, None).findings == ()


def test_with_releases_by_one_service_on_sqlite(tmp_path: Path) -> None:
    settings = StateSettings(state_dir=tmp_path / "state")
    check_that_units_went_from_hand_to_hand(contest(settings, 1, release=True))
    assert verify_log(settings, None).findings == ()


@pytest.mark.parametrize("kill_one", [False, True], ids=["all live", "one is killed"])
def test_by_three_services_on_postgres(
    tmp_path: Path, postgres: PostgresServer, kill_one: bool
) -> None:
    settings = StateSettings(state_dir=tmp_path, database_url=postgres.new_database())
    check_that_each_unit_was_reserved_once(contest(settings, 3, kill_one=kill_one))
    assert verify_log(settings, None).findings == ()


def test_with_releases_by_three_services_on_postgres_of_which_one_is_killed(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    settings = StateSettings(state_dir=tmp_path, database_url=postgres.new_database())
    check_that_units_went_from_hand_to_hand(contest(settings, 3, release=True, kill_one=True))
    assert verify_log(settings, None).findings == ()
