"""Three services on one PostgreSQL, of which one is killed and one is cut off in mid-run.

``python -m tests.e2e.replica_contest`` lets 4 processes with 200 reservations each fight over 50
units, and checks that each unit was reserved exactly once, that the recorded history has an order,
and that the service which was cut off for 10 s agrees with the others afterwards. ``--history
FILE`` keeps the history, a line of JSON for each operation, as ``tests.linearizability`` reads it.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from dispatch_router.bootstrap_state import verify_log
from dispatch_router.config import StateSettings
from tests.cut_off import Way, way_to
from tests.e2e.desk_service import UNITS
from tests.e2e.processes import OtherProcess, running_process
from tests.linearizability import read_history, units_out_of_order
from tests.postgres import PostgresServer, postgres_server

PROCESSES, EACH = 4, 200
BEFORE_THE_CUT, BEFORE_THE_KILL = 20, 30
AGREES_WITHIN_S = 10.0


def contest_with_failures(
    url: str, folder: Path, *, cut_off_s: float, each: int = EACH
) -> tuple[list[str], float]:
    """Run it; the cut-off service has agreed with the other that is left when this returns.

    Returns:
        The history, and how many seconds after the cut the service agreed again.
    """
    with ExitStack() as stack:
        way, by_way = stack.enter_context(way_to(url))
        servers = [
            stack.enter_context(running_process("desk_service", str(folder / str(number)), where))
            for number, where in enumerate((url, by_way, url))
        ]
        urls = [f"http://127.0.0.1:{server.line()}" for server in servers]
        clients = [
            stack.enter_context(
                running_process("reserving_client", str(seed), str(each), "keep", *urls)
            )
            for seed in range(PROCESSES)
        ]
        assert {client.line() for client in clients} == {"ready"}
        for client in clients:
            client.tell("go")
        lines = [client.line() for client in clients for _ in range(BEFORE_THE_CUT)]
        mended = _cut_for(way, cut_off_s)
        lines += [client.line() for client in clients for _ in range(BEFORE_THE_KILL)]
        servers[-1].kill()
        lines += _rest_of(clients)
        mended.join()
        began = time.monotonic()
        wait_until_agreed(urls[:2])
        return lines, time.monotonic() - began


def _cut_for(way: Way, seconds: float) -> threading.Timer:
    way.cut()
    mended = threading.Timer(seconds, way.mend)
    mended.start()
    return mended


def _rest_of(clients: Sequence[OtherProcess]) -> list[str]:
    return [line for client in clients for line in client.rest()]


def wait_until_agreed(urls: Sequence[str]) -> None:
    """Wait until services answer and say the same of all incidents, assignments and units."""
    until = time.monotonic() + AGREES_WITHIN_S
    while True:
        told = [everything(url) for url in urls]
        if None not in told and all(each == told[0] for each in told):
            return
        assert time.monotonic() < until, "the services do not agree"
        time.sleep(0.1)


def everything(url: str) -> dict[str, Any] | None:
    """Return all that a service knows, and whom it would send; None where it refuses to say."""
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        listed = client.get("/v1/incidents?limit=200")
        if not listed.is_success:
            return None
        ids = [incident["id"] for incident in listed.json()["items"]]
        call = {"location": {"lon": 106.29, "lat": 29.3}}
        advice = client.post("/v1/recommendations", json=call).json()
        return {
            "incidents": [client.get(f"/v1/incidents/{each}").json() for each in ids],
            "candidates": advice["candidates"],
            "degraded": advice["degraded"],
        }


def check(lines: Sequence[str], each: int = EACH) -> None:
    """Check that every unit was reserved exactly once, and that the history has an order."""
    history = read_history(lines)
    assert len(history) == PROCESSES * each
    won = [operation.unit for operation in history if operation.answer == "ok"]
    assert sorted(won) == sorted(UNITS)
    assert len(history) - len(won) == [each.answer for each in history].count("taken")
    assert units_out_of_order(history) == []


def prove(server: PostgresServer, folder: Path, *, cut_off_s: float) -> tuple[list[str], float]:
    """Run the contest on a new database and check all that has to hold."""
    url = server.new_database()
    lines, agreed_s = contest_with_failures(url, folder, cut_off_s=cut_off_s)
    check(lines)
    settings = StateSettings(state_dir=folder, database_url=url)
    assert verify_log(settings, None).findings == ()
    return lines, agreed_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cut-off-s", type=float, default=10.0)
    parser.add_argument("--history", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        lines, agreed_s = prove(server, Path(folder), cut_off_s=asked.cut_off_s)
    if asked.history is not None:
        asked.history.write_text("\n".join(lines) + "\n")
    print(
        f"{len(lines)} reservations of {len(UNITS)} units by {PROCESSES} processes: each unit was "
        f"reserved once, the history has an order, the log verifies. The service that was cut off "
        f"for {asked.cut_off_s:g} s agreed with the other {agreed_s:.1f} s after that."
    )


if __name__ == "__main__":
    main()
