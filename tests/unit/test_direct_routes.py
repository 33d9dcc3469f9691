"""The busiest requests reach their routes without the framework; all others go its way."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Response
from starlette.types import Receive, Scope, Send

from dispatch_router.domain.errors import DispatchError, UnknownPlace
from dispatch_router.web.direct_routes import DirectRoutes
from dispatch_router.web.problems import problem_response
from dispatch_router.web.strict_body import strict_body_route


async def framework(scope: Scope, receive: Receive, send: Send) -> None:
    await Response("the framework's way")(scope, receive, send)


async def say_back(asked: Any) -> Response:
    return Response(f"asked {asked['n']}")


async def refuse(_: Any) -> Response:
    raise UnknownPlace("No such place. Ask again.", "没有该地名。")


def opened(answer: Any = problem_response) -> DirectRoutes:
    router = APIRouter()
    body_route = strict_body_route(lambda body: body)
    for path, endpoint in (("/say", say_back), ("/refuse", refuse)):
        router.add_api_route(path, endpoint, methods=["POST"], route_class_override=body_route)
    with_id = strict_body_route(lambda body: body, with_id=True)
    router.add_api_route("/say/{item_id}", refuse, methods=["POST"], route_class_override=with_id)
    router.add_api_route("/other", refuse, methods=["POST"])
    return DirectRoutes(framework, routes=router.routes, answer=answer)


def asked(method: str, path: str, app: DirectRoutes | None = None) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app or opened())  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(method, path, json={"n": 7})

    return asyncio.run(ask())


def test_a_route_that_reads_its_body_itself_is_served_at_once() -> None:
    assert asked("POST", "/say").text == "asked 7"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/say"), ("POST", "/say/1"), ("POST", "/other"), ("POST", "/say/"), ("GET", "/")],
)
def test_every_other_request_goes_the_way_of_the_framework(method: str, path: str) -> None:
    assert asked(method, path).text == "the framework's way"


def test_what_it_refuses_is_a_problem() -> None:
    answer = asked("POST", "/refuse")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_place")


def test_what_the_caller_cannot_help_is_raised() -> None:
    def no_answer(error: DispatchError) -> Response:
        raise error

    with pytest.raises(UnknownPlace):
        asked("POST", "/refuse", opened(no_answer))
