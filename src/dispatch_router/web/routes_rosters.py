"""``/v1/rosters`` and ``/v1/calendar``: who is on duty when."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from dispatch_router.web.collection_routes import Collection, add_collection_routes
from dispatch_router.web.openapi import documented
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.roster_json import calendar_members, roster_members
from dispatch_router.web.schemas.rosters import CalendarReply, RosterPageReply, RosterReply
from dispatch_router.web.validation import refuse_query


def add_roster_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes that read rosters."""
    rosters = Collection(
        plural="rosters",
        singular="roster",
        plural_zh="勤务安排",
        items=lambda district: district.duty_plan.rosters,
        members=lambda _service, _crs: roster_members,
        reply=RosterReply,
        page_reply=RosterPageReply,
    )
    add_collection_routes(router, readiness, rosters)

    async def read_calendar(request: Request) -> Response:
        refuse_query(request.scope)
        calendar = readiness.service().district.duty_plan.calendar
        return Response(orjson.dumps(calendar_members(calendar)), media_type="application/json")

    router.add_api_route(
        "/v1/calendar",
        read_calendar,
        summary="Read the calendar",
        description="Holidays, and the workdays that make up for them.",
        operation_id="read_calendar",
        tags=["district"],
        **documented(CalendarReply),
    )
