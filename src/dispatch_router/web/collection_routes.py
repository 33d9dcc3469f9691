"""Lists and their items: read all in pages, read one by id, change one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from dispatch_router.domain.crs import Crs
from dispatch_router.web.collection_items import Collection, HasId, ItemId, ItemT, find_item
from dispatch_router.web.etags import SeenBefore
from dispatch_router.web.openapi import documented, with_etag
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.resource_changes import add_changing_routes
from dispatch_router.web.schemas.fields import CrsName
from dispatch_router.web.validation import GIVEN_ID, STATED_ID, refuse_query

MAX_PAGE: Final = 200
DEFAULT_PAGE: Final = 50


def digits_alone(value: Any) -> Any:
    """Let a whole number of the query pass as it is usually written."""
    # Else "5.0", " 5" and "1_0" would pass for numbers.
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise PydanticCustomError("int_parsing", "must be a whole number in digits")
    return value


def true_or_false(value: Any) -> Any:
    """Let the two words of JSON pass for a truth value of the query."""
    # Else "1", "on" and "y" would pass.
    if value not in (True, False, "true", "false"):
        raise PydanticCustomError("bool_parsing", "must be true or false")
    return value


Limit = Annotated[
    int,
    Query(ge=1, le=MAX_PAGE, description="How many items at most."),
    BeforeValidator(digits_alone),
]
_CURSOR: Final = "`next_cursor` of the page before; left out, the list starts."
Cursor = Annotated[
    str | None, Query(min_length=1, max_length=100, pattern=GIVEN_ID, description=_CURSOR)
]
"""Of a list of what the service names."""
StatedCursor = Annotated[
    str | None, Query(min_length=1, max_length=100, pattern=STATED_ID, description=_CURSOR)
]
"""Of a list of what people name."""
CrsParameter = Annotated[
    CrsName,
    Query(description="Coordinate system of the positions in the reply; GeoJSON is WGS-84 always."),
]


def add_collection_routes(
    router: APIRouter, readiness: Readiness, collection: Collection[ItemT]
) -> None:
    """Add the routes of one kind of thing."""

    async def read_page(
        request: Request,
        limit: Limit = DEFAULT_PAGE,
        cursor: StatedCursor = None,
        crs: CrsParameter = "wgs84",
    ) -> Response:
        refuse_query(request.scope, "limit", "cursor", "crs")
        service = readiness.service()
        listed = collection.items(service.district)
        page, next_cursor = page_of(listed, limit=limit, cursor=cursor)
        items = list(map(collection.members(service, Crs(crs)), page))
        members = {"items": items, "next_cursor": next_cursor}
        return Response(orjson.dumps(members), media_type="application/json")

    async def read_item(
        request: Request,
        item_id: ItemId,
        crs: CrsParameter = "wgs84",
        if_none_match: SeenBefore = None,  # noqa: ARG001  # read with all of its lines
    ) -> Response:
        refuse_query(request.scope, "crs")
        found = find_item(readiness.service(), collection, item_id, Crs(crs))
        return found.answer_unless_known(request.scope)

    router.add_api_route(
        collection.path,
        read_page,
        summary=f"List the {collection.plural}",
        description=f"All {collection.plural} of the district by id, in pages.",
        operation_id=f"list_{collection.plural}",
        tags=["district"],
        **documented(collection.page_reply),
    )
    router.add_api_route(
        collection.item_path,
        read_item,
        summary=f"Read one {collection.singular}",
        description=f"One {collection.singular} of the district.",
        operation_id=f"read_{collection.singular}",
        tags=["district"],
        **with_etag(documented(collection.reply, "not_found"), not_modified=True),
    )
    add_changing_routes(router, readiness, collection)


def page_of(
    items: Sequence[ItemT], *, limit: int, cursor: str | None
) -> tuple[list[ItemT], str | None]:
    """Return at most ``limit`` items whose ids come after ``cursor``, and the cursor after them."""
    ordered = sorted(items, key=_id)
    first = 0 if cursor is None else bisect_right(ordered, cursor, key=_id)
    page = ordered[first : first + limit]
    return page, page[-1].id if first + limit < len(ordered) else None


def _id(item: HasId) -> str:
    return item.id
