"""``POST /v1/recommendations``: who should go."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from dispatch_router.web.openapi import documented
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.render import recommendation_members
from dispatch_router.web.schemas.recommendation import RecommendationReply
from dispatch_router.web.schemas.requests import RecommendationRequest
from dispatch_router.web.strict_json import parse_json, require_json
from dispatch_router.web.validation import check, refuse_query

_validate = RecommendationRequest.__pydantic_validator__.validate_python


class StrictBodyRoute(APIRoute):
    """A route whose body is read once and strictly.

    FastAPI documents the endpoint's model, but would let pass members named twice and NaN.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request, in place of FastAPI's reading of the body."""
        answer = self.endpoint

        async def handle(request: Request) -> Response:
            require_json(dict(request.scope["headers"]))
            refuse_query(request)
            question = check(_validate, parse_json(await request.body()))
            return await answer(question)

        return handle


def recommendation_routes(readiness: Readiness) -> APIRouter:
    """Return the routes that rank units."""
    router = APIRouter(route_class=StrictBodyRoute, tags=["recommendations"])

    @router.post(
        "/v1/recommendations",
        summary="Rank all units for one call",
        operation_id="recommend",
        **documented(
            RecommendationReply,
            "malformed_json",
            "outside_district",
            "unknown_place",
            "unsupported_media_type",
            "invalid_request",
        ),
    )
    async def recommend(call: RecommendationRequest) -> Response:
        """Rank every post's and patrol's units by the time until officers stand beside the person.

        The clock starts at the order: `time_to_person_s` is turning out, driving, and locating the
        person. Units that are not recommended come with the reason. Nothing is dispatched.
        """
        # Straight in the event loop: a search takes less time than handing it to a thread.
        recommendation = readiness.service().recommender.recommend(
            call.question(), top=call.top, with_routes=call.route
        )
        members = recommendation_members(recommendation, call.crs)
        return Response(
            orjson.dumps(members),
            media_type="application/json",
            headers={"cache-control": "no-store"},
        )

    return router
