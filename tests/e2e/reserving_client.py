"""A process that reserves units as fast as it can, and records what it asked and was told.

``python -m tests.e2e.reserving_client SEED COUNT keep|release URL...`` prints ``ready``, waits for
a line, and then prints a line of JSON for each operation as it ends: what
``tests.linearizability`` reads (times are monotonic, the same for all processes of a machine), and
``next_best``, the unit that a refusal names.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.e2e.desk_service import UNITS

AT_ONCE = 20
TRIES = 100
REST_S = 0.2
# Ends that can follow right away, and what a unit that has driven there reports first.
ENDS = (("cancelled",), ("declined",), ("en_route", "on_scene", "cleared"))


class ReservingClient:
    """Asks services in turn; where one is gone, another is asked the same with the same key."""

    def __init__(self, seed: int, urls: list[str]) -> None:
        self._name, self._seed = f"client {seed}", seed
        self._services = [httpx.Client(base_url=url, timeout=30) for url in urls]
        self._printing = threading.Lock()
        call = {"location": {"lon": 106.29, "lat": 29.3}, "type": self._name}
        filed = self._ask(0, "POST", "/v1/incidents", call)
        self._path = f"/v1/incidents/{filed.json()['incident']['id']}/assignments"

    def reserve(self, number: int, unit: str, *, release: bool) -> None:
        """Reserve a unit; where it was free, let it go again if told to."""
        start_ns = time.monotonic_ns()
        body = {"unit_id": unit, "override_reason": "drawn"}
        answer = self._ask(number, "POST", self._path, body)
        told = answer.json()
        if answer.status_code == 201:
            self._record(start_ns, "reserve", unit, told["id"], "ok")
            if release:
                self._release(number, unit, told["id"])
        else:
            assert (answer.status_code, told["code"]) == (409, "unit_taken"), answer.text
            best = told["next_best"]
            self._record(start_ns, "reserve", unit, told["held_by"], "taken", best)

    def _release(self, number: int, unit: str, assignment: str) -> None:
        chance = random.Random(f"{self._seed} {number}")
        path = f"/v1/assignments/{assignment}"
        *before, end = chance.choice(ENDS)
        for status in before:
            self._ask(number, "PATCH", path, {"status": status})
        # Some release twice, by two words of which one alone can be true.
        ends = [end, "declined" if end == "cancelled" else "cancelled"]
        for status in ends[: chance.choice((1, 2))]:
            start_ns = time.monotonic_ns()
            answer = self._ask(number, "PATCH", path, {"status": status})
            assert answer.status_code in {200, 409}, answer.text
            word = "ok" if answer.status_code == 200 else "over"
            self._record(start_ns, "release", unit, assignment, word)

    def _ask(self, first: int, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        key = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        for attempt in range(TRIES):
            service = self._services[(first + attempt) % len(self._services)]
            try:
                answer = service.request(method, path, json=body, headers=key)
            except httpx.TransportError:
                time.sleep(REST_S if len(self._services) == 1 else 0)
                continue
            if answer.status_code != 503:
                return answer
            time.sleep(REST_S)
        raise AssertionError("no service answers")

    def _record(
        self,
        start_ns: int,
        op: str,
        unit: str,
        assignment: str | None,
        answer: str,
        next_best: dict[str, Any] | None = None,
    ) -> None:
        members = {
            "start_ns": start_ns,
            "end_ns": time.monotonic_ns(),
            "client": self._name,
            "op": op,
            "unit": unit,
            "assignment": assignment,
            "answer": answer,
            "next_best": next_best and next_best["unit_id"],
        }
        with self._printing:
            print(json.dumps(members), flush=True)


def main() -> None:
    seed, count, what, *urls = sys.argv[1:]
    chance = random.Random(int(seed))
    client = ReservingClient(int(seed), urls)
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [
            pool.submit(client.reserve, number, chance.choice(UNITS), release=what == "release")
            for number in range(int(count))
        ]
        for job in jobs:
            job.result()


if __name__ == "__main__":
    main()
