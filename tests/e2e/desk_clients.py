"""Clients of the desk that remember what they were told, whatever happens to the service."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

NEXT = {"dispatched": "en_route", "en_route": "on_scene", "on_scene": "cleared"}
AT_ONCE = 4
ItemT = TypeVar("ItemT")
Request = tuple[str, dict[str, Any], str]
"""Path, body, and the key that it is sent with."""


@dataclass
class Told:
    """What the service has acknowledged, and what it was asked last without an answer.

    Attributes:
        incidents: as they were answered, by id.
        decisions: the recommendations that were answered with incidents, by their own ids.
        statuses: every acknowledged status of an assignment, in order, by id.
        asked: the status that an assignment was told to take, where no answer came.
        unanswered: the requests without an answer.
        closed: incidents whose closing was acknowledged.
    """

    incidents: dict[str, dict[str, Any]] = field(default_factory=dict)
    decisions: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[str, list[str]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    unanswered: list[Request] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    @property
    def changes(self) -> int:
        """How many steps of assignments were acknowledged after the first."""
        return sum(len(statuses) - 1 for statuses in self.statuses.values())


class Dispatcher(threading.Thread):
    """Files incidents, reserves units and moves them along until the service is gone."""

    def __init__(self, url: str, units: list[str], seed: int, told: Told) -> None:
        super().__init__()
        self._client = httpx.Client(base_url=url, timeout=20)
        self._units, self._chance, self._told = units, random.Random(seed), told
        self.failure: Exception | None = None

    def run(self) -> None:
        with self._client:
            try:
                while True:
                    self._handle_one_call()
            except httpx.TransportError:
                return
            except Exception as failure:  # noqa: BLE001  # whatever it is
                # Told in the thread that waits for this one: here nobody would see it.
                self.failure = failure

    def _handle_one_call(self) -> None:
        call = {"location": {"place": "迎新村"}, "type": uuid.uuid4().hex, "priority": 2}
        filed = self._post("/v1/incidents", call)
        assert filed.status_code == 201, filed.text
        incident = filed.json()["incident"]
        self._told.incidents[incident["id"]] = incident
        recommendation = filed.json()["recommendation"]
        self._told.decisions[recommendation["decision_id"]] = recommendation
        wish = {"unit_id": self._chance.choice(self._units), "override_reason": "drawn"}
        reserved = self._post(f"/v1/incidents/{incident['id']}/assignments", wish)
        assert reserved.status_code in {201, 409}, reserved.text
        if reserved.status_code == 201:
            assignment = reserved.json()
            self._told.statuses[assignment["id"]] = [assignment["status"]]
            for _ in range(self._chance.randrange(4)):
                self._move_along(assignment["id"])

    def _move_along(self, assignment: str) -> None:
        status = NEXT.get(self._told.statuses[assignment][-1])
        if status is None:
            return
        self._told.asked[assignment] = status
        path = f"/v1/assignments/{assignment}"
        moved = self._client.patch(path, json={"status": status})
        assert moved.status_code == 200, moved.text
        self._told.statuses[assignment].append(status)
        del self._told.asked[assignment]

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        key = uuid.uuid4().hex
        request = (path, body, key)
        self._told.unanswered.append(request)
        answer = self._client.post(path, json=body, headers={"Idempotency-Key": key})
        self._told.unanswered.remove(request)
        return answer


def check_everything_told_is_there(client: httpx.Client, told: Told) -> None:
    """Ask for all that was acknowledged, and send again what was not."""

    def check_incident(told_of: tuple[str, dict[str, Any]]) -> None:
        incident_id, incident = told_of
        kept = client.get(f"/v1/incidents/{incident_id}").json()
        assert {name: kept.get(name) for name in incident} == incident

    def check_assignment(told_of: tuple[str, list[str]]) -> None:
        assignment_id, statuses = told_of
        kept = client.get(f"/v1/assignments/{assignment_id}").json()
        asked = told.asked.get(assignment_id)
        assert statuses_of(kept) in (statuses, [*statuses, asked]), (kept, statuses)

    def check_decision(told_of: tuple[str, dict[str, Any]]) -> None:
        decision_id, recommendation = told_of
        kept = client.get(f"/v1/decisions/{decision_id}")
        assert kept.json()["recommendation"] == recommendation

    for_all(check_incident, told.incidents.items())
    for_all(check_decision, told.decisions.items())
    # One at a time, as the service does.
    for decision_id in told.decisions:
        made_again = client.post(f"/v1/decisions/{decision_id}/replay")
        assert made_again.json()["identical"], made_again.text
    for_all(check_assignment, told.statuses.items())
    for path, body, key in told.unanswered:
        answers = [client.post(path, json=body, headers={"Idempotency-Key": key}) for _ in range(2)]
        assert answers[0].status_code in {201, 409}, answers[0].text
        if answers[0].status_code == 201:
            assert answers[1].content == answers[0].content


def for_all(do: Callable[[ItemT], None], items: Iterable[ItemT]) -> None:
    """Do it for all of them, a few at a time, as most of it is waiting."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(do, items):
            pass


def statuses_of(assignment: dict[str, Any]) -> list[str]:
    """Return what an assignment was, in order, by its times."""
    ways = ("dispatched", "en_route", "on_scene", "transporting")
    taken = [status for status in ways if assignment[f"{status}_at"] is not None]
    return taken if assignment["ended_at"] is None else [*taken, assignment["status"]]


def free_all_units(client: httpx.Client, told: Told) -> None:
    """Cancel every open assignment, of which no unit may have two, and close every incident."""
    busy: list[str] = []

    def end(incident: dict[str, Any]) -> None:
        shown = client.get(f"/v1/incidents/{incident['id']}").json()
        for assignment in shown["assignments"]:
            if assignment["ended_at"] is None:
                busy.append(assignment["unit_id"])
                _cancel(client, assignment["id"], told)
        closed = client.post(f"/v1/incidents/{incident['id']}/close", json={})
        assert closed.is_success, closed.text
        told.closed.add(incident["id"])

    # Those that are closed are gone from the list: the first page is always the next one.
    while found := client.get("/v1/incidents?status=open&limit=200").json()["items"]:
        for_all(end, found)
    assert len(busy) == len(set(busy)), busy


def _cancel(client: httpx.Client, assignment_id: str, told: Told) -> None:
    cancelled = client.patch(f"/v1/assignments/{assignment_id}", json={"status": "cancelled"})
    assert cancelled.is_success, cancelled.text
    told.statuses.setdefault(assignment_id, []).append("cancelled")
