"""Callers over HTTP: known again by their phone, and nothing of them is kept, told or logged."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch_router.application.desk.audit import verify
from dispatch_router.domain.callers import NO_KEY
from dispatch_router.storage.desk import SqlDeskStore
from tests.small_district import StoppedClock
from tests.web import Client, problem, small_app, small_service

PHONE = "138 1234 5678"
SAME = "+86-13812345678"
NAME = "张三丰"
CALL: dict[str, Any] = {
    "location": {"lon": 106.29, "lat": 29.3},
    "type": "纠纷",
    "caller": {"phone": PHONE, "name": NAME},
}
# About a thousand metres farther along the parallel: too far to be one by itself.
FARTHER = {"location": {"lon": 106.30, "lat": 29.3}, "type": "受伤"}


def file(client: Client, call: dict[str, Any], key: str | None = None) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/v1/incidents", json=call, headers=headers)


@pytest.fixture
def client() -> Client:
    return Client()


def duplicates(answer: httpx.Response) -> list[tuple[str, bool]]:
    assert answer.status_code == 201, answer.json()
    found = answer.json()["duplicates"]
    return [(each["incident_id"], each["same_caller"]) for each in found]


def test_a_second_call_from_one_phone_is_named_farther_away_and_of_another_type(
    client: Client,
) -> None:
    first = file(client, CALL).json()["incident"]["id"]
    another = {**FARTHER, "type": "走失", "caller": {"phone": "13912345678"}}
    assert duplicates(file(client, another)) == []
    assert duplicates(file(client, {**FARTHER, "type": "盗窃"})) == []
    assert duplicates(file(client, {**FARTHER, "caller": {"phone": SAME}})) == [(first, True)]


def test_too_far_or_too_late_it_is_another_thing(client: Client) -> None:
    file(client, CALL)
    far = {"location": {"lon": 106.34, "lat": 29.3}, "type": "受伤", "caller": {"phone": SAME}}
    assert duplicates(file(client, far)) == []


def test_the_surest_comes_first() -> None:
    client = Client()
    caller = file(client, {**CALL, **FARTHER}).json()["incident"]["id"]
    near = file(client, {**CALL, "caller": {}}).json()["incident"]["id"]
    assert duplicates(file(client, CALL)) == [(caller, True), (near, False)]


def test_how_far_is_the_policys_to_say(desk_store: SqlDeskStore) -> None:
    service = small_service(database=desk_store._database)
    first = Client(small_app(service))
    file(first, CALL)
    policy = service.desk.policy
    rule = replace(policy.duplicates, same_caller_within_m=900.0)
    parts = service.desk.incidents._parts
    service.desk.incidents._parts = replace(parts, policy=replace(policy, duplicates=rule))
    assert duplicates(file(first, {**FARTHER, "caller": {"phone": SAME}})) == []


def test_on_either_database_the_same_phone_is_found_and_the_log_holds(
    desk_store: SqlDeskStore,
) -> None:
    client = Client(small_app(small_service(database=desk_store._database)))
    first = file(client, CALL).json()["incident"]["id"]
    assert duplicates(file(client, {**FARTHER, "caller": {"phone": SAME}})) == [(first, True)]
    with desk_store.reading() as view:
        incident, audit = view.incident(first), verify(view)
        (event,) = (each for each in view.events_after(0, 1_000) if each.incident_id == first)
    assert incident is not None
    assert incident.caller.phone is not None
    assert event.state["caller_phone_hmac"] == incident.caller.phone
    assert event.state["caller_name_hmac"] == incident.caller.name
    assert audit.findings == ()


def test_a_call_without_a_caller_says_nothing_of_one(desk_store: SqlDeskStore) -> None:
    client = Client(small_app(small_service(database=desk_store._database)))
    file(client, {**CALL, "caller": None})
    with desk_store.reading() as view:
        assert not [name for name in view.events_after(0, 1_000)[-1].state if "caller" in name]


def test_a_repeated_request_is_one_however_the_number_is_typed(client: Client) -> None:
    first = file(client, CALL, "k")
    again = file(client, {**CALL, "caller": {"phone": SAME, "name": NAME}}, "k")
    assert again.content == first.content
    other = file(client, {**CALL, "caller": {"phone": "13912345678", "name": NAME}}, "k")
    problem(other, 422, "idempotency_key_reused")
    problem(file(client, {**CALL, "caller": None}, "k"), 422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("caller", "path"),
    [
        ({"phone": PHONE + "x"}, "caller.phone"),
        ({"phone": 13812345678}, "caller.phone"),
        ({"phone": PHONE * 5}, "caller.phone"),
        ({"name": NAME * 50}, "caller.name"),
        ({"name": "\u0000" + NAME}, "caller.name"),
        ({PHONE: True}, "caller"),
        (PHONE, "caller"),
        ([PHONE], "caller"),
    ],
)
def test_a_mistake_is_named_but_not_repeated(client: Client, caller: object, path: str) -> None:
    answer = file(client, {**CALL, "caller": caller})
    members = problem(answer, 422, "invalid_request")
    assert [error["path"] for error in members["errors"]] == [path]
    assert "1234" not in answer.text
    assert NAME not in answer.text


def test_without_a_key_a_caller_is_refused_and_a_call_without_one_is_not(client: Client) -> None:
    without = Client(small_app(replace(small_service(), callers=NO_KEY)))
    refused = problem(file(without, CALL), 422, "no_caller_key")
    assert "DISPATCH_CALLER_KEY_FILE" in refused["detail"]
    assert file(without, {**CALL, "caller": None}).status_code == 201


def test_nothing_of_a_caller_stands_in_the_state_in_a_reply_or_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    service = small_service(state=tmp_path, clock=StoppedClock())
    client = Client(small_app(service))
    answers = [file(client, CALL, "k"), file(client, {**CALL, "caller": {"phone": SAME}})]
    answers.append(file(client, {**CALL, "caller": {"phone": "x" + PHONE}}))
    answers.append(client.get("/v1/incidents"))
    service.close()
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    texts = [kept.decode("utf-8", "replace"), caplog.text, *(each.text for each in answers)]
    assert b"caller_phone_hmac" in kept
    for number in (PHONE, SAME, "13812345678", NAME, json.dumps(NAME)[1:-1]):
        assert not [text for text in texts if number in text], number
