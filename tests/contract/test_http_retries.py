"""A POST that is sent again under its key is given the first answer, whatever it asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dispatch_router.application.decision_log import WrittenAnswer
from dispatch_router.application.retries import AnsweredOnce
from dispatch_router.domain.access import Scope
from tests.access import access_for, key_of
from tests.memory_database import BreakableDatabase
from tests.small_district import StoppedClock
from tests.web import YINGXIN, Client, problem, small_app, small_service

CALL = {"location": {"place": "迎新村"}, "type": "纠纷"}
ROAD = {"road": "直路", "reason": "塌方"}
FIX = {"unit_id": "x1", "lon": 106.26, "lat": 29.3, "at": "2025-06-02T04:00:00Z"}
WISH = {"unit_id": "t1", "override_reason": "told to"}
OTHER_FIX = {**FIX, "unit_id": "t1"}


class Service:
    """A client whose clock goes on between two requests, so that no answer is made twice alike."""

    def __init__(self, database: BreakableDatabase) -> None:
        self.database, self.clock = database, StoppedClock()
        self.service = small_service(database=self.database, clock=self.clock)
        self.client = Client(small_app(self.service))

    def post(self, path: str, body: object = None, key: str | None = None) -> httpx.Response:
        self.clock.at += timedelta(seconds=1)
        headers = {} if key is None else {"Idempotency-Key": key}
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/x-ndjson"
            return self.client.post(path, content=body, headers=headers)
        return self.client.post(path, json=body, headers=headers)

    def filed(self) -> str:
        incident: str = self.post("/v1/incidents", CALL).json()["incident"]["id"]
        return incident

    def reserved(self) -> str:
        path = f"/v1/incidents/{self.filed()}/assignments"
        assignment: str = self.post(path, WISH).json()["id"]
        return assignment

    def decided(self) -> str:
        decision: str = self.post("/v1/recommendations", YINGXIN).json()["decision_id"]
        return decision


@pytest.fixture
def service(http_database: BreakableDatabase) -> Service:
    return Service(http_database)


@dataclass(frozen=True)
class Route:
    """A route with a path, a body, and another body that is as good."""

    template: str
    path: Callable[[Service], str]
    body: Any
    other: Any


def _at(template: str, body: Any, other: Any) -> Route:
    return Route(template, lambda _: template, body, other)


ROUTES = (
    _at("/v1/recommendations", YINGXIN, {**YINGXIN, "priority": 1}),
    _at("/v1/positions", [FIX], [OTHER_FIX]),
    _at("/v1/positions", json.dumps(FIX).encode() + b"\n", json.dumps(OTHER_FIX).encode()),
    _at("/v1/closures", ROAD, {**ROAD, "reason": "施工"}),
    _at("/v1/closures:batch", {"closures": [ROAD]}, {"closures": [ROAD, ROAD]}),
    _at("/v1/graph/reload", None, {}),
    _at("/v1/incidents", CALL, {**CALL, "priority": 1}),
    Route(
        "/v1/incidents/{item_id}/close",
        lambda service: f"/v1/incidents/{service.filed()}/close",
        {"outcome": "调解"},
        {},
    ),
    Route(
        "/v1/incidents/{item_id}/merge",
        lambda service: f"/v1/incidents/{service.filed()}/merge",
        {"into": "000001"},
        {"into": "000002"},
    ),
    Route(
        "/v1/incidents/{item_id}/assignments",
        lambda service: f"/v1/incidents/{service.filed()}/assignments",
        WISH,
        {**WISH, "unit_id": "t2"},
    ),
    Route(
        "/v1/assignments/{item_id}/hand-over",
        lambda service: f"/v1/assignments/{service.reserved()}/hand-over",
        {"unit_id": "p1"},
        {"unit_id": "t2"},
    ),
    Route(
        "/v1/decisions/{decision_id}/replay",
        lambda service: f"/v1/decisions/{service.decided()}/replay",
        None,
        {},
    ),
)


def _named(route: Route) -> str:
    return route.template.removeprefix("/v1/") + (" lines" if type(route.body) is bytes else "")


@pytest.mark.parametrize("route", ROUTES, ids=_named)
def test_a_retry_gives_the_first_answer_and_another_body_is_refused(
    service: Service, route: Route
) -> None:
    service.filed(), service.filed()
    path = route.path(service)
    first = service.post(path, route.body, "key")
    assert first.is_success, first.text
    again = service.post(path, route.body, "key")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers == first.headers
    problem(service.post(path, route.other, "key"), 422, "idempotency_key_reused")
    problem(service.post("/v1/incidents", {**CALL, "top": 1}, "key"), 422, "idempotency_key_reused")
    last = service.post(path, route.body, "key")
    assert last.content == first.content


def test_every_route_that_is_posted_to_is_tried_and_says_that_it_reads_the_header() -> None:
    paths = Client().get("/openapi.json").json()["paths"]
    posted = {path: methods["post"] for path, methods in paths.items() if "post" in methods}
    assert set(posted) == {route.template for route in ROUTES}
    for path, operation in posted.items():
        headers = [each for each in operation["parameters"] if each["in"] == "header"]
        assert [each["name"] for each in headers] == ["Idempotency-Key"], path
        assert not headers[0]["required"]
        refused = operation["responses"]["422"]["content"]["application/problem+json"]
        assert "idempotency_key_reused" in refused["examples"], path


def test_a_retry_of_positions_gives_the_first_counts(service: Service) -> None:
    first = service.post("/v1/positions", [FIX], "key").json()
    assert (first["accepted"], first["refused"]) == (1, 0)
    assert service.post("/v1/positions", [FIX], "key").json() == first
    assert service.post("/v1/positions", [FIX]).json()["refused_by_reason"] == {"duplicate": 1}


def test_two_callers_with_one_key_are_no_retry_of_each_other() -> None:
    (mine, my_text), (yours, your_text) = (
        key_of(name, *Scope, requests_per_s=100.0) for name in ("mine", "yours")
    )
    client = Client(small_app(access=access_for(mine, yours)))

    def filed(text: str, **changes: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": "key"}
        return client.post("/v1/incidents", json=CALL | changes, headers=headers)

    first, other = filed(my_text), filed(your_text, priority=1)
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["incident"]["id"] != other.json()["incident"]["id"]
    assert filed(my_text).content == first.content


def test_while_nothing_can_be_kept_calls_are_answered_all_the_same(service: Service) -> None:
    service.database.broken = True
    for body in ("/v1/recommendations", YINGXIN), ("/v1/positions", [FIX]):
        assert service.post(*body, "key").status_code == 200
    problem(service.post("/v1/incidents", CALL, "key"), 503, "storage_unavailable")
    service.database.broken = False
    assert service.post("/v1/incidents", CALL, "key").status_code == 201


def test_a_retry_that_comes_before_the_first_answer_is_told_to_wait(service: Service) -> None:
    answered: list[httpx.Response] = []
    once = service.service.answered_once
    make = service.service.writer.write_both

    def write(*args: Any, **options: Any) -> WrittenAnswer:
        if not answered:
            answered.append(service.post("/v1/recommendations", YINGXIN, "key"))
        return make(*args, **options)

    assert isinstance(once, AnsweredOnce)
    service.service.writer.write_both = write  # type: ignore[method-assign]
    first = service.post("/v1/recommendations", YINGXIN, "key")
    assert problem(answered[0], 409, "request_in_progress")
    assert answered[0].headers["retry-after"] == "1"
    assert service.post("/v1/recommendations", YINGXIN, "key").content == first.content


def test_what_was_refused_leaves_its_key_unused(service: Service) -> None:
    nowhere = {"location": {"place": "无此地"}}
    problem(service.post("/v1/recommendations", nowhere, "key"), 404, "unknown_place")
    assert service.post("/v1/recommendations", YINGXIN, "key").status_code == 200
