"""How requests at the desk are answered: in a thread, once for each key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import orjson
from fastapi import Response
from pydantic import BaseModel

from dispatch_router.application.desk.parts import Answer
from dispatch_router.web.incident_json import DeskWriter
from dispatch_router.web.readiness import DispatchService
from dispatch_router.web.request_keys import NOTHING, request_key

MadeT = TypeVar("MadeT")


def desk_writer(service: DispatchService) -> DeskWriter:
    """Return who writes for the district of a service."""
    zone = ZoneInfo(service.district.timezone)
    return DeskWriter(service.writer, zone, service.decisions.note)


def answer_to(
    route: str,
    asked: BaseModel,
    key: str | None,
    write: Callable[[MadeT], dict[str, Any]],
    instead: Mapping[str, Any] = NOTHING,
) -> Answer[MadeT]:
    """Say how a request is to be answered.

    Args:
        route: with the ids in it, so that a key that is used for another thing is noticed.
        asked: what was sent.
        key: what the header ``Idempotency-Key`` says.
        write: makes the members of the reply.
        instead: see ``request_key``.
    """
    known = request_key(key, route, asked, instead)
    return Answer(route, lambda made: orjson.dumps(write(made)), known)


async def answered(do: Callable[[], bytes], status: int = 200) -> Response:
    """Do the work beside the event loop: flushing to the disk takes longer than a call may wait."""
    return json_response(await asyncio.to_thread(do), status)


def json_response(content: bytes, status: int = 200) -> Response:
    """Answer JSON that is not to be kept by anybody between."""
    return Response(
        content,
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
