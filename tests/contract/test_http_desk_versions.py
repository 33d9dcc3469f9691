"""Incidents and assignments are changed as the client has seen them, where it says what it saw."""

from __future__ import annotations

import httpx
import pytest

from tests.contract.test_http_incidents import CALL, Desk
from tests.memory_database import BreakableDatabase
from tests.web import problem


@pytest.fixture
def desk(http_database: BreakableDatabase) -> Desk:
    return Desk(http_database)


def patched(desk: Desk, path: str, body: object, seen: str) -> httpx.Response:
    return desk.client.request("PATCH", path, json=body, headers={"If-Match": seen})


def test_a_correction_of_what_has_changed_meanwhile_is_refused(desk: Desk) -> None:
    path = f"/v1/incidents/{desk.filed()}"
    seen = desk.client.get(path).headers["etag"]
    first = patched(desk, path, {"priority": 1}, seen)
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    refused = patched(desk, path, {"priority": 3}, seen)
    members = problem(refused, 412, "precondition_failed")
    assert refused.headers["etag"] == members["current_etag"] == '"2"'
    assert desk.client.get(path).json()["priority"] == 1
    assert patched(desk, path, {"priority": 3}, members["current_etag"]).status_code == 200


def test_a_step_of_what_has_moved_meanwhile_is_refused(desk: Desk) -> None:
    path = f"/v1/assignments/{desk.reserved(desk.filed(), 'p1')}"
    seen = desk.client.get(path).headers["etag"]
    assert patched(desk, path, {"status": "en_route"}, seen).headers["etag"] == '"2"'
    refused = patched(desk, path, {"status": "cancelled"}, seen)
    assert problem(refused, 412, "precondition_failed")["current_etag"] == '"2"'
    assert desk.client.get(path).json()["status"] == "en_route"


@pytest.mark.parametrize("seen", ["*", '"7", "1"', None])
def test_whoever_takes_any_version_is_not_refused(desk: Desk, seen: str | None) -> None:
    path = f"/v1/incidents/{desk.filed()}"
    answer = (
        desk.patch(path, {"priority": 1})
        if seen is None
        else patched(desk, path, {"priority": 1}, seen)
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("seen", ["1", 'W/"1', ""])
def test_what_is_no_tag_is_said_so(desk: Desk, seen: str) -> None:
    path = f"/v1/incidents/{desk.filed()}"
    problem(patched(desk, path, {"priority": 1}, seen), 422, "invalid_request")


def test_a_weak_tag_matches_nothing(desk: Desk) -> None:
    path = f"/v1/incidents/{desk.filed()}"
    problem(patched(desk, path, {"priority": 1}, 'W/"1"'), 412, "precondition_failed")


def test_every_answer_about_one_incident_or_assignment_names_its_version(desk: Desk) -> None:
    # What somebody writes is not taken for the version.
    written = {"description": '"version":9', "external_id": '"version":8'}
    filed = desk.post("/v1/incidents", CALL | written)
    path = f"/v1/incidents/{filed.json()['incident']['id']}"
    assert filed.headers["etag"] == '"1"'
    reserved = desk.post(f"{path}/assignments", {"unit_id": "p1"}, "key")
    again = desk.post(f"{path}/assignments", {"unit_id": "p1"}, "key")
    assert reserved.headers["etag"] == again.headers["etag"] == '"1"'
    held = f"/v1/assignments/{reserved.json()['id']}"
    relief = desk.post(f"{held}/hand-over", {"unit_id": "t1"})
    assert relief.headers["etag"] == '"1"'
    for each in (held, f"/v1/assignments/{relief.json()['id']}"):
        assert desk.patch(each, {"status": "cancelled"}).headers["etag"] == '"2"'
    into = desk.filed(priority=3)
    merged = desk.post(f"{path}/merge", {"into": into})
    assert merged.headers["etag"] == '"2"', "it became more urgent"
    closed = desk.post(f"/v1/incidents/{into}/close", {})
    assert closed.headers["etag"] == '"3"'


def test_whoever_has_the_reply_is_not_sent_it_again(desk: Desk) -> None:
    incident = desk.filed()
    path = f"/v1/incidents/{incident}"
    seen = desk.client.get(path).headers["etag"]
    known = desk.client.get(path, headers={"If-None-Match": seen})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", seen)
    held = f"/v1/assignments/{desk.reserved(incident, 'p1')}"
    now = desk.client.get(path, headers={"If-None-Match": seen})
    assert now.status_code == 200, "its assignments are another reply"
    assert patched(desk, path, {"description": "x"}, seen).status_code == 200, "but no other call"
    seen = desk.client.get(held).headers["etag"]
    assert desk.client.get(held, headers={"If-None-Match": seen}).status_code == 304
