"""Who changes something has to have seen what is there; who has seen it is not sent it again."""

from __future__ import annotations

import pytest

from tests.resource_changes import (
    MAKE,
    PARK,
    POST,
    UNIT,
    delete,
    put,
)
from tests.web import Client, problem


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_change_without_a_precondition_is_refused(client: Client) -> None:
    problem(client.request("PUT", PARK, json=POST), 428, "precondition_required")
    problem(client.request("DELETE", PARK), 428, "precondition_required")
    problem(client.request("PUT", "/v1/posts/nope", json=POST), 428, "precondition_required")


def test_a_stale_change_is_refused_and_the_present_etag_said(client: Client) -> None:
    seen = client.get(PARK).headers["etag"]
    assert put(client, PARK, POST, If_Match=seen).status_code == 200
    for refused in (
        put(client, PARK, POST, If_Match=seen),
        delete(client, PARK, seen),
        client.request("PUT", PARK, json=POST, headers=MAKE),
    ):
        members = problem(refused, 412, "precondition_failed")
        now = client.get(PARK).headers["etag"]
        assert refused.headers["etag"] == members["current_etag"] == now
    assert put(client, PARK, {**POST, "approximate": True}, If_Match=now).status_code == 200


def test_an_item_that_is_not_there_is_not_changed_but_made(client: Client) -> None:
    refused = problem(put(client, "/v1/posts/nope", POST, If_Match="*"), 412, "precondition_failed")
    assert refused["current_etag"] is None
    problem(client.get("/v1/posts/nope"), 404, "not_found")


@pytest.mark.parametrize(
    "headers",
    [
        {"If-Match": "nothing in quotes"},
        {"If-Match": '"a", *'},
        {"If-Match": ""},
        {"If-Match": ", ".join(f'"{n}"' for n in range(21))},
        {"If-None-Match": '"a"'},
        {"If-Match": "*", "If-None-Match": "*"},
    ],
)
def test_a_precondition_that_cannot_be_understood_is_refused(
    client: Client, headers: dict[str, str]
) -> None:
    answer = problem(
        client.request("PUT", PARK, json=POST, headers=headers), 422, "invalid_request"
    )
    assert answer["errors"][0]["path"] in {"If-Match", "If-None-Match"}


def test_weak_tags_never_match_and_one_of_several_is_enough(client: Client) -> None:
    seen = client.get(PARK).headers["etag"]
    problem(put(client, PARK, POST, If_Match=f"W/{seen}"), 412, "precondition_failed")
    assert put(client, PARK, POST, If_Match=f'"other", {seen}').status_code == 200


@pytest.mark.parametrize(
    "path", [PARK, "/v1/units/x1", "/v1/zones/east", "/v1/rosters/everyone", "/v1/calendar"]
)
def test_whoever_has_the_reply_is_not_sent_it_again(client: Client, path: str) -> None:
    read = client.get(path)
    assert read.headers["cache-control"] == "no-cache"
    for known in (
        read.headers["etag"],
        f"W/{read.headers['etag']}",
        f'"x", {read.headers["etag"]}',
    ):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == read.headers["etag"]
    assert client.get(path, headers={"If-None-Match": '"x"'}).content == read.content


def test_a_unit_that_has_moved_is_another_reply_but_its_crew_can_be_changed(
    client: Client,
) -> None:
    seen = client.get("/v1/units/x1")
    client.request("PUT", "/v1/units/x1/position", json={"lon": 106.26, "lat": 29.3})
    tag = seen.headers["etag"]
    assert client.get("/v1/units/x1", headers={"If-None-Match": tag}).status_code == 200
    body = {**UNIT, "post_id": "town", "patrol": True, "beat": {"lon": 106.2, "lat": 29.3}}
    changed = put(client, "/v1/units/x1", body, If_Match=tag)
    assert changed.status_code == 200
    assert changed.json()["position"]["source"] == "reported"
    assert changed.json()["beat"]["lon"] == 106.2
