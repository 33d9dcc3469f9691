"""Who may ask for what over HTTP, and what the others are told."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from dispatch_router.application.access import Credentials, Openness
from dispatch_router.application.rate_limits import RateLimits
from dispatch_router.domain.access import ANYBODY, Scope
from dispatch_router.web.access_gate import AccessGate, caller_of
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.route_scopes import ROUTE_SCOPES, RouteScopes, is_open
from tests.access import access_for, bearer, key_of
from tests.small_district import SMALL_DISTRICT
from tests.web import RECOMMENDATIONS, YINGXIN, Client, problem, small_app, small_service

KEYS = {scope: key_of(scope.value.replace("_", "-"), scope) for scope in Scope}
HERE = key_of("here", Scope.READ_ONLY, district=SMALL_DISTRICT.id)
ELSEWHERE = key_of("elsewhere", Scope.READ_ONLY, district="elsewhere")
SELDOM = key_of("seldom", Scope.READ_ONLY, requests_per_s=0.25)
ALL = [*KEYS.values(), HERE, ELSEWHERE, SELDOM]
OPEN = ["/healthz", "/readyz", "/docs", "/docs/start.js", "/openapi.json", "/"]


@pytest.fixture
def client() -> Client:
    return Client(small_app(access=access_for(*(key for key, _ in ALL))))


def as_(scope: Scope) -> dict[str, str]:
    return bearer(KEYS[scope][1])


@pytest.mark.parametrize("path", OPEN)
def test_the_state_of_the_process_and_the_documentation_are_open(client: Client, path: str) -> None:
    assert client.get(path).status_code < 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/units"),
        ("POST", RECOMMENDATIONS),
        ("GET", "/v1/nope"),
        ("GET", "/nope"),
        ("DELETE", "/v1/units/1"),
        ("GET", "/metrics"),
        ("GET", "/v1"),
        ("GET", "//v1/units"),
    ],
)
def test_without_a_key_nothing_else_is_answered(client: Client, method: str, path: str) -> None:
    response = client.request(method, path)
    problem(response, 401, "unauthenticated")
    assert response.headers["www-authenticate"] == 'Bearer realm="dispatch_router"'


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Basic YTpi", "dk.ops.x", "Bearer dk.ops.x", "é"]
)
def test_a_key_that_does_not_hold_is_said_to(client: Client, header: str) -> None:
    response = client.get("/v1/units", headers={"authorization": header.encode("latin-1")})
    problem(response, 401, "unauthenticated")
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


def test_two_keys_at_once_are_one_too_many(client: Client) -> None:
    headers = [("authorization", f"Bearer {text}") for _, text in KEYS.values()][:2]
    problem(client.get("/v1/units", headers=headers), 401, "unauthenticated")


def test_the_word_bearer_may_be_written_in_any_case(client: Client) -> None:
    headers = {"authorization": f"bEaReR {KEYS[Scope.OPS][1]}"}
    assert client.get("/v1/units", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "may"),
    [
        ("POST", RECOMMENDATIONS, {Scope.CALL_TAKER, Scope.DISPATCHER}),
        ("GET", "/v1/units", set(Scope) - {Scope.UNIT_FEED}),
        ("GET", "/v1/posts/park", set(Scope) - {Scope.UNIT_FEED}),
        ("GET", "/v1/graph", set(Scope) - {Scope.UNIT_FEED}),
        ("HEAD", "/v1/graph", set(Scope) - {Scope.UNIT_FEED}),
    ],
)
def test_a_scope_opens_what_it_is_for_and_nothing_else(
    client: Client, method: str, path: str, may: set[Scope]
) -> None:
    for scope in Scope:
        body = {"json": YINGXIN} if method == "POST" else {}
        response = client.request(method, path, headers=as_(scope), **body)
        assert response.status_code == (200 if scope in may else 403), scope
        if scope not in may:
            assert 'error="insufficient_scope"' in response.headers["www-authenticate"]
            if method != "HEAD":
                detail = problem(response, 403, "forbidden")["detail"]
                assert all(other.value in detail for other in may)


def test_a_key_of_another_district_is_refused(client: Client) -> None:
    assert client.get("/v1/units", headers=bearer(HERE[1])).status_code == 200
    response = client.get("/v1/units", headers=bearer(ELSEWHERE[1]))
    assert "elsewhere" in problem(response, 403, "forbidden")["detail"]


def test_whoever_asks_too_often_is_told_when_to_come_back(client: Client) -> None:
    assert client.get("/v1/units", headers=bearer(SELDOM[1])).status_code == 200
    response = client.get("/v1/units", headers=bearer(SELDOM[1]))
    problem(response, 429, "rate_limited")
    assert response.headers["retry-after"] == "4"
    assert client.get("/v1/units", headers=as_(Scope.OPS)).status_code == 200


def test_a_path_that_is_not_there_is_not_found_and_a_wrong_method_told(client: Client) -> None:
    for path in ("/v1/nope", "/v1/posts/", "/v1/posts/park/x", "/nope", "/v1/"):
        problem(client.get(path, headers=as_(Scope.OPS)), 404, "not_found")
    response = client.post("/v1/graph", headers=as_(Scope.OPS))
    problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET, HEAD"


def test_a_route_that_the_table_does_not_know_cannot_be_reached() -> None:
    app = small_app(access=access_for(KEYS[Scope.OPS][0]))
    reached: list[str] = []
    app.router.add_api_route("/v1/graph", lambda: reached.append("graph"), methods=["PURGE"])
    app.router.add_api_route("/v1/unlisted", lambda: reached.append("unlisted"))
    client = Client(app)
    assert client.request("PURGE", "/v1/graph", headers=as_(Scope.OPS)).status_code == 405
    assert client.get("/v1/unlisted", headers=as_(Scope.OPS)).status_code == 404
    assert reached == []


def test_the_first_key_is_asked_for_from_the_next_request_on_and_in_the_document() -> None:
    access = access_for(openness=Openness.UNTIL_THERE_ARE_KEYS)
    client = Client(small_app(access=access))
    assert client.get("/v1/units").status_code == 200
    assert not operations_that_ask(client)
    access.replace(Credentials.of([KEYS[Scope.OPS][0]]))
    problem(client.get("/v1/units"), 401, "unauthenticated")
    assert operations_that_ask(client)


def operations_that_ask(client: Client) -> set[str]:
    document = client.get("/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"api_key", "token"}
    return {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if operation.get("security")
    }


def test_the_document_says_of_each_route_what_it_asks_for(client: Client) -> None:
    document = client.get("/openapi.json").json()
    assert operations_that_ask(client) == {p for p in document["paths"] if p.startswith("/v1/")}
    described = document["paths"][RECOMMENDATIONS]["post"]["description"]
    assert described.endswith("Asks for one of the scopes `call_taker`, `dispatcher`.")


def test_no_key_is_ever_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client(small_app(access=access_for(*(key for key, _ in ALL))))
    for _, text in ALL:
        client.get("/v1/units", headers=bearer(text))
        client.get("/v1/units", headers=bearer(text + "x"))
    secrets = [text.rpartition(".")[2] for _, text in ALL]
    assert "request" in caplog.text
    assert not [secret for secret in secrets if secret in caplog.text]


def routes() -> Iterator[tuple[str, str]]:
    for route in small_app().routes:
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            yield method, getattr(route, "path", "?")


def test_every_route_is_open_on_purpose_or_has_its_scopes() -> None:
    table = RouteScopes()
    without = [
        f"{method} {path}"
        for method, path in routes()
        if not is_open(path) and method != "HEAD" and not table.of_path(path).get(method)
    ]
    assert without == []


def test_the_table_names_no_route_that_is_not_there() -> None:
    there = {(method, re.sub(r"{\w+}", "{}", path)) for method, path in routes()}
    asked = {(method, re.sub(r"{\w+}", "{}", path)) for method, path, _ in ROUTE_SCOPES}
    assert asked - there == set()


def test_the_check_of_the_routes_would_find_one_without() -> None:
    table = RouteScopes(row for row in ROUTE_SCOPES if row[1] != "/v1/zones")
    assert not table.of_path("/v1/zones")
    assert not RouteScopes().of_path("/v1/unlisted")


@pytest.mark.parametrize(
    "path", ["/v1/x", "/metrics", "/docs.x", "/healthz/", "/docsx", "/readyz2"]
)
def test_what_is_only_similar_to_an_open_path_is_not_open(path: str) -> None:
    assert not is_open(path)


def test_nothing_is_in_the_table_twice_and_every_scope_opens_something() -> None:
    assert len({(method, path) for method, path, _ in ROUTE_SCOPES}) == len(ROUTE_SCOPES)
    assert frozenset().union(*(scopes for _, _, scopes in ROUTE_SCOPES)) == set(Scope)


def test_reading_only_changes_nothing() -> None:
    replay = "/v1/decisions/{decision_id}/replay"
    opened = {(m, p) for m, p, scopes in ROUTE_SCOPES if Scope.READ_ONLY in scopes}
    assert {method for method, path in opened if path != replay} == {"GET"}


@pytest.mark.parametrize(("access", "caller_id"), [("open", "anybody"), ("keys", "ops")])
def test_a_route_knows_who_has_asked(access: str, caller_id: str) -> None:
    seen: list[str] = []

    async def app(scope: AsgiScope, _: Receive, __: Send) -> None:
        seen.append(caller_of(scope).id)

    key, text = KEYS[Scope.OPS]
    gate = AccessGate(
        app,
        access=access_for(
            key, openness=Openness.EVERYBODY if access == "open" else Openness.NOBODY
        ),
        rate_limits=RateLimits(lambda: 0.0),
        readiness=loaded(),
    )
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/v1/units",
        "headers": [(b"authorization", f"Bearer {text}".encode())],
    }
    with pytest.raises(StopIteration):
        gate(scope, None, None).__await__().send(None)  # type: ignore[arg-type]
    assert seen == [caller_id]
    assert ANYBODY.id == "anybody"


def loaded() -> Readiness:
    readiness = Readiness(small_service)
    readiness.load()
    return readiness
