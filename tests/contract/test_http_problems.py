"""Whatever goes wrong on the way is a problem too, and gives nothing away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from dispatch_router.domain import errors
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.errors import DispatchError, InvalidDistrict
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.web.problems import PROBLEMS
from dispatch_router.web.readiness import DispatchService
from tests.web import RECOMMENDATIONS, YINGXIN, Client, problem, small_app, small_service

# They stop the start of the service, cannot get past what the web checks before, or are met by the
# graph builder alone.
NEVER_ANSWERED = {
    # Said in the stream itself, whose answer has begun.
    "slow_listener",
    "invalid_access",
    "invalid_district",
    "invalid_state",
    "invalid_question",
    "place_unavailable",
}


class Broken:
    """A recommender that fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def recommend(self, question: CallQuestion, *, top: int, with_routes: bool) -> Recommendation:
        raise self.error


def breaking(service: DispatchService, error: Exception) -> DispatchService:
    """A service whose ranking fails."""
    now = replace(service.now, recommender=Broken(error))
    return replace(service, now=now, in_use=SimpleNamespace(current=lambda: now))  # type: ignore[arg-type]


def broken_client(error: Exception) -> Client:
    service = small_service()
    broken = breaking(service, error)
    return Client(small_app(broken))


def all_codes(kind: type[DispatchError] = DispatchError) -> Iterator[str]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("dispatch_router."):
            yield child.code
            yield from all_codes(child)


def test_every_error_that_a_caller_can_meet_has_a_status() -> None:
    assert errors.UnknownPlace.code in set(all_codes())
    assert set(all_codes()) - NEVER_ANSWERED == set(PROBLEMS)


@pytest.mark.parametrize(
    "path",
    ["/nope", "/v1", "/v1/posts/", "/v1/recommendations/", "/docs/", "/docs/../app.py", "/%00"],
)
def test_a_path_that_is_not_there_is_not_found(path: str) -> None:
    problem(Client().get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", RECOMMENDATIONS, "POST"),
        ("HEAD", RECOMMENDATIONS, "POST"),
        ("DELETE", RECOMMENDATIONS, "POST"),
        ("TRACE", RECOMMENDATIONS, "POST"),
        ("OPTIONS", RECOMMENDATIONS, "POST"),
        ("POST", "/v1/graph", "GET, HEAD"),
        ("POST", "/v1/posts/park", "DELETE, GET, HEAD, PUT"),
        ("POST", "/healthz", "GET, HEAD"),
        ("PUT", "/v1/closures", "GET, HEAD, POST"),
        ("POST", "/v1/closures/x", "DELETE, GET, HEAD"),
        ("POST", "/v1/closures.geojson", "GET, HEAD"),
    ],
)
def test_another_method_is_told_which_ones_there_are(method: str, path: str, allowed: str) -> None:
    response = Client().request(method, path)
    assert response.status_code == 405
    if method != "HEAD":
        assert allowed in problem(response, 405, "method_not_allowed")["detail"]
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/v1/graph", "/v1/posts", "/docs", "/nope"]
)
def test_head_is_answered_as_get_without_its_body(path: str) -> None:
    head, get = Client().request("HEAD", path), Client().get(path)
    assert head.content == b""
    assert (head.status_code, head.headers) == (get.status_code, get.headers)


@pytest.mark.parametrize(
    "error",
    [RuntimeError("secret /srv/path"), InvalidDistrict("secret", "秘密"), KeyError("secret")],
)
def test_a_failure_gives_nothing_away_but_a_number_to_look_for(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    response = broken_client(error).recommend(YINGXIN)
    answer = problem(response, 500, "internal_error")
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert answer["instance"] in record.getMessage()
    assert record.exc_info is not None


def test_what_a_caller_says_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = broken_client(RuntimeError("no"))
    client.recommend({"location": {"place": "某人家"}})
    client.recommend({"location": {"place": "某人家"}, "phone": "13800000000"})
    assert "某人家" not in caplog.text
    assert "13800000000" not in caplog.text


def test_more_requests_than_the_service_takes_on_are_told_to_come_back() -> None:
    app = small_app(max_requests_in_flight=1)
    slow = asyncio.Event()

    async def body() -> Any:
        yield b'{"location":{"place":'
        await slow.wait()
        yield '"迎新村"}}'.encode()

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            headers = {"content-type": "application/json"}
            first = asyncio.create_task(
                client.post(RECOMMENDATIONS, content=body(), headers=headers)
            )
            await asyncio.sleep(0.01)
            second = await client.post(RECOMMENDATIONS, json=YINGXIN)
            probes = [await client.get(path) for path in ("/healthz", "/readyz")]
            slow.set()
            return [await first, second, *probes]

    first, second, health, ready = asyncio.run(ask())
    problem(second, 503, "overloaded")
    assert int(second.headers["retry-after"]) > 0
    assert [first.status_code, health.status_code, ready.status_code] == [200, 200, 200]


def test_after_a_refusal_and_a_failure_nothing_counts_as_under_way() -> None:
    service = small_service()
    broken = breaking(service, OSError())
    client = Client(small_app(broken, max_requests_in_flight=1))
    for _ in range(3):
        problem(client.post(RECOMMENDATIONS, content=b"x" * 70_000), 413, "body_too_large")
        problem(client.recommend(), 500, "internal_error")
    assert client.get("/v1/graph").status_code == 200
