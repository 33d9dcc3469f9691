"""``/v1/incidents``: filing, correcting, merging and closing."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Final, Literal

import orjson
from fastapi import APIRouter, Body, Query, Request, Response

from dispatch_router.application.desk.advice import AdviceWish
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.incidents import IncidentStatus
from dispatch_router.web.collection_items import ItemId
from dispatch_router.web.collection_routes import (
    DEFAULT_PAGE,
    CrsParameter,
    Cursor,
    Limit,
)
from dispatch_router.web.desk_answers import (
    desk_writer,
    done_once,
    json_response,
    read_once,
    versioned,
)
from dispatch_router.web.desk_examples import CORRECTION_EXAMPLES, INCIDENT_EXAMPLES
from dispatch_router.web.etags import IfMatch, SeenBefore, match_header, seen_versions
from dispatch_router.web.openapi import documented, with_etag
from dispatch_router.web.paths import INCIDENTS
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.request_keys import REUSED, keyed, note_key
from dispatch_router.web.schemas.incident_requests import (
    CloseRequest,
    IncidentCorrection,
    IncidentRequest,
    MergeRequest,
)
from dispatch_router.web.schemas.incidents import (
    CorrectedReply,
    FiledReply,
    IncidentPageReply,
    MergedReply,
    ShownIncidentReply,
)
from dispatch_router.web.strict_body import printed_id, strict_body_route
from dispatch_router.web.validation import refuse_query

BODY: Final = ("malformed_json", "unsupported_media_type", "storage_unavailable")
_PLACE: Final = ("outside_district", "unknown_place")
_CORRECTED: Final = ("unknown_incident", "incident_not_open", "precondition_failed")
_FILED: Final = (REUSED, "no_caller_key")
StatusParameter = Annotated[
    Literal["open", "closed", "merged"] | None,
    Query(description="Only incidents of which this has become."),
]


def add_incident_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes of incidents."""
    _add_filing(router, readiness)
    _add_correcting(router, readiness)
    _add_endings(router, readiness)
    _add_reading(router, readiness)


def _add_filing(router: APIRouter, readiness: Readiness) -> None:
    async def file(
        incident: Annotated[IncidentRequest, Body(openapi_examples=INCIDENT_EXAMPLES)],
        request: Request,
    ) -> Response:
        service = readiness.service()
        wish = AdviceWish(incident.top, incident.crs)
        caller = incident.caller_hashes(service.callers)
        if incident.caller is not None:
            # A hash without a key of a phone number could be guessed: what is kept counts.
            note_key(request.scope, incident.known_members(caller))
        file = partial(service.desk.incidents.file, incident.draft(caller), wish)
        write = partial(desk_writer(service).filed, crs=incident.crs)
        return await versioned(done_once(request, file, write, 201))

    router.add_api_route(
        INCIDENTS,
        file,
        methods=["POST"],
        status_code=201,
        route_class_override=strict_body_route(
            IncidentRequest.__pydantic_validator__.validate_python, with_key=True
        ),
        summary="File a call",
        description="Keeps the incident, whatever happens next, and answers who should go. Open "
        "incidents that it is likely to be are named in `duplicates`.",
        operation_id="file_incident",
        tags=["incidents"],
        **keyed(with_etag(documented(FiledReply, *BODY, *_PLACE, *_FILED, status=201))),
    )


def _add_correcting(router: APIRouter, readiness: Readiness) -> None:
    async def correct(
        item_id: ItemId,
        correction: Annotated[IncidentCorrection, Body(openapi_examples=CORRECTION_EXAMPLES)],
        if_match: IfMatch = None,
    ) -> Response:
        service = readiness.service()
        wish = AdviceWish(correction.top, correction.crs)
        correct = partial(
            service.desk.incidents.correct,
            item_id,
            correction.changes(),
            wish,
            seen=seen_versions(if_match),
        )
        write = partial(desk_writer(service).corrected, crs=correction.crs)
        return await versioned(done_once(None, correct, write))

    router.add_api_route(
        INCIDENTS + "/{item_id}",
        correct,
        methods=["PATCH"],
        route_class_override=strict_body_route(
            IncidentCorrection.__pydantic_validator__.validate_python,
            with_id=True,
            given=match_header,
        ),
        summary="Correct an incident",
        description="What is sent replaces what was known. Another place, uncertainty, type, "
        "priority or response recommends again; `changed` and `first_before` say what differs. "
        "With `If-Match`, only what the client has seen is changed.",
        operation_id="correct_incident",
        tags=["incidents"],
        **with_etag(documented(CorrectedReply, *BODY, *_PLACE, *_CORRECTED)),
    )


def _add_endings(router: APIRouter, readiness: Readiness) -> None:
    async def close(item_id: ItemId, closing: CloseRequest, request: Request) -> Response:
        service = readiness.service()
        close = partial(service.desk.incidents.close, item_id, closing.outcome)
        write = partial(desk_writer(service).shown, crs=Crs.WGS84)
        return await versioned(done_once(request, close, write))

    async def merge(item_id: ItemId, merging: MergeRequest, request: Request) -> Response:
        service = readiness.service()
        merge = partial(service.desk.incidents.merge, item_id, merging.into)
        return await versioned(done_once(request, merge, desk_writer(service).merged))

    changes = (*BODY, REUSED, "unknown_incident", "incident_not_open")
    router.add_api_route(
        INCIDENTS + "/{item_id}/close",
        close,
        methods=["POST"],
        route_class_override=strict_body_route(
            CloseRequest.__pydantic_validator__.validate_python, with_key=True, with_id=True
        ),
        summary="Close an incident",
        description="Once no unit is on it. To close it twice is no mistake.",
        operation_id="close_incident",
        tags=["incidents"],
        **keyed(with_etag(documented(ShownIncidentReply, *changes, "incident_in_use"))),
    )
    router.add_api_route(
        INCIDENTS + "/{item_id}/merge",
        merge,
        methods=["POST"],
        route_class_override=strict_body_route(
            MergeRequest.__pydantic_validator__.validate_python, with_key=True, with_id=True
        ),
        summary="Merge an incident into another",
        description="For duplicates. Its units go on to the other one, which is answered. That one "
        "takes the more urgent priority and response of the two, and is recommended for again "
        "where that changes it.",
        operation_id="merge_incident",
        tags=["incidents"],
        **keyed(with_etag(documented(MergedReply, *changes))),
    )


def _add_reading(router: APIRouter, readiness: Readiness) -> None:
    @router.get(
        INCIDENTS,
        summary="List the incidents",
        operation_id="list_incidents",
        tags=["incidents"],
        **documented(IncidentPageReply, "storage_unavailable"),
    )
    async def read_page(
        request: Request,
        limit: Limit = DEFAULT_PAGE,
        cursor: Cursor = None,
        status: StatusParameter = None,
        crs: CrsParameter = "wgs84",
    ) -> Response:
        """Give incidents in the order in which they were filed, in pages."""
        refuse_query(request.scope, "limit", "cursor", "status", "crs")
        service = readiness.service()
        wanted = None if status is None else IncidentStatus(status)
        page, more_after = await asyncio.to_thread(
            service.desk.incidents.page, after=cursor, limit=limit, status=wanted
        )
        writer = desk_writer(service)
        items = [writer.incident(incident, Crs(crs)) for incident in page]
        return json_response(orjson.dumps({"items": items, "next_cursor": more_after}))

    @router.get(
        INCIDENTS + "/{item_id}",
        summary="Read one incident",
        operation_id="read_incident",
        tags=["incidents"],
        **with_etag(
            documented(ShownIncidentReply, "unknown_incident", "storage_unavailable"),
            not_modified=True,
        ),
    )
    async def read_item(
        request: Request,
        item_id: ItemId,
        crs: CrsParameter = "wgs84",
        if_none_match: SeenBefore = None,  # noqa: ARG001  # read with all of its lines
    ) -> Response:
        """Give one incident with all its assignments."""
        refuse_query(request.scope, "crs")
        service = readiness.service()
        shown = await asyncio.to_thread(service.desk.incidents.read, printed_id(item_id))
        members = desk_writer(service).shown(shown, Crs(crs))
        return read_once(request, shown.incident.version, members)
