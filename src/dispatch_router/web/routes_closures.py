"""``/v1/closures``: which roads are closed or slow, and until when."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BeforeValidator, TypeAdapter

from dispatch_router.application.close_roads import ListedClosure
from dispatch_router.application.retries import Answer
from dispatch_router.web.closure_json import closure_members, feature_members
from dispatch_router.web.collection_items import ItemId
from dispatch_router.web.collection_routes import DEFAULT_PAGE, Cursor, Limit, true_or_false
from dispatch_router.web.desk_answers import done_once, json_response
from dispatch_router.web.example import CLOSURE_BATCH_EXAMPLES, CLOSURE_EXAMPLES
from dispatch_router.web.openapi import documented
from dispatch_router.web.paths import CLOSURES, CLOSURES_BATCH, CLOSURES_GEOJSON
from dispatch_router.web.problems import NotFound
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.request_keys import REUSED, keyed
from dispatch_router.web.schemas.closure_requests import ClosureBatchRequest, ClosureRequest
from dispatch_router.web.schemas.closures import (
    ClosureMapReply,
    ClosurePageReply,
    ClosureReply,
    ClosuresReply,
)
from dispatch_router.web.strict_body import strict_body_route
from dispatch_router.web.validation import refuse_query

MAX_MAP_POINTS: Final = 100_000
"""Positions of one page of the map: a few megabytes."""
_CHANGES: Final = (
    "malformed_json",
    "unsupported_media_type",
    "closes_nothing",
    "too_many_closures",
    REUSED,
    "storage_unavailable",
)
_validate = TypeAdapter(ClosureRequest).validate_python
_validate_batch = ClosureBatchRequest.__pydantic_validator__.validate_python


InForce = Annotated[
    bool,
    Query(description="`true` leaves out those that are still to come."),
    BeforeValidator(true_or_false),
]


def add_closure_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes of closures."""
    _add_changes(router, readiness)
    _add_lists(router, readiness)
    _add_items(router, readiness)


def _add_changes(router: APIRouter, readiness: Readiness) -> None:
    async def close(
        closure: Annotated[ClosureRequest, Body(openapi_examples=CLOSURE_EXAMPLES)],
        request: Request,
    ) -> Response:
        service = readiness.service()
        close = partial(service.closures.close, [closure.draft()], batch=False)

        def write(made: list[ListedClosure]) -> dict[str, Any]:
            return closure_members(made[0], _timezone(service))

        return await done_once(request, close, write, 201)

    async def close_many(
        batch: Annotated[ClosureBatchRequest, Body(openapi_examples=CLOSURE_BATCH_EXAMPLES)],
        request: Request,
    ) -> Response:
        service = readiness.service()

        def close(answer: Answer[list[ListedClosure]]) -> bytes:
            drafts = [closure.draft() for closure in batch.closures]
            return service.closures.close(drafts, answer, batch=True)

        def write(made: list[ListedClosure]) -> dict[str, Any]:
            return {"items": _all_members(made, service)}

        return await done_once(request, close, write, 201)

    router.add_api_route(
        CLOSURES,
        close,
        methods=["POST"],
        status_code=201,
        route_class_override=strict_body_route(_validate, with_key=True),
        summary="Close or slow roads",
        description="By area, along a line or by name. Holds from the next recommendation on, "
        "ends by itself at `until`, and survives a restart.",
        operation_id="close_roads",
        tags=["closures"],
        **keyed(documented(ClosureReply, *_CHANGES, status=201)),
    )
    router.add_api_route(
        CLOSURES_BATCH,
        close_many,
        methods=["POST"],
        status_code=201,
        route_class_override=strict_body_route(_validate_batch, with_key=True),
        summary="Close or slow roads, many at once",
        description="All of the closures are made, or none. They hold together from one moment.",
        operation_id="close_many_roads",
        tags=["closures"],
        **keyed(documented(ClosuresReply, *_CHANGES, status=201)),
    )


def _add_lists(router: APIRouter, readiness: Readiness) -> None:
    @router.get(
        CLOSURES,
        summary="List the closures",
        operation_id="list_closures",
        tags=["closures"],
        **documented(ClosurePageReply),
    )
    async def read_page(
        request: Request,
        limit: Limit = DEFAULT_PAGE,
        cursor: Cursor = None,
        in_force: InForce = False,  # FastAPI passes it by name
    ) -> Response:
        """Give the closures in force or to come, in the order in which they were made, in pages."""
        refuse_query(request.scope, "limit", "cursor", "in_force")
        service = readiness.service()
        listed, more_after = await asyncio.to_thread(
            service.closures.page, after=cursor, limit=limit, in_force=in_force
        )
        return _answer({"items": _all_members(listed, service), "next_cursor": more_after})

    @router.get(
        CLOSURES_GEOJSON,
        summary="Draw the closures on a map",
        operation_id="draw_closures",
        tags=["closures"],
        **documented(ClosureMapReply),
    )
    async def draw(
        request: Request,
        limit: Limit = DEFAULT_PAGE,
        cursor: Cursor = None,
        in_force: InForce = False,  # FastAPI passes it by name
    ) -> Response:
        """Give the roads of the same closures as GeoJSON; a page of many roads ends sooner."""
        refuse_query(request.scope, "limit", "cursor", "in_force")
        service = readiness.service()

        def make() -> dict[str, Any]:
            shown, more_after = service.closures.on_map(
                after=cursor, limit=limit, in_force=in_force, points=MAX_MAP_POINTS
            )
            timezone = _timezone(service)
            features = [feature_members(listed, roads, timezone) for listed, roads in shown]
            return {"type": "FeatureCollection", "features": features, "next_cursor": more_after}

        return _answer(await asyncio.to_thread(make))


def _add_items(router: APIRouter, readiness: Readiness) -> None:
    @router.get(
        CLOSURES + "/{item_id}",
        summary="Read one closure",
        operation_id="read_closure",
        tags=["closures"],
        **documented(ClosureReply, "not_found", "storage_unavailable"),
    )
    async def read_item(request: Request, item_id: ItemId) -> Response:
        """Give one closure, over or not."""
        refuse_query(request.scope)
        service = readiness.service()
        return _found(await asyncio.to_thread(service.closures.read, item_id), service)

    @router.delete(
        CLOSURES + "/{item_id}",
        summary="Lift a closure",
        operation_id="lift_closure",
        tags=["closures"],
        **documented(ClosureReply, "not_found", "storage_unavailable"),
    )
    async def lift(request: Request, item_id: ItemId) -> Response:
        """Open the roads again, from the next recommendation on. To lift it twice is no mistake."""
        refuse_query(request.scope)
        service = readiness.service()
        return _found(await asyncio.to_thread(service.closures.lift, item_id), service)


def _found(listed: ListedClosure | None, service: DispatchService) -> Response:
    if listed is None:
        raise NotFound(
            f"There is no closure with this id. GET {CLOSURES} lists those in force or to come.",
            f"没有这个编号的封闭。可通过 GET {CLOSURES} 查看生效或待生效的封闭。",
        )
    return _answer(closure_members(listed, _timezone(service)))


def _all_members(listed: Iterable[ListedClosure], service: DispatchService) -> list[Any]:
    timezone = _timezone(service)
    return [closure_members(each, timezone) for each in listed]


def _timezone(service: DispatchService) -> ZoneInfo:
    return ZoneInfo(service.district.timezone)


def _answer(members: dict[str, Any]) -> Response:
    return json_response(orjson.dumps(members))
