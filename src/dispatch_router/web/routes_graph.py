"""``/v1/graph``: the road graph in use, and swapping in another."""

from __future__ import annotations

from functools import partial

import orjson
from fastapi import APIRouter, Request, Response

from dispatch_router.web.desk_answers import answered_beside
from dispatch_router.web.openapi import documented
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.request_keys import REUSED, keyed
from dispatch_router.web.resource_json import graph_members
from dispatch_router.web.schemas.resources import (
    FAR_FROM_ROADS_AT_MOST,
    GraphReply,
    ReloadReply,
)
from dispatch_router.web.validation import refuse_query


def add_graph_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes that describe the road graph."""

    @router.get(
        "/v1/graph",
        summary="Describe the road graph in use",
        operation_id="read_graph",
        tags=["district"],
        **documented(GraphReply),
    )
    async def read_graph(request: Request) -> Response:
        """Say which road graph answers, what it covers and where it comes from."""
        refuse_query(request.scope)
        service = readiness.service()
        members = graph_members(service.graph(), service.district)
        return Response(orjson.dumps(members), media_type="application/json")

    @router.post(
        "/v1/graph/reload",
        summary="Swap in the road graph that is on disk now",
        operation_id="reload_graph",
        tags=["district"],
        **keyed(
            documented(
                ReloadReply, "invalid_graph", "reload_in_progress", REUSED, "request_in_progress"
            )
        ),
    )
    async def reload_graph(request: Request) -> Response:
        """Open the district's graph folder again and answer from it.

        Recommendations go on meanwhile, each wholly on one graph. A graph that cannot be used, or
        is that of another place, leaves the old one in use. Closures in force hold on the new one
        too.
        """
        refuse_query(request.scope)
        service = readiness.service()
        # In a thread: opening takes longer than a call may wait.
        return await answered_beside(request, service.answered_once, partial(_reload, service))


def _reload(service: DispatchService) -> bytes:
    reloaded = service.reload()
    members = {
        "changed": reloaded.graph.version != reloaded.previous_version,
        "previous_version": reloaded.previous_version,
        "graph": graph_members(reloaded.graph, service.district),
        "far_from_roads": reloaded.far_from_roads[:FAR_FROM_ROADS_AT_MOST],
    }
    return orjson.dumps(members)
