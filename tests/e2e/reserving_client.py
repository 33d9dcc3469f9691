"""A process that reserves units as fast as it can and says what it was told.

``python -m tests.e2e.reserving_client SEED COUNT URL...`` prints JSON: of each reservation the
unit, when it was asked and answered (monotonic, the same for all processes), and the status.
"""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.e2e.desk_service import UNITS

AT_ONCE = 20
TRIES = 20


def reserve(clients: list[httpx.Client], incident: str, unit: str, first: int) -> dict[str, Any]:
    """Reserve; where a service is gone, ask another one with the same key."""
    path, key = f"/v1/incidents/{incident}/assignments", uuid.uuid4().hex
    body = {"unit_id": unit, "override_reason": "drawn"}
    asked = time.monotonic_ns()
    for attempt in range(TRIES):
        client = clients[(first + attempt) % len(clients)]
        try:
            answer = client.post(path, json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            continue
        if answer.status_code == 503:
            time.sleep(0.2)
            continue
        told = answer.json()
        return {
            "unit": unit,
            "asked": asked,
            "answered": time.monotonic_ns(),
            "status": answer.status_code,
            "code": told.get("code"),
            "names_next": told.get("next_best") is not None,
        }
    raise AssertionError("no service answers")


def main() -> None:
    seed, count, urls = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    chance = random.Random(seed)
    clients = [httpx.Client(base_url=url, timeout=60) for url in urls]
    call = {"location": {"lon": 106.29, "lat": 29.3}, "type": f"client {seed}"}
    incident = clients[0].post("/v1/incidents", json=call).json()["incident"]["id"]
    print("ready", flush=True)
    sys.stdin.readline()
    units = [chance.choice(UNITS) for _ in range(count)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [
            pool.submit(reserve, clients, incident, unit, number % len(urls))
            for number, unit in enumerate(units)
        ]
        print(json.dumps([job.result() for job in jobs]), flush=True)


if __name__ == "__main__":
    main()
