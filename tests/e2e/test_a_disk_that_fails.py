"""What the service does while its disk is full, broken or read-only, and once it is well again.

docs/reliability.md says the same in words.
"""

from __future__ import annotations

import re
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch_router.bootstrap_state import verify_log
from dispatch_router.config import StateSettings
from tests.e2e.broken_disks import Fault, read_only, small_disk, without_growth, without_room
from tests.e2e.service import Service, running

PATROL, CREW = "patrol-town", "park-crew"
WHERE = {"location": {"place": "迎新村"}}
CALL = WHERE | {"priority": 2, "type": "别的"}
WITHIN_S = 20.0


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A state folder, on a disk that is soon full where the fault needs one."""
    with ExitStack() as stack:
        needs_one = request.node.callspec.params.get("fault") is without_room
        disk = stack.enter_context(small_disk(tmp_path / "disk")) if needs_one else tmp_path
        yield disk / "state"


class Caller:
    """Files incidents, each under a key of its own.

    Attributes:
        filed: what was acknowledged, by id.
    """

    def __init__(self, client: httpx.Client, filed: dict[str, dict[str, Any]]) -> None:
        self.client, self.filed = client, filed

    def file(self, key: str) -> httpx.Response:
        answer = self.client.post("/v1/incidents", json=CALL, headers={"Idempotency-Key": key})
        if answer.status_code == 201:
            incident = answer.json()["incident"]
            self.filed[incident["id"]] = incident
        return answer

    def file_until_refused(self) -> tuple[str, httpx.Response]:
        # What was written before may leave room for a few more.
        for _ in range(500):
            key = uuid.uuid4().hex
            answer = self.file(key)
            if answer.status_code != 201:
                return key, answer
        raise AssertionError("nothing is refused")

    def check_that_all_is_there(self) -> None:
        listed = self.client.get("/v1/incidents?limit=200").json()
        assert {item["id"] for item in listed["items"]} == set(self.filed)
        for incident_id, incident in self.filed.items():
            kept = self.client.get(f"/v1/incidents/{incident_id}").json()
            assert {name: kept[name] for name in incident} == incident


@contextmanager
def calling(service: Service, filed: dict[str, dict[str, Any]] | None = None) -> Iterator[Caller]:
    """Call a service once it is ready; ``filed`` is what was filed before."""
    url = service.wait_until_ready()
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        yield Caller(client, filed or {})


def check_refused(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.json()["code"] == "storage_unavailable"
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(without_room, id="full"),
        pytest.param(without_growth, id="takes nothing"),
        pytest.param(read_only, id="read-only"),
    ],
)
def test_changes_are_refused_and_recommendations_go_on_until_the_disk_is_well_again(
    folder: Path, fault: Fault
) -> None:
    environ = {"DISPATCH_STATE_DIR": str(folder)}
    with running("--port", "0", **environ) as service, calling(service) as caller:
        client = caller.client
        assert caller.file("before").status_code == 201
        (first,) = caller.filed
        with fault(service, folder):
            key, answer = caller.file_until_refused()
            check_refused(answer)
            check_refused(client.put(f"/v1/units/{CREW}/status", json={"status": "rest"}))
            assert client.post("/v1/recommendations", json=WHERE).status_code == 200
            assert client.get(f"/v1/incidents/{first}").status_code == 200
            assert client.get("/readyz").status_code == 200
            position = {"lon": 106.31, "lat": 29.30}
            assert client.put(f"/v1/units/{PATROL}/position", json=position).status_code == 200
        # The same process goes on, and the key of what was refused was not used up.
        assert caller.file(key).status_code == 201
        assert client.put(f"/v1/units/{CREW}/status", json={"status": "rest"}).status_code == 200
        wait_until_positions_are_kept(client)
        caller.check_that_all_is_there()
        logged = "".join(service.logged)
        assert "Traceback" not in logged
        assert "could not be read or written" in logged
        service.kill()
    with running("--port", "0", **environ) as service, calling(service, caller.filed) as again:
        # Not one that was acknowledged is missing after a kill, and not one that was refused there.
        again.check_that_all_is_there()
        assert again.client.get(f"/v1/units/{PATROL}").json()["position"]["lon"] == 106.31
    assert verify_log(StateSettings(state_dir=folder), None).findings == ()


def wait_until_positions_are_kept(client: httpx.Client) -> None:
    until = time.monotonic() + WITHIN_S
    while not re.search(
        r"^dispatch_router_positions_not_kept 0$", client.get("/metrics").text, re.M
    ):
        assert time.monotonic() < until, "positions are not kept again"
        time.sleep(0.1)


def refused_start(state: Path) -> str:
    with running("--port", "0", DISPATCH_STATE_DIR=str(state)) as service:
        assert service.wait_for_end(within_s=60) == 5
        said = "".join(service.logged)
    assert "Traceback" not in said
    return said


def filed_and_stopped(state: Path) -> dict[str, dict[str, Any]]:
    """Leave a state behind, everything in its one file."""
    with running("--port", "0", DISPATCH_STATE_DIR=str(state)) as service:
        with calling(service) as caller:
            for number in range(3):
                assert caller.file(f"key-{number}").status_code == 201
        service.process.terminate()
        assert service.wait_for_end() == 0
    return caller.filed


def test_a_read_only_state_is_refused_at_the_start_with_what_to_do(tmp_path: Path) -> None:
    state = tmp_path / "state"
    filed_and_stopped(state)
    with read_only(None, state):
        said = refused_start(state)
    assert str(state / "state.sqlite3") in said
    assert "Look at the disk and the rights" in said
    assert "请检查磁盘和目录权限" in said


def test_a_damaged_state_is_refused_at_the_start_and_left_for_whoever_restores_it(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    filed = filed_and_stopped(state)
    database = state / "state.sqlite3"
    whole = database.read_bytes()
    damaged = damaged_from_the_second_page(whole)
    database.write_bytes(damaged)
    said = refused_start(state)
    assert "restore it from a copy" in said
    assert database.read_bytes() == damaged
    database.write_bytes(whole)
    with (
        running("--port", "0", DISPATCH_STATE_DIR=str(state)) as service,
        calling(service, filed) as caller,
    ):
        caller.check_that_all_is_there()


def test_a_state_that_is_damaged_while_it_is_used_is_told_and_recommendations_go_on(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    filed_and_stopped(state)
    with (
        running("--port", "0", DISPATCH_STATE_DIR=str(state)) as service,
        calling(service) as caller,
    ):
        damage(state / "state.sqlite3")
        check_refused(caller.file("after"))
        assert caller.client.post("/v1/recommendations", json=WHERE).status_code == 200
        assert caller.client.get("/healthz").status_code == 200
        logged = "".join(service.logged)
        assert "malformed" in logged
        assert "Traceback" not in logged
        service.kill()
    assert "restore it from a copy" in refused_start(state)


def damage(database: Path) -> None:
    """Overwrite all but the first page, and let whoever has read the file read it again."""
    with database.open("r+b") as file:
        content = damaged_from_the_second_page(file.read())
        file.seek(0)
        file.write(content)
    # A commit of another connection makes the service forget the pages that it knows.
    with closing(sqlite3.connect(database)) as other:
        (version,) = other.execute("PRAGMA user_version").fetchone()
        other.execute(f"PRAGMA user_version = {version}")


def damaged_from_the_second_page(content: bytes) -> bytes:
    return content[:4096] + b"\xff" * (len(content) - 4096)
