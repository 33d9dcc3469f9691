"""Kill the service at random moments under load, again and again, and look for what is missing.

``python -m tests.e2e.kill_rounds --rounds 100`` on SQLite; with ``--postgres`` on a server that it
starts for itself.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from dispatch_router.bootstrap_state import verify_log
from dispatch_router.config import StateSettings
from tests.e2e.desk_clients import (
    Dispatcher,
    Told,
    check_everything_told_is_there,
    free_all_units,
)
from tests.e2e.service import running
from tests.postgres import postgres_server

CLIENTS = 4


def kill_rounds(settings: StateSettings, rounds: int, seed: int) -> tuple[int, int]:
    """Run the rounds; return how many incidents and assignments were acknowledged in all."""
    chance = random.Random(seed)
    environ = {"DISPATCH_STATE_DIR": str(settings.state_dir)}
    if settings.database_url is not None:
        environ["DISPATCH_DATABASE_URL"] = settings.database_url
    incidents = assignments = 0
    told = Told()
    for number in range(rounds + 1):
        with running("--port", "0", **environ) as service:
            url = service.wait_until_ready()
            # The service that comes after a kill answers for what the one before has said.
            check_everything_told_is_there(url, told)
            audit = verify_log(settings, None)
            assert audit.findings == (), audit.findings
            free_all_units(url)
            if number == rounds:
                return incidents, assignments
            told = Told()
            units = [unit["id"] for unit in httpx.get(url + "/v1/units").json()["items"]]
            clients = [Dispatcher(url, units, chance.getrandbits(32), told) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            time.sleep(chance.uniform(0.2, 2.0))
            service.process.kill()
            for client in clients:
                client.join()
        incidents += len(told.incidents)
        assignments += len(told.assignments)
        print(
            f"round {number + 1}: {len(told.incidents)} incidents and {len(told.assignments)} "
            f"assignments acknowledged, {len(told.unanswered) + len(told.asked)} unanswered",
            flush=True,
        )
    raise AssertionError("the last round returns")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = StateSettings(state_dir=folder / "state")
        if asked.postgres:
            url = stack.enter_context(postgres_server()).new_database()
            settings = StateSettings(state_dir=folder / "state", database_url=url)
        incidents, assignments = kill_rounds(settings, asked.rounds, asked.seed)
    print(
        f"{asked.rounds} kills: all of {incidents} incidents and {assignments} assignments that "
        "were acknowledged are there, no unit twice, and the log verifies."
    )


if __name__ == "__main__":
    main()
