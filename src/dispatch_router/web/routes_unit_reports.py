"""What units report: where they are, and whether they can be sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Body, Request, Response
from pydantic import TypeAdapter

from dispatch_router.application.live_positions import UnitFix
from dispatch_router.domain.crs import Crs
from dispatch_router.web.beside import beside
from dispatch_router.web.collection_items import ItemId
from dispatch_router.web.desk_answers import json_response
from dispatch_router.web.example import POSITION_EXAMPLES, POSITIONS_EXAMPLES, STATUS_EXAMPLES
from dispatch_router.web.openapi import documented
from dispatch_router.web.paths import POSITIONS, UNIT_POSITION, UNIT_STATUS
from dispatch_router.web.problems import NotFound
from dispatch_router.web.quick_reports import quick_reports
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.request_keys import REUSED, keyed, sent_key
from dispatch_router.web.schemas.unit_requests import (
    PositionReportRequest,
    PositionReports,
    PositionRequest,
    StatusRequest,
)
from dispatch_router.web.schemas.units import PositionsTakenReply, PositionTakenReply, UnitReply
from dispatch_router.web.strict_body import strict_body_route
from dispatch_router.web.unit_json import one_taken_members, taken_members, unit_members
from dispatch_router.web.validation import refuse_query

# More take longer than a call may wait. Fewer are taken in at once: part by part, beside the calls,
# they would interrupt one ranking after the other, each of which then begins anew.
TAKEN_BESIDE: Final = 500
_BODY: Final = ("malformed_json", "unsupported_media_type")
_validate_position = PositionRequest.__pydantic_validator__.validate_python
_validate_status = StatusRequest.__pydantic_validator__.validate_python
_validate_reports = TypeAdapter(PositionReports).validate_python


def add_unit_report_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes by which units report."""
    _add_positions(router, readiness)
    _add_position(router, readiness)
    _add_status(router, readiness)


def _add_positions(router: APIRouter, readiness: Readiness) -> None:
    async def report_positions(
        reports: Annotated[PositionReports, Body(openapi_examples=POSITIONS_EXAMPLES)],
        request: Request,
    ) -> Response:
        service, key = readiness.service(), sent_key(request.scope)
        units = service.units

        def take() -> bytes:
            return orjson.dumps(taken_members(units.report(_fixes(reports, units.now_ms()))))

        if key is not None:
            return json_response(await asyncio.to_thread(service.answered_once, key, take))
        is_long = len(reports) > TAKEN_BESIDE
        return json_response(await beside(take) if is_long else take())

    router.add_api_route(
        POSITIONS,
        report_positions,
        methods=["POST"],
        route_class_override=strict_body_route(
            _validate_reports, with_key=True, or_lines=True, quick=quick_reports
        ),
        summary="Report where many units are",
        description="The next recommendation sees every position that is believed; they are on the "
        "disk a second later. Positions that cannot be are counted and named, and hold up no "
        "other. Also as `application/x-ndjson`, one report a line.",
        operation_id="report_positions",
        tags=["units"],
        **keyed(documented(PositionsTakenReply, *_BODY, REUSED, "request_in_progress")),
    )


def _add_position(router: APIRouter, readiness: Readiness) -> None:
    async def report_position(
        report: Annotated[PositionRequest, Body(openapi_examples=POSITION_EXAMPLES)],
        item_id: ItemId,
    ) -> Response:
        service = readiness.service()
        _require_unit(service, item_id)
        taken = service.units.report([UnitFix(item_id, report.fix(service.units.now_ms()))])
        now = service.units.one(item_id, service.units.now())
        return _answer(one_taken_members(taken, now, Crs(report.crs)))

    async def forget_position(request: Request, item_id: ItemId) -> Response:
        refuse_query(request.scope)
        service = readiness.service()
        _require_unit(service, item_id)
        service.units.forget_position(item_id)
        return _unit(service, item_id)

    router.add_api_route(
        UNIT_POSITION,
        report_position,
        methods=["PUT"],
        route_class_override=strict_body_route(_validate_position),
        summary="Report where a unit is",
        description="The next recommendation sees it, if it is believed. To report the same twice "
        "is no mistake.",
        operation_id="report_position",
        tags=["units"],
        **documented(PositionTakenReply, "not_found", *_BODY),
    )
    router.add_api_route(
        UNIT_POSITION,
        forget_position,
        methods=["DELETE"],
        summary="Forget where a unit was",
        description="From the next recommendation on it sets off from its post or beat, until it "
        "reports a position again.",
        operation_id="forget_position",
        tags=["units"],
        **documented(UnitReply, "not_found"),
    )


def _add_status(router: APIRouter, readiness: Readiness) -> None:
    async def state_status(
        stated: Annotated[StatusRequest, Body(openapi_examples=STATUS_EXAMPLES)],
        item_id: ItemId,
    ) -> Response:
        service = readiness.service()
        _require_unit(service, item_id)
        # In a thread: flushing to the disk takes longer than a call may wait.
        await asyncio.to_thread(_state, service, item_id, stated)
        return _unit(service, item_id)

    router.add_api_route(
        UNIT_STATUS,
        state_status,
        methods=["PUT"],
        route_class_override=strict_body_route(_validate_status),
        summary="Say whether a unit can be sent",
        description="Holds from the next recommendation on, and survives a restart.",
        operation_id="state_status",
        tags=["units"],
        **documented(UnitReply, "not_found", "storage_unavailable", *_BODY),
    )


def _fixes(reports: Sequence[PositionReportRequest | UnitFix], now_ms: int) -> Sequence[UnitFix]:
    """Return the positions; those that were read quickly are positions already."""
    return [
        each if isinstance(each, UnitFix) else UnitFix(each.unit_id, each.fix(now_ms))
        for each in reports
    ]


def _state(service: DispatchService, unit_id: str, stated: StatusRequest) -> None:
    service.units.state(unit_id, stated.status, stated.until, stated.note or "")
    # Committed and in use, then published.
    service.desk.events.catch_up()


def _require_unit(service: DispatchService, unit_id: str) -> None:
    if not service.units.knows(unit_id):
        raise NotFound(
            "There is no unit with this id. GET /v1/units lists them.",
            "没有这个编号。可通过 GET /v1/units 查看全部出警力量。",
        )


def _unit(service: DispatchService, unit_id: str) -> Response:
    held = service.desk.open_assignments
    now = service.units.one(unit_id, service.units.now(held.incidents()))
    timezone = ZoneInfo(service.district.timezone)
    return _answer(unit_members(now, held.of(unit_id), Crs.WGS84, timezone))


def _answer(members: dict[str, Any]) -> Response:
    return json_response(orjson.dumps(members))
