"""Clients of the desk that remember what they were told, whatever happens to the service."""

from __future__ import annotations

import random
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

NEXT = {"dispatched": "en_route", "en_route": "on_scene", "on_scene": "cleared"}


@dataclass
class Told:
    """What the service has acknowledged, and what it was asked last without an answer.

    Attributes:
        incidents: as they were answered, by id.
        assignments: the last acknowledged status, by id.
        asked: the status that an assignment was told to take, where no answer came.
        unanswered: the requests without an answer: path, body, key.
    """

    incidents: dict[str, dict[str, Any]] = field(default_factory=dict)
    assignments: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    unanswered: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)


class Dispatcher(threading.Thread):
    """Files incidents, reserves units and moves them along until the service is gone."""

    def __init__(self, url: str, units: list[str], seed: int, told: Told) -> None:
        super().__init__()
        self._client = httpx.Client(base_url=url, timeout=20)
        self._units, self._chance, self._told = units, random.Random(seed), told

    def run(self) -> None:
        with self._client:
            try:
                while True:
                    self._handle_one_call()
            except httpx.TransportError:
                return

    def _handle_one_call(self) -> None:
        call = {"location": {"place": "迎新村"}, "type": uuid.uuid4().hex, "priority": 2}
        filed = self._post("/v1/incidents", call)
        assert filed.status_code == 201, filed.text
        incident = filed.json()["incident"]
        self._told.incidents[incident["id"]] = incident
        wish = {"unit_id": self._chance.choice(self._units), "override_reason": "drawn"}
        reserved = self._post(f"/v1/incidents/{incident['id']}/assignments", wish)
        assert reserved.status_code in {201, 409}, reserved.text
        if reserved.status_code == 201:
            assignment = reserved.json()
            self._told.assignments[assignment["id"]] = assignment["status"]
            for _ in range(self._chance.randrange(4)):
                self._move_along(assignment["id"])

    def _move_along(self, assignment: str) -> None:
        status = NEXT.get(self._told.assignments[assignment])
        if status is None:
            return
        self._told.asked[assignment] = status
        path = f"/v1/assignments/{assignment}"
        moved = self._client.patch(path, json={"status": status})
        assert moved.status_code == 200, moved.text
        self._told.assignments[assignment] = status
        del self._told.asked[assignment]

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        key = uuid.uuid4().hex
        request = (path, body, key)
        self._told.unanswered.append(request)
        answer = self._client.post(path, json=body, headers={"Idempotency-Key": key})
        self._told.unanswered.remove(request)
        return answer


def check_everything_told_is_there(url: str, told: Told) -> None:
    """Ask for all that was acknowledged, and send again what was not."""
    with httpx.Client(base_url=url, timeout=20) as client:
        for incident_id, incident in told.incidents.items():
            kept = client.get(f"/v1/incidents/{incident_id}").json()
            assert {name: kept.get(name) for name in incident} == incident
        for assignment_id, status in told.assignments.items():
            kept = client.get(f"/v1/assignments/{assignment_id}").json()
            assert kept.get("status") in {status, told.asked.get(assignment_id)}, (kept, status)
        for path, body, key in told.unanswered:
            answers = [
                client.post(path, json=body, headers={"Idempotency-Key": key}) for _ in range(2)
            ]
            assert answers[0].status_code in {201, 409}, answers[0].text
            if answers[0].status_code == 201:
                assert answers[1].content == answers[0].content


def free_all_units(url: str) -> None:
    """Cancel every open assignment, of which no unit may have two, and close every incident."""
    busy: set[str] = set()
    with httpx.Client(base_url=url, timeout=20) as client:
        cursor, query = None, "?status=open&limit=200"
        while True:
            page = client.get("/v1/incidents" + query + (f"&cursor={cursor}" if cursor else ""))
            for incident in page.json()["items"]:
                shown = client.get(f"/v1/incidents/{incident['id']}").json()
                for assignment in shown["assignments"]:
                    if assignment["ended_at"] is None:
                        assert assignment["unit_id"] not in busy, assignment
                        busy.add(assignment["unit_id"])
                        path = f"/v1/assignments/{assignment['id']}"
                        assert client.patch(path, json={"status": "cancelled"}).is_success
                assert client.post(f"/v1/incidents/{incident['id']}/close", json={}).is_success
            cursor = page.json()["next_cursor"]
            if cursor is None:
                return
