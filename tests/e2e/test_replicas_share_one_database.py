"""Real services on one PostgreSQL: told once, known by all, also when the database goes and comes.

`python -m tests.e2e.replica_contest` does more of the last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch_router.storage.postgres.connection import ANSWER_WITHIN_S
from tests.cut_off import Way, way_to
from tests.e2e.replica_contest import prove
from tests.e2e.service import REPOSITORY, running
from tests.postgres import PostgresServer

USED_WITHIN_S = 1.0
# At once, on a machine that may be busy with other tests.
AT_ONCE_S = 3.0
NOTICED_WITHIN_S = 4.0
BACK_WITHIN_S = 5.0
PATROL, CREW = "patrol-town", "park-crew"
CALL = {"location": {"place": "迎新村"}, "top": 20}


@dataclass(frozen=True)
class Replica:
    client: httpx.Client

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def recommend(self) -> Any:
        return self.ask("POST", "/v1/recommendations", CALL)

    def position(self, unit: str) -> Any:
        return self.ask("GET", f"/v1/units/{unit}")["position"]

    def status(self, unit: str) -> Any:
        return self.ask("GET", f"/v1/units/{unit}")["service"]["status"]

    def report(self, unit: str, lon: float) -> None:
        where = {"lon": lon, "lat": 29.3, "at": datetime.now(UTC).isoformat()}
        assert self.ask("PUT", f"/v1/units/{unit}/position", where)["accepted"]

    def notices(self) -> list[str]:
        return [notice["code"] for notice in self.recommend()["notices"]]


@dataclass(frozen=True)
class Pair:
    """Two replicas; the way of the second to the database can be cut."""

    here: Replica
    there: Replica
    way: Way


@pytest.fixture(scope="module")
def compiled() -> None:
    """Have the search compiled before: two services that compile leave no time for anything."""
    command = [sys.executable, "-m", "dispatch_router", "warm-up"]
    environ = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    subprocess.run(command, env=environ, check=True, capture_output=True, timeout=240)


@pytest.fixture(scope="module")
def pair(postgres: PostgresServer, compiled: None) -> Iterator[Pair]:
    url = postgres.new_database()
    with ExitStack() as stack:
        way, by_way = stack.enter_context(way_to(url))
        services = [
            stack.enter_context(running("--port", "0", DISPATCH_DATABASE_URL=where))
            for where in (url, by_way)
        ]
        here, there = (
            Replica(
                stack.enter_context(
                    httpx.Client(base_url=service.wait_until_ready(), timeout=20, trust_env=False)
                )
            )
            for service in services
        )
        yield Pair(here, there, way)
        way.mend()


def takes_s(holds: Callable[[], bool], within_s: float) -> float:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < within_s
        time.sleep(0.01)
    return time.monotonic() - begun


def test_a_position_told_to_one_is_used_by_all_within_a_second(pair: Pair) -> None:
    for number in range(5):
        told, other = (pair.here, pair.there) if number % 2 else (pair.there, pair.here)
        lon = round(106.31 + number * 1e-4, 6)
        told.report(PATROL, lon)
        takes_s(lambda lon=lon, other=other: other.position(PATROL)["lon"] == lon, USED_WITHIN_S)  # type: ignore[misc]
    shown = {each["unit_id"]: each["position"] for each in pair.here.recommend()["candidates"]}
    assert shown[PATROL]["source"] == "reported"


def test_a_status_a_closure_and_an_assignment_told_to_one_hold_for_all_at_once(pair: Pair) -> None:
    def listed(replica: Replica) -> dict[str, str]:
        return {each["unit_id"]: each["reason"] for each in replica.recommend()["not_recommended"]}

    pair.here.ask("PUT", f"/v1/units/{CREW}/status", {"status": "rest"})
    takes_s(lambda: listed(pair.there).get(CREW) == "out_of_service", AT_ONCE_S)
    pair.there.ask("PUT", f"/v1/units/{CREW}/status", {"status": "in_service"})
    takes_s(lambda: CREW not in listed(pair.here), AT_ONCE_S)
    closed = pair.here.ask("POST", "/v1/closures", {"road": "迎新路", "reason": "塌方"})
    takes_s(lambda: pair.there.recommend()["closures_in_force"] == 1, AT_ONCE_S)
    pair.there.ask("DELETE", f"/v1/closures/{closed['id']}")
    takes_s(lambda: pair.here.recommend()["closures_in_force"] == 0, AT_ONCE_S)
    incident = pair.there.ask("POST", "/v1/incidents", CALL | {"type": "fight"})["incident"]["id"]
    wish = {"unit_id": CREW, "override_reason": "drawn"}
    made = pair.there.ask("POST", f"/v1/incidents/{incident}/assignments", wish)
    takes_s(lambda: listed(pair.here).get(CREW) == "busy", AT_ONCE_S)
    pair.here.ask("PATCH", f"/v1/assignments/{made['id']}", {"status": "cancelled"})
    takes_s(lambda: CREW not in listed(pair.there), AT_ONCE_S)


def test_a_decision_that_one_has_made_is_read_and_made_again_by_all(pair: Pair) -> None:
    made = pair.here.recommend()
    path = f"/v1/decisions/{made['decision_id']}"
    takes_s(lambda: pair.there.client.get(path).status_code == 200, 3.0)
    assert pair.there.ask("GET", path) == pair.here.ask("GET", path)
    again = pair.there.ask("POST", path + "/replay")
    assert again["identical"]
    assert again["recommendation"] == made


def test_who_is_cut_off_goes_on_from_memory_and_says_so(pair: Pair) -> None:
    pair.here.report(PATROL, 106.3108)
    takes_s(lambda: pair.there.position(PATROL)["lon"] == 106.3108, USED_WITHIN_S)
    assert pair.there.notices() == []
    incident = pair.here.ask("POST", "/v1/incidents", CALL | {"type": "fight"})["incident"]["id"]
    pair.way.cut()
    refusing = threading.Thread(target=_check_that_changes_are_refused, args=(pair, incident))
    refusing.start()
    slowest_s, noticed_s, begun = 0.0, None, time.monotonic()
    many = [{"unit_id": PATROL, "lon": 106.32, "lat": 29.3, "at": "2020-01-01T00:00:00Z"}] * 200
    last: Any = {}
    while (elapsed_s := time.monotonic() - begun) < 10.0:
        last = pair.there.recommend()
        # So many at once are taken in beside the event loop, but not by who waits for the database.
        assert pair.there.ask("POST", "/v1/positions", many)["refused"] == len(many)
        slowest_s = max(slowest_s, time.monotonic() - begun - elapsed_s)
        if noticed_s is None and last["degraded"]:
            noticed_s = elapsed_s
        time.sleep(0.02)
    refusing.join()
    # Somebody else works on this machine too; nobody has waited for the database.
    assert slowest_s < 1.0
    assert noticed_s is not None
    assert noticed_s < NOTICED_WITHIN_S
    assert [notice["code"] for notice in last["notices"]] == ["from_memory"]
    metrics = pair.there.client.get("/metrics").text
    assert "dispatch_router_works_from_memory 1" in metrics
    # Told meanwhile: used here at once, and by all afterwards.
    pair.there.report(PATROL, 106.3112)
    assert pair.there.position(PATROL)["lon"] == 106.3112
    pair.here.ask("PUT", f"/v1/units/{CREW}/status", {"status": "rest"})
    assert pair.there.status(CREW) == "in_service"
    pair.way.mend()
    takes_s(lambda: pair.there.notices() == [], BACK_WITHIN_S)
    takes_s(lambda: pair.here.position(PATROL)["lon"] == 106.3112, BACK_WITHIN_S)
    assert pair.there.status(CREW) == "rest"
    pair.there.ask("PUT", f"/v1/units/{CREW}/status", {"status": "in_service"})
    # What was decided from memory is kept too, and made again as it was.
    path = f"/v1/decisions/{last['decision_id']}"
    takes_s(lambda: pair.here.client.get(path).status_code == 200, BACK_WITHIN_S)
    assert pair.here.ask("POST", path + "/replay")["identical"]


def _check_that_changes_are_refused(pair: Pair, incident: str) -> None:
    with httpx.Client(base_url=pair.there.client.base_url, timeout=20, trust_env=False) as client:
        wish = {"unit_id": CREW, "override_reason": "drawn"}
        for method, path, body in (
            ("PUT", f"/v1/units/{CREW}/status", {"status": "rest"}),
            ("POST", "/v1/incidents", CALL | {"type": "fight"}),
            ("POST", f"/v1/incidents/{incident}/assignments", wish),
            ("POST", "/v1/closures", {"road": "迎新路", "reason": "塌方"}),
        ):
            begun = time.monotonic()
            answer = client.request(method, path, json=body)
            assert answer.status_code == 503, (path, answer.text)
            assert answer.json()["code"] == "storage_unavailable"
            assert int(answer.headers["retry-after"]) > 0
            assert time.monotonic() - begun < ANSWER_WITHIN_S + 3.0


def test_each_unit_is_reserved_once_while_one_service_is_killed_and_one_cut_off(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    lines, _ = prove(postgres, tmp_path, cut_off_s=5.0)
    assert len(lines) == 800
