"""``GET /v1/events``: everything that is committed, as it is committed."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from pydantic import BeforeValidator
from starlette.types import Scope

from dispatch_router.application.desk.desk import Desk
from dispatch_router.domain.event_log import Event
from dispatch_router.web.collection_routes import digits_alone
from dispatch_router.web.event_feed import EventFeed
from dispatch_router.web.event_stream import EventStream
from dispatch_router.web.openapi import documented_stream
from dispatch_router.web.paths import EVENTS
from dispatch_router.web.problems import FieldError, InvalidRequest
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.schemas.events import EventReply
from dispatch_router.web.validation import WHOLE_NUMBER, refuse_query

MAX_NUMBER: Final = 2**63 - 1
_HEADER: Final = b"last-event-id"
After = Annotated[
    int | None,
    Query(
        ge=0,
        le=MAX_NUMBER,
        description="Number of the event after which to begin; 0 for all. Left out: from now on.",
    ),
    BeforeValidator(digits_alone),
]
LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        pattern=WHOLE_NUMBER,
        description="The `id` that came last; browsers send it by themselves. It beats `after`.",
    ),
]


def add_event_routes(router: APIRouter, readiness: Readiness, feed: EventFeed) -> None:
    """Add the stream of events."""

    async def listen(
        request: Request, after: After = None, last_event_id: LastEventId = None
    ) -> EventStream:
        refuse_query(request.scope, "after")
        desk = readiness.service().desk
        after = _number(request.scope) if last_event_id is not None else after
        if after is not None:
            await _require_known(desk, after)
        return EventStream(desk, feed, feed.join(desk.events), after)

    router.add_api_route(
        EVENTS,
        listen,
        methods=["GET"],
        summary="Listen for everything that is committed",
        description="Server-sent events, in order, without a gap or a repeat: connect again with "
        "`Last-Event-ID`. A listener that is too slow gets the event `cut_off` and is let go.",
        operation_id="listen",
        tags=["events"],
        status_code=200,
        response_class=EventStream,
        **documented_stream(EventReply, "storage_unavailable"),
    )


async def _require_known(desk: Desk, after: int) -> None:
    """Refuse a client that has seen more than there is: it knows another log."""
    if after <= desk.events.last_number:
        return
    last = await asyncio.to_thread(_last_event, desk)
    if after > (0 if last is None else last.number):
        raise InvalidRequest(
            [
                FieldError(
                    "after",
                    "there is no such event yet; begin with 0",
                    "尚无该编号的事件，请从0开始",
                )
            ]
        )


def _last_event(desk: Desk) -> Event | None:
    with desk.store.reading() as view:
        return view.last_event()


def _number(scope: Scope) -> int:
    given: list[bytes] = [content for name, content in scope["headers"] if name == _HEADER]
    return min(int(given[-1]), MAX_NUMBER)
