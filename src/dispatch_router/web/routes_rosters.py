"""``/v1/rosters`` and ``/v1/calendar``: who is on duty when."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Body, Request, Response

from dispatch_router.domain.resource_errors import PreconditionFailed
from dispatch_router.domain.resources import CALENDAR_ID, ResourceKey, ResourceKind
from dispatch_router.web.collection_items import Collection, FoundItem
from dispatch_router.web.collection_routes import add_collection_routes
from dispatch_router.web.etags import (
    IfMatch,
    IfNoneMatch,
    SeenBefore,
    etag_of,
    expected,
    preconditions,
)
from dispatch_router.web.openapi import documented, with_etag
from dispatch_router.web.paths import CALENDAR
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.resource_changes import BODY_REFUSALS, HOLDS, REFUSALS, beside, stale
from dispatch_router.web.resource_examples import CALENDAR_EXAMPLES, ROSTER_EXAMPLES
from dispatch_router.web.roster_json import calendar_members, roster_members
from dispatch_router.web.schemas.resource_requests import CalendarRequest, RosterRequest
from dispatch_router.web.schemas.rosters import CalendarReply, RosterPageReply, RosterReply
from dispatch_router.web.strict_body import strict_body_route
from dispatch_router.web.validation import refuse_query

_CALENDAR_KEY: Final = ResourceKey(ResourceKind.CALENDAR, CALENDAR_ID)
_validate_calendar = CalendarRequest.__pydantic_validator__.validate_python


def add_roster_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes of rosters."""
    rosters = Collection(
        kind=ResourceKind.ROSTERS,
        singular="roster",
        plural_zh="勤务安排",
        items=lambda district: district.duty_plan.rosters,
        members=lambda service, _crs: partial(roster_members, resources=service.now.resources),
        reply=RosterReply,
        page_reply=RosterPageReply,
        request=RosterRequest,
        examples=ROSTER_EXAMPLES,
    )
    add_collection_routes(router, readiness, rosters)

    _add_calendar(router, readiness)


def _add_calendar(router: APIRouter, readiness: Readiness) -> None:
    async def read_calendar(
        request: Request,
        if_none_match: SeenBefore = None,  # noqa: ARG001  # read with all of its lines
    ) -> Response:
        refuse_query(request.scope)
        return _calendar(readiness.service()).answer_unless_known(request.scope)

    async def put_calendar(
        asked: Annotated[CalendarRequest, Body(openapi_examples=CALENDAR_EXAMPLES)],
        if_match: IfMatch = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        service = readiness.service()
        # There is always one, so that none is ever made.
        wanted = expected(if_match, if_none_match, may_be_new=False)
        members = asked.members(CALENDAR_ID)
        try:
            changed = await beside(lambda: service.in_use.put(_CALENDAR_KEY, members, wanted))
        except PreconditionFailed as error:
            return stale(error, _calendar(service.at(service.in_use.current())))
        return _calendar(service.at(changed.now)).answer()

    router.add_api_route(
        CALENDAR,
        read_calendar,
        summary="Read the calendar",
        description="Holidays, and the workdays that make up for them.",
        operation_id="read_calendar",
        tags=["district"],
        **with_etag(documented(CalendarReply), not_modified=True),
    )
    router.add_api_route(
        CALENDAR,
        put_calendar,
        methods=["PUT"],
        route_class_override=strict_body_route(_validate_calendar, given=preconditions),
        summary="Change the calendar",
        description=f"Says all of it anew. {HOLDS}",
        operation_id="put_calendar",
        tags=["district"],
        **with_etag(documented(CalendarReply, *BODY_REFUSALS, *REFUSALS)),
    )


def _calendar(service: DispatchService) -> FoundItem:
    content = orjson.dumps(calendar_members(service.district.duty_plan.calendar))
    kept = service.now.resources.get(_CALENDAR_KEY)
    return FoundItem(content, etag_of("" if kept is None else kept.revision, content))
