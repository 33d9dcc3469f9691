"""Changing and deleting the items of a collection, each by whoever has seen what it is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request, Response

from dispatch_router.application.district.in_use import Changed
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.resource_errors import InconsistentResource, PreconditionFailed
from dispatch_router.web.collection_items import Collection, FoundItem, ItemId, find_item
from dispatch_router.web.etags import IfMatch, IfNoneMatch, expected, preconditions
from dispatch_router.web.openapi import documented, with_etag
from dispatch_router.web.problems import FieldError, InconsistentItem, problem_response
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.schemas.resource_requests import ResourceRequest
from dispatch_router.web.strict_body import printed_id, strict_body_route
from dispatch_router.web.validation import refuse_query

REFUSALS: Final = (
    "precondition_required",
    "precondition_failed",
    "resource_in_use",
    "inconsistent_resource",
    "storage_unavailable",
)
BODY_REFUSALS: Final = ("malformed_json", "unsupported_media_type", "outside_district")
HOLDS: Final = (
    "Holds from the next recommendation on, in every service that shares the state, and survives a "
    "restart. What the rest of the district does not allow is refused."
)
# The files, whose rules these are, have other names for some members.
_MEMBERS: Final = {
    "post": "post_id",
    "station": "station_id",
    "familiar_zones": "familiar_zone_ids",
    "units": "named_unit_ids",
    "posts": "post_ids",
    "days": "items",
    "id": "item_id",
}
_STEP: Final = re.compile(r"\[([0-9]+)\]")


def add_changing_routes(
    router: APIRouter, readiness: Readiness, collection: Collection[Any]
) -> None:
    """Add the routes that change one kind of thing."""
    _add_put(router, readiness, collection)
    _add_delete(router, readiness, collection)


def _add_put(router: APIRouter, readiness: Readiness, collection: Collection[Any]) -> None:
    async def put(
        asked: ResourceRequest,
        item_id: ItemId,
        if_match: IfMatch = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        service, item_id = readiness.service(), printed_id(item_id)
        wanted = expected(if_match, if_none_match, may_be_new=True)
        members, key = asked.members(item_id), collection.key(item_id)
        try:
            changed = await beside(lambda: service.in_use.put(key, members, wanted))
        except PreconditionFailed as error:
            if not error.exists:
                return problem_response(error)
            present = service.at(service.in_use.current())
            return stale(error, find_item(present, collection, item_id, asked.crs))
        found = find_item(service.at(changed.now), collection, item_id, asked.crs)
        return found.answer(status=201 if changed.is_new else 200)

    # For the API's description; what is checked is said to the class of the route.
    body = Body(openapi_examples=collection.examples)
    put.__annotations__["asked"] = Annotated[collection.request, body]
    router.add_api_route(
        collection.item_path,
        put,
        methods=["PUT"],
        route_class_override=strict_body_route(
            collection.request.__pydantic_validator__.validate_python, given=preconditions
        ),
        summary=f"Change or make one {collection.singular}",
        description=f"Says all of it anew. {HOLDS}",
        operation_id=f"put_{collection.singular}",
        tags=["district"],
        **with_etag(documented(collection.reply, *BODY_REFUSALS, *REFUSALS), created=True),
    )


def _add_delete(router: APIRouter, readiness: Readiness, collection: Collection[Any]) -> None:
    async def delete(request: Request, item_id: ItemId, if_match: IfMatch = None) -> Response:  # noqa: ARG001  # read with all of its lines
        refuse_query(request.scope)
        service, key = readiness.service(), collection.key(item_id)
        wanted = expected(**preconditions(request.scope), may_be_new=False)
        try:
            changed = await beside(lambda: service.in_use.remove(key, wanted))
        except PreconditionFailed as error:
            # What is gone already is not found, whatever was believed of it.
            present = service.at(service.in_use.current())
            return stale(error, find_item(present, collection, item_id, Crs.WGS84))
        return find_item(service.at(changed.before), collection, item_id, Crs.WGS84).last_answer()

    busy = ("unit_busy",) if collection.singular == "unit" else ()
    router.add_api_route(
        collection.item_path,
        delete,
        methods=["DELETE"],
        summary=f"Delete one {collection.singular}",
        description=f"Answers it as it was. {HOLDS}",
        operation_id=f"delete_{collection.singular}",
        tags=["district"],
        **documented(collection.reply, "not_found", *busy, *REFUSALS),
    )


async def beside(change: Callable[[], Changed[Any]]) -> Changed[Any]:
    """Make a change beside the event loop: another district is put together meanwhile.

    Raises:
        InconsistentItem: with the API's names for what does not fit.
    """
    try:
        return await asyncio.to_thread(change)
    except InconsistentResource as error:
        errors = [
            FieldError(_path(each.path), each.message, each.message_zh) for each in error.mistakes
        ]
        raise InconsistentItem(error, errors) from None


def stale(error: PreconditionFailed, found: FoundItem) -> Response:
    """Refuse a change of an item, and say which state it has now."""
    error.current_etag = found.etag
    return problem_response(error, {"etag": found.etag})


def _path(path: str) -> str:
    """Write a place in a file as a place in a request: ``familiar_zone_ids.0``."""
    steps = _STEP.sub(r".\1", path).removeprefix("properties.").split(".")
    return ".".join([_MEMBERS.get(steps[0], steps[0]), *steps[1:]])
