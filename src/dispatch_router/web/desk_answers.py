"""How what changes the state is answered: in a thread, once for each key."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import orjson
from fastapi import Request, Response

from dispatch_router.application.retries import Answer, AnsweredOnce
from dispatch_router.domain.desk_errors import VersionChanged
from dispatch_router.web.beside import at_the_desk
from dispatch_router.web.etags import etag_of, is_known, version_tag
from dispatch_router.web.incident_json import DeskWriter
from dispatch_router.web.problems import problem_response
from dispatch_router.web.readiness import DispatchService
from dispatch_router.web.request_keys import note_key, sent_key

MadeT = TypeVar("MadeT")
_VERSION: Final = re.compile(rb'"version":([0-9]+)')


def desk_writer(service: DispatchService) -> DeskWriter:
    """Return who writes for the district of a service."""
    return DeskWriter(ZoneInfo(service.district.timezone))


async def done_once(
    request: Request | None,
    do: Callable[[Answer[MadeT]], bytes],
    write: Callable[[MadeT], dict[str, Any]],
    status: int = 200,
) -> Response:
    """Carry a request out, or give the answer that it was given before.

    Beside the event loop: flushing to the disk takes longer than a call may wait.

    Args:
        request: as the route got it; None where it takes no key.
        do: does the work, and returns the reply that counts.
        write: makes the members of the reply.
        status: of the answer, the first as any other.
    """
    key = None if request is None else sent_key(request.scope)
    answer: Answer[MadeT] = Answer(lambda made: orjson.dumps(write(made)), key)
    return json_response(await at_the_desk(partial(do, answer)), status)


async def versioned(answering: Awaitable[Response]) -> Response:
    """Add the ``ETag`` of what was made or changed to the answer, also where it is refused.

    The version of an incident stands before those of its assignments. Inside of a text no quotes
    stand unescaped, so that nothing that somebody wrote is taken for it.
    """
    try:
        response = await answering
    except VersionChanged as error:
        error.current_etag = version_tag(error.version)
        return problem_response(error, {"etag": error.current_etag})
    found = _VERSION.search(response.body)
    if found is not None:
        response.headers["etag"] = version_tag(found[1].decode("ascii"))
    return response


def read_once(request: Request, version: int, members: dict[str, Any]) -> Response:
    """Answer what was read, or that nothing has changed since the client had it."""
    content = orjson.dumps(members)
    etag = etag_of(str(version), content)
    if is_known(request.scope, etag):
        return Response(status_code=304, headers={"etag": etag, "cache-control": "no-store"})
    response = json_response(content)
    response.headers["etag"] = etag
    return response


async def answered_beside(
    request: Request, once: AnsweredOnce, make: Callable[[], bytes]
) -> Response:
    """Answer what has no body and changes nothing that is kept, beside the event loop."""
    # A body means nothing here, but tells one request from another.
    note_key(request.scope, (await request.body()).decode("latin-1"))
    key = sent_key(request.scope)
    if key is None:
        return json_response(await asyncio.to_thread(make))
    return json_response(await asyncio.to_thread(once, key, make))


def json_response(content: bytes, status: int = 200) -> Response:
    """Answer JSON that is not to be kept by anybody between."""
    return Response(
        content,
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
