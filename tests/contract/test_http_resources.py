"""Changing posts, units, zones, hospitals and rosters over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from dispatch_router.web.schemas.rosters import CalendarReply
from tests.memory_database import MemoryDatabase
from tests.resource_changes import (
    BOX,
    HOSPITAL,
    MAKE,
    NAME,
    NEW,
    PARK,
    POST,
    ROSTER,
    UNIT,
    ZONE,
    change,
    delete,
    put,
)
from tests.web import Client, problem, small_app, small_service


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.parametrize("plural", NEW)
def test_an_item_is_made_read_changed_and_deleted(client: Client, plural: str) -> None:
    body, reply = NEW[plural]
    path = f"/v1/{plural}/made-here"
    made = client.request("PUT", path, json=body, headers=MAKE)
    assert made.status_code == 201, made.json()
    assert reply.model_validate_json(made.content).id == "made-here"
    read = client.get(path)
    assert (read.content, read.headers["etag"]) == (made.content, made.headers["etag"])
    assert read.json() in client.get(f"/v1/{plural}").json()["items"]

    renamed = put(client, path, {**body, "name": {"zh": "改", "en": "Changed"}}, If_Match="*")
    assert (renamed.status_code, renamed.json()["name"]["en"]) == (200, "Changed")
    assert renamed.headers["etag"] != made.headers["etag"]

    gone = delete(client, path)
    assert (gone.status_code, gone.json()) == (200, renamed.json())
    problem(client.get(path), 404, "not_found")
    problem(delete(client, path, renamed.headers["etag"]), 404, "not_found")


@pytest.mark.parametrize("plural", NEW)
def test_what_is_sent_is_what_is_read(client: Client, plural: str) -> None:
    body, _ = NEW[plural]
    made = client.request("PUT", f"/v1/{plural}/made-here", json=body, headers=MAKE).json()
    for member, value in body.items():
        if member == "position":
            value = {**value, "crs": "wgs84"}
        if member in {"familiar_zone_ids", "functions", "takes"}:
            value = sorted(value)
        assert made[member] == value, member


def test_a_moved_post_changes_the_next_recommendation(client: Client) -> None:
    assert client.recommend().json()["candidates"][0]["unit_id"] == "p1"
    assert change(client, PARK, POST).status_code == 200
    assert client.recommend().json()["candidates"][0]["unit_id"] != "p1"
    assert client.get("/v1/units/p1").json()["position"]["lon"] == 106.6


def test_a_deleted_unit_is_named_no_more(client: Client) -> None:
    assert delete(client, "/v1/units/p1").status_code == 200
    answer = client.recommend().json()
    named = {row["unit_id"] for row in [*answer["candidates"], *answer["not_recommended"]]}
    assert named == {"t1", "t2", "x1", "r1"}
    incident = client.post(
        "/v1/incidents", json={"location": {"lon": 106.29, "lat": 29.3}, "type": "纠纷"}
    ).json()["incident"]["id"]
    reserve = client.post(f"/v1/incidents/{incident}/assignments", json={"unit_id": "p1"})
    problem(reserve, 422, "unknown_unit")


def test_a_decision_of_before_is_read_and_made_again_as_it_was(client: Client) -> None:
    made = client.recommend().json()
    change(client, PARK, POST)
    delete(client, "/v1/units/p1")
    client.request("PUT", "/v1/units/p9", json=UNIT, headers=MAKE)
    decision = client.get(f"/v1/decisions/{made['decision_id']}").json()
    assert {unit["unit_id"] for unit in decision["units"]} == {"t1", "t2", "p1", "x1", "r1"}
    replayed = client.post(f"/v1/decisions/{made['decision_id']}/replay").json()
    assert (replayed["identical"], replayed["recommendation"]) == (True, made)


def test_positions_are_taken_in_any_coordinates_and_answered_in_the_same(client: Client) -> None:
    plain = client.get(PARK + "?crs=bd09").json()
    body = {**POST, "position": plain["position"]}
    answered = change(client, PARK, body).json()["position"]
    assert answered == plain["position"]
    assert client.get(PARK).json()["position"]["lon"] == pytest.approx(106.3, abs=1e-7)


def test_a_station_may_name_itself_as_replies_do(client: Client) -> None:
    town = client.get("/v1/posts/town").json()
    body = {name: town[name] for name in POST}
    assert change(client, "/v1/posts/town", body).json() == town


def delete_park(client: Client) -> httpx.Response:
    return delete(client, PARK)


MISTAKES: dict[str, tuple[str, object, str]] = {
    "a unit of no post": ("/v1/units/p1", {**UNIT, "post_id": "moon"}, "post_id"),
    "a zone that nobody has": ("/v1/units/p1", {**UNIT, "familiar_zone_ids": ["x"]},
                               "familiar_zone_ids.0"),
    "a beat of no patrol": ("/v1/units/p1", {**UNIT, "beat": {"lon": 106.2, "lat": 29.3}}, "beat"),
    "a zone post of no station": (PARK, {**POST, "station_id": "park"}, "station_id"),
    "a zone of no post": ("/v1/zones/east", {**ZONE, "post_id": "moon"}, "post_id"),
    "an open outline": (
        "/v1/zones/east",
        {**ZONE, "geometry": {"type": "Polygon", "coordinates": [[*BOX[:3], [106.6, 29.25]]]}},
        "geometry.coordinates.0",
    ),
    "a roster of no unit": ("/v1/rosters/everyone", {**ROSTER, "named_unit_ids": ["moon"]},
                            "named_unit_ids.0"),
    "a roster of nobody": ("/v1/rosters/everyone",
                           {**ROSTER, "named_unit_ids": [], "post_ids": []}, ""),
    "an hour that no day has": (
        "/v1/rosters/everyone",
        {**ROSTER, "duty": [{"days": ["mon"], "start": "24:00", "end": "25:00"}]},
        "duty.0.start",
    ),
    "a day that no month has": (
        "/v1/calendar",
        {"items": [{"first": "2026-02-30", "kind": "workday", "name": NAME}]},
        "items.0.first",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_what_does_not_fit_is_named_with_its_place(client: Client, name: str) -> None:
    path, body, place = MISTAKES[name]
    before = client.get(path).content
    answer = problem(change(client, path, body), 422, "inconsistent_resource")
    assert place in [error["path"] for error in answer["errors"]]
    assert all(error["message"] and error["message_zh"] for error in answer["errors"])
    assert client.get(path).content == before


def test_an_id_that_files_could_not_have_is_refused(client: Client) -> None:
    for odd in ("Park", "a--b", "x" * 65, "%E8%BF%8E", "a.b"):
        refused = client.request("PUT", f"/v1/posts/{odd}", json=POST, headers=MAKE)
        answer = problem(refused, 422, "inconsistent_resource")
        assert "item_id" in [error["path"] for error in answer["errors"]]


def test_a_post_that_units_are_based_at_is_not_deleted(client: Client) -> None:
    answer = problem(delete(client, PARK), 409, "resource_in_use")
    assert answer["used_by"] == ["units/p1", "zones/east"]


def test_a_unit_that_is_gone_is_nobodys_first_choice(client: Client) -> None:
    call = {"location": {"lon": 106.29, "lat": 29.3}, "type": "纠纷"}
    filed = client.post("/v1/incidents", json=call).json()
    first, second = (each["unit_id"] for each in filed["recommendation"]["candidates"][:2])
    delete(client, f"/v1/units/{first}")
    path = f"/v1/incidents/{filed['incident']['id']}/assignments"
    assert client.post(path, json={"unit_id": second}).status_code == 201
    taken = problem(client.post(path, json={"unit_id": second}), 409, "unit_taken")
    assert taken["next_best"]["unit_id"] != first


def test_a_unit_on_an_assignment_is_not_deleted(client: Client) -> None:
    call = {"location": {"lon": 106.29, "lat": 29.3}, "type": "纠纷"}
    incident = client.post("/v1/incidents", json=call).json()["incident"]["id"]
    held = client.post(f"/v1/incidents/{incident}/assignments", json={"unit_id": "p1"}).json()
    answer = problem(delete(client, "/v1/units/p1"), 409, "unit_busy")
    assert answer["held_by"] == held["id"]
    moved = client.request("PATCH", f"/v1/assignments/{held['id']}", json={"status": "cancelled"})
    assert moved.status_code == 200
    assert delete(client, "/v1/units/p1").status_code == 200


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({**POST, "unit_ids": []}, "unit_ids"),
        ({**POST, "kind": "tower"}, "kind"),
        ({**POST, "approximate": 1}, "approximate"),
        ({**POST, "position": {"lon": 29.3, "lat": 106.3}}, "position"),
        ({**POST, "name": {"zh": "a\u202eb", "en": "x"}}, "name.zh"),
        ({name: value for name, value in POST.items() if name != "kind"}, "kind"),
        ([POST], ""),
    ],
)
def test_the_body_is_read_strictly(client: Client, body: object, path: str) -> None:
    answer = problem(put(client, PARK, body, If_Match="*"), 422, "invalid_request")
    assert [error["path"] for error in answer["errors"]] == [path]


def test_bodies_are_bounded_and_outlines_may_be_longer() -> None:
    client = Client(small_app(max_body_bytes=1024, max_batch_bytes=20_000))
    long = {**HOSPITAL, "takes": ["x" * 64] * 20}
    problem(put(client, "/v1/hospitals/new", long, If_Match="*"), 413, "body_too_large")
    ring = [[106.31 + n / 100_000, 29.2] for n in range(500)] + [[106.4, 29.3], [106.31, 29.2]]
    zone = {**ZONE, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    assert put(client, "/v1/zones/east", zone, If_Match="*").status_code == 200


def test_the_calendar_is_changed_as_a_whole(client: Client) -> None:
    holiday = {"first": "2026-05-01", "last": "2026-05-05", "kind": "rest_day", "name": NAME}
    workday = {"first": "2026-05-09", "kind": "workday", "name": NAME}
    problem(put(client, "/v1/calendar", {"items": []}), 428, "precondition_required")
    seen = client.get("/v1/calendar").headers["etag"]
    changed = change(client, "/v1/calendar", {"items": [holiday, workday]})
    days = CalendarReply.model_validate_json(changed.content).items
    assert [(each.first, each.last) for each in days] == [
        ("2026-05-01", "2026-05-05"),
        ("2026-05-09", "2026-05-09"),
    ]
    stale = problem(put(client, "/v1/calendar", {"items": []}, If_Match=seen), 412,
                    "precondition_failed")  # fmt: skip
    assert stale["current_etag"] == changed.headers["etag"]
    problem(client.request("DELETE", "/v1/calendar"), 405, "method_not_allowed")


def test_a_roster_goes_with_the_units_of_its_posts(client: Client) -> None:
    client.request("PUT", "/v1/rosters/town", json=ROSTER, headers=MAKE)
    before = client.get("/v1/rosters/town")
    assert before.json()["unit_ids"] == ["t1", "t2", "x1"]
    client.request("PUT", "/v1/units/t3", json={**UNIT, "post_id": "town"}, headers=MAKE)
    after = client.get("/v1/rosters/town", headers={"If-None-Match": before.headers["etag"]})
    assert after.json()["unit_ids"] == ["t1", "t2", "t3", "x1"]
    assert after.json()["named_unit_ids"] == ["x1"]


def without_database(act: Callable[[Client], httpx.Response]) -> None:
    database = MemoryDatabase()
    client = Client(small_app(small_service(database=database)))
    seen = client.get(PARK).content
    database.broken = True
    refused = act(client)
    assert int(refused.headers["retry-after"]) > 0
    problem(refused, 503, "storage_unavailable")
    assert client.get(PARK).content == seen
    assert client.recommend().status_code == 200
    database.broken = False
    assert act(client).status_code in {200, 409}


def test_without_the_database_nothing_changes_and_reading_goes_on() -> None:
    without_database(lambda client: change(client, PARK, POST))
    without_database(delete_park)


def test_every_change_is_an_event(client: Client) -> None:
    service = small_service()
    client = Client(small_app(service))
    begun = service.desk.events.last_number
    change(client, PARK, POST)
    client.request("PUT", "/v1/units/p2", json=UNIT, headers=MAKE)
    delete(client, "/v1/units/p2")
    problem(change(client, "/v1/units/p1", {**UNIT, "post_id": "moon"}), 422,
            "inconsistent_resource")  # fmt: skip
    with service.desk.store.reading() as view:
        told = [(e.kind.value, e.resource) for e in view.events_after(begun, 10)]
    assert told == [
        ("resource_changed", "posts/park"),
        ("resource_added", "units/p2"),
        ("resource_removed", "units/p2"),
    ]
    assert service.desk.events.last_number == begun + 3
