"""``GET /v1/graph``: the road graph in use."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from dispatch_router.web.openapi import documented
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.resource_json import graph_members
from dispatch_router.web.schemas.resources import GraphReply
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
