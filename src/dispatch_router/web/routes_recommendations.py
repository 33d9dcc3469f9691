"""``POST /v1/recommendations``: who should go."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from dispatch_router.web.desk_answers import json_response
from dispatch_router.web.example import OPENAPI_EXAMPLES
from dispatch_router.web.openapi import documented
from dispatch_router.web.paths import RECOMMENDATIONS
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.request_keys import REUSED, keyed, sent_key
from dispatch_router.web.schemas.recommendation import RecommendationReply
from dispatch_router.web.schemas.requests import RecommendationRequest
from dispatch_router.web.strict_body import strict_body_route

_validate = RecommendationRequest.__pydantic_validator__.validate_python


def add_recommendation_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes that rank units."""

    async def recommend(
        call: Annotated[RecommendationRequest, Body(openapi_examples=OPENAPI_EXAMPLES)],
        request: Request,
    ) -> Response:
        """Rank every post's and patrol's units by the time until officers stand beside the person.

        The clock starts at the order: `time_to_person_s` is turning out, driving, and locating the
        person. Units that are not recommended come with the reason. Nothing is dispatched.
        The decision is kept with all that it was made from.
        """
        service, key = readiness.service(), sent_key(request.scope)
        if key is not None:
            make = partial(_recommended, service, call)
            return json_response(await asyncio.to_thread(service.answered_once, key, make))
        # Straight in the event loop: a search takes less time than handing it to a thread.
        return json_response(_recommended(service, call))

    router.add_api_route(
        RECOMMENDATIONS,
        recommend,
        methods=["POST"],
        route_class_override=strict_body_route(_validate, with_key=True),
        summary="Rank all units for one call",
        operation_id="recommend",
        tags=["recommendations"],
        **keyed(
            documented(
                RecommendationReply,
                "malformed_json",
                "outside_district",
                "unknown_place",
                "unknown_call_type",
                "unsupported_media_type",
                REUSED,
                "request_in_progress",
            )
        ),
    )


def _recommended(service: DispatchService, call: RecommendationRequest) -> bytes:
    asked = call.asked()
    recommendation = service.recommender.recommend(
        asked.question, top=call.top, with_routes=call.route
    )
    written = service.writer.write_both(recommendation, call.crs, list_others=call.list_others)
    service.decisions.note(asked, recommendation, written)
    return written.reply
