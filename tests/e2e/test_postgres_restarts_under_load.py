"""PostgreSQL is killed and started again under load: what was acknowledged is there."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch_router.bootstrap_state import verify_log
from dispatch_router.config import StateSettings
from tests.e2e.desk_service import UNITS
from tests.e2e.processes import running_process
from tests.e2e.replica_contest import wait_until_agreed
from tests.postgres import PostgresServer, postgres_server, require_postgres

CLIENTS, RESTARTS = 4, 2
GOES_ON_WITHIN_S = 10.0


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    require_postgres()
    with postgres_server() as started:
        yield started


class Filing(threading.Thread):
    """Files incidents with positions and statuses beside them; repeats what was refused."""

    def __init__(self, url: str, number: int) -> None:
        super().__init__()
        self.client = httpx.Client(base_url=url, timeout=30, trust_env=False)
        self.unit = UNITS[number]
        self.filed: list[str] = []
        self.refused = 0
        self.note: str | None = None
        self.lon = 0.0
        self.stops = threading.Event()
        self.failure: AssertionError | None = None

    def run(self) -> None:
        try:
            while not self.stops.is_set():
                self._file()
        except AssertionError as failure:
            self.failure = failure

    def _file(self) -> None:
        call = {"location": {"lon": 106.29, "lat": 29.3}, "type": uuid.uuid4().hex}
        filed = self._until_it_works("POST", "/v1/incidents", call)
        self.filed.append(filed["incident"]["id"])
        note = f"after {len(self.filed)}"
        self._until_it_works(
            "PUT", f"/v1/units/{self.unit}/status", {"status": "rest", "note": note}
        )
        self.note = note
        lon = round(106.2 + len(self.filed) * 1e-5, 6)
        where = {"lon": lon, "lat": 29.3}
        told = self.client.put(f"/v1/units/{self.unit}/position", json=where)
        assert told.is_success, told.text
        self.lon = lon

    def _until_it_works(self, method: str, path: str, body: dict[str, Any]) -> Any:
        key = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        while True:
            answer = self.client.request(method, path, json=body, headers=key)
            if answer.status_code != 503:
                assert answer.is_success, answer.text
                return answer.json()
            self.refused += 1
            assert answer.headers["retry-after"]
            time.sleep(0.1)


def test_nothing_that_was_acknowledged_is_lost_and_services_go_on(
    server: PostgresServer, tmp_path: Path
) -> None:
    url = server.new_database()
    with ExitStack() as stack:
        services = [
            stack.enter_context(running_process("desk_service", str(tmp_path / name), url))
            for name in ("a", "b")
        ]
        urls = [f"http://127.0.0.1:{service.line()}" for service in services]
        clients = [Filing(urls[number % 2], number) for number in range(CLIENTS)]
        for client in clients:
            stack.enter_context(client.client)
        for client in clients:
            client.start()
        for _ in range(RESTARTS):
            time.sleep(1.0)
            server.stop("immediate")
            time.sleep(0.5)
            server.start()
            wait_until_all_go_on(clients)
        for client in clients:
            client.stops.set()
            client.join()
        assert [client.failure for client in clients] == [None] * CLIENTS
        assert sum(client.refused for client in clients) > 0
        wait_until_agreed(urls)
        # Positions are on the disk a second after they were told.
        time.sleep(1.5)
        for asked in urls:
            check_everything_is_there(asked, clients)
    settings = StateSettings(state_dir=tmp_path, database_url=url)
    assert verify_log(settings, None).findings == ()


def wait_until_all_go_on(clients: list[Filing]) -> None:
    before = [len(client.filed) for client in clients]
    until = time.monotonic() + GOES_ON_WITHIN_S
    while any(len(client.filed) < count + 2 for client, count in zip(clients, before, strict=True)):
        assert [client.failure for client in clients] == [None] * CLIENTS
        assert time.monotonic() < until, "the services do not go on"
        time.sleep(0.05)


def check_everything_is_there(url: str, clients: list[Filing]) -> None:
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as asking:
        for client in clients:
            for incident in client.filed:
                assert asking.get(f"/v1/incidents/{incident}").status_code == 200
            unit = asking.get(f"/v1/units/{client.unit}").json()
            assert unit["service"]["note"] == client.note
            assert unit["position"]["lon"] == pytest.approx(client.lon, abs=1e-9)
