"""Kill the service at random moments under load, again and again, and look for what is missing.

``python -m tests.e2e.kill_rounds --rounds 100`` on SQLite; with ``--postgres`` on a server that it
starts for itself.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

from dispatch_router.config import StateSettings
from tests.e2e.desk_clients import (
    Dispatcher,
    Told,
    check_everything_told_is_there,
    free_all_units,
)
from tests.e2e.forked_service import forked_service
from tests.e2e.kept_log import KeptLog
from tests.postgres import postgres_server

CLIENTS = 4
UNDER_LOAD_S = (0.05, 0.7)
KILLED_WHILE_STARTING = 0.2
"""In so many of the rounds the service is killed once more while it starts."""
STARTING_S = (0.0, 0.6)


class Killable(Protocol):
    """A service that can be killed."""

    def wait_until_ready(self) -> str: ...

    def kill(self) -> None: ...


Start = Callable[[Mapping[str, str]], AbstractContextManager[Killable]]


@dataclass
class KillRounds:
    """Rounds on one state, and all that was acknowledged in them.

    Attributes:
        in_all: of all rounds; the log is held to it again in every round.
        last: of the round before; the desk is asked for it over HTTP.
    """

    settings: StateSettings
    chance: random.Random
    start: Start = forked_service
    in_all: Told = field(default_factory=Told)
    last: Told = field(default_factory=Told)
    unanswered: int = 0

    def __post_init__(self) -> None:
        self.log = KeptLog(self.settings)

    def run(self, rounds: int) -> None:
        """Kill so many times, and look after each."""
        for number in range(1, rounds + 1):
            begun = time.monotonic()
            with self.start(self._environ()) as service, self._opened(service) as client:
                self._look(client)
                self._kill_under_load(client, service)
            print(
                f"round {number}: {len(self.last.incidents)} incidents, {len(self.last.statuses)} "
                f"assignments and {self.last.changes} changes acknowledged, "
                f"{time.monotonic() - begun:.1f} s",
                flush=True,
            )
        with self.start(self._environ()) as service, self._opened(service) as client:
            self._look(client)

    def _environ(self) -> dict[str, str]:
        environ = {
            "DISPATCH_STATE_DIR": str(self.settings.state_dir),
            "DISPATCH_LOG_LEVEL": "error",
        }
        if self.settings.database_url is not None:
            environ["DISPATCH_DATABASE_URL"] = self.settings.database_url
        return environ

    def _opened(self, service: Killable) -> httpx.Client:
        return httpx.Client(base_url=service.wait_until_ready(), timeout=20)

    def _look(self, client: httpx.Client) -> None:
        """The service that comes after a kill answers for what the one before has said."""
        check_everything_told_is_there(client, self.last)
        free_all_units(client, self.in_all)
        self.log.check(self.in_all)

    def _kill_under_load(self, client: httpx.Client, service: Killable) -> None:
        told = self.last = Told()
        url = str(client.base_url)
        units = [unit["id"] for unit in client.get("/v1/units").json()["items"]]
        clients = [
            Dispatcher(url, units, self.chance.getrandbits(32), told) for _ in range(CLIENTS)
        ]
        for each in clients:
            each.start()
        time.sleep(self.chance.uniform(*UNDER_LOAD_S))
        service.kill()
        for each in clients:
            each.join(30)
            assert not each.is_alive()
            if each.failure is not None:
                raise each.failure
        self.in_all.incidents |= told.incidents
        self.in_all.statuses |= {key: list(steps) for key, steps in told.statuses.items()}
        self.unanswered += len(told.unanswered) + len(told.asked)
        if self.chance.random() < KILLED_WHILE_STARTING:
            with self.start(self._environ()) as starting:
                time.sleep(self.chance.uniform(*STARTING_S))
                starting.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = StateSettings(state_dir=folder / "state")
        if asked.postgres:
            url = stack.enter_context(postgres_server()).new_database()
            settings = StateSettings(state_dir=folder / "state", database_url=url)
        rounds = KillRounds(settings, random.Random(asked.seed))
        rounds.run(asked.rounds)
    told = rounds.in_all
    print(
        f"{asked.rounds} kills on {'PostgreSQL' if asked.postgres else 'SQLite'} in "
        f"{time.monotonic() - begun:.0f} s: all of {len(told.incidents)} incidents, "
        f"{len(told.statuses)} assignments and {told.changes} changes of their state that were "
        f"acknowledged are there ({rounds.unanswered} requests went unanswered); the decision of "
        "every incident can be read, and made again to the byte; no unit is held "
        f"twice, now or in any of the {rounds.log.events} events, and their chain verifies."
    )


if __name__ == "__main__":
    main()
