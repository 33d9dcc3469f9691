"""``/v1/assignments``, and those of an incident: which unit goes, and how far it is."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Body, Request, Response

from dispatch_router.domain.assignments import AssignmentStatus
from dispatch_router.web.collection_items import ItemId
from dispatch_router.web.desk_answers import (
    desk_writer,
    done_once,
    json_response,
    read_once,
    versioned,
)
from dispatch_router.web.desk_examples import MOVE_EXAMPLES, RESERVATION_EXAMPLES
from dispatch_router.web.etags import IfMatch, SeenBefore, match_header, seen_versions
from dispatch_router.web.incident_json import diversion_members
from dispatch_router.web.openapi import documented, with_etag
from dispatch_router.web.paths import ASSIGNMENTS, INCIDENTS
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.request_keys import REUSED, keyed
from dispatch_router.web.schemas.incident_requests import (
    AssignmentMove,
    HandOverRequest,
    ReservationRequest,
)
from dispatch_router.web.schemas.incidents import (
    AssignmentReply,
    DiversionsReply,
    ReservedReply,
)
from dispatch_router.web.strict_body import printed_id, strict_body_route
from dispatch_router.web.validation import refuse_query

BODY: Final = ("malformed_json", "unsupported_media_type", "storage_unavailable")


def add_assignment_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes of assignments."""
    _add_reserving(router, readiness)
    _add_moving(router, readiness)
    _add_handing_over(router, readiness)
    _add_reading(router, readiness)


def _add_reserving(router: APIRouter, readiness: Readiness) -> None:
    async def reserve(
        item_id: ItemId,
        reservation: Annotated[ReservationRequest, Body(openapi_examples=RESERVATION_EXAMPLES)],
        request: Request,
    ) -> Response:
        service = readiness.service()
        wish = reservation.reservation()
        reserve = partial(service.desk.assignments.reserve, item_id, wish)
        return await versioned(done_once(request, reserve, desk_writer(service).reserved, 201))

    router.add_api_route(
        INCIDENTS + "/{item_id}/assignments",
        reserve,
        methods=["POST"],
        status_code=201,
        route_class_override=strict_body_route(
            ReservationRequest.__pydantic_validator__.validate_python, with_key=True, with_id=True
        ),
        summary="Reserve a unit",
        description="A unit has one open assignment at most: a second one is refused as "
        "`unit_taken`, with the next best. `divert` takes it from a less urgent incident and "
        "states the price, in one transaction.",
        operation_id="reserve_unit",
        tags=["assignments"],
        **keyed(
            documented(
                ReservedReply,
                *BODY,
                "unknown_incident",
                "incident_not_open",
                "unit_taken",
                "not_divertible",
                "unknown_unit",
                "unknown_decision",
                "override_reason_required",
                REUSED,
                status=201,
            )
        ),
    )


def _add_moving(router: APIRouter, readiness: Readiness) -> None:
    async def move(
        item_id: ItemId,
        step: Annotated[AssignmentMove, Body(openapi_examples=MOVE_EXAMPLES)],
        if_match: IfMatch = None,
    ) -> Response:
        service = readiness.service()
        status = AssignmentStatus(step.status)
        move = partial(
            service.desk.assignments.move,
            item_id,
            status,
            step.reason,
            hospital_id=step.hospital_id,
            seen=seen_versions(if_match),
        )
        return await versioned(done_once(None, move, desk_writer(service).assignment))

    router.add_api_route(
        ASSIGNMENTS + "/{item_id}",
        move,
        methods=["PATCH"],
        route_class_override=strict_body_route(
            AssignmentMove.__pydantic_validator__.validate_python, with_id=True, given=match_header
        ),
        summary="Move an assignment along",
        description="`dispatched`, `en_route`, `on_scene`, perhaps `transporting`, `cleared`; or "
        "an early end. `en_route` and `on_scene` are filled in where nobody reported them and "
        "a later step says that they were. A step that was taken already is no mistake, so that "
        "it can be sent again. "
        "`transporting` may say to which hospital. With `If-Match`, only what the client has seen "
        "is moved.",
        operation_id="move_assignment",
        tags=["assignments"],
        **with_etag(
            documented(
                AssignmentReply,
                *BODY,
                "unknown_assignment",
                "illegal_transition",
                "unknown_hospital",
                "precondition_failed",
            )
        ),
    )


def _add_handing_over(router: APIRouter, readiness: Readiness) -> None:
    async def hand_over(item_id: ItemId, relief: HandOverRequest, request: Request) -> Response:
        service = readiness.service()
        hand_over = partial(service.desk.assignments.hand_over, item_id, relief.relief())
        write = desk_writer(service).assignment
        return await versioned(done_once(request, hand_over, write, 201))

    router.add_api_route(
        ASSIGNMENTS + "/{item_id}/hand-over",
        hand_over,
        methods=["POST"],
        status_code=201,
        route_class_override=strict_body_route(
            HandOverRequest.__pydantic_validator__.validate_python, with_key=True, with_id=True
        ),
        summary="Hand over to the responsible post",
        description="Reserves a unit of the responsible post. Once it is on the scene, the "
        "assignment that it relieves is cleared. A unit that cannot go now needs an "
        "`override_reason`.",
        operation_id="hand_over",
        tags=["assignments"],
        **keyed(
            documented(
                AssignmentReply,
                *BODY,
                "unknown_assignment",
                "illegal_transition",
                "incident_not_open",
                "unit_taken",
                "unknown_unit",
                "not_responsible",
                "override_reason_required",
                REUSED,
                status=201,
            )
        ),
    )


def _add_reading(router: APIRouter, readiness: Readiness) -> None:
    @router.get(
        ASSIGNMENTS + "/{item_id}",
        summary="Read one assignment",
        operation_id="read_assignment",
        tags=["assignments"],
        **with_etag(
            documented(AssignmentReply, "unknown_assignment", "storage_unavailable"),
            not_modified=True,
        ),
    )
    async def read_item(
        request: Request,
        item_id: ItemId,
        if_none_match: SeenBefore = None,  # noqa: ARG001  # read with all of its lines
    ) -> Response:
        """Give one assignment, over or not."""
        refuse_query(request.scope)
        service = readiness.service()
        found = await asyncio.to_thread(service.desk.assignments.read, printed_id(item_id))
        return read_once(request, found.version, desk_writer(service).assignment(found))

    @router.get(
        INCIDENTS + "/{item_id}/diversions",
        summary="List whom an incident could have from others",
        operation_id="list_diversions",
        tags=["assignments"],
        **documented(
            DiversionsReply, "unknown_incident", "incident_not_open", "storage_unavailable"
        ),
    )
    async def offer(request: Request, item_id: ItemId) -> Response:
        """Give units that are on the way to something less urgent, each with its price."""
        refuse_query(request.scope)
        service = readiness.service()
        offered = await asyncio.to_thread(service.desk.diversions.offered, printed_id(item_id))
        items = [diversion_members(each) for each in offered]
        return json_response(orjson.dumps({"items": items, "next_cursor": None}))
