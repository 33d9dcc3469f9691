"""``/v1/assignments/{item_id}/hospitals``: where whoever was found is taken."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from dispatch_router.application.desk.onward import OnwardWish
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.hospitals import HospitalCapability
from dispatch_router.domain.onward import DEFAULT_HOSPITALS, MAX_HOSPITALS_RANKED
from dispatch_router.domain.response import Response as RoadResponse
from dispatch_router.domain.units import UnitMode
from dispatch_router.web.collection_items import ItemId
from dispatch_router.web.collection_routes import CrsParameter, digits_alone, true_or_false
from dispatch_router.web.desk_answers import json_response
from dispatch_router.web.onward_json import onward_members
from dispatch_router.web.openapi import documented
from dispatch_router.web.paths import ASSIGNMENT_HOSPITALS
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.schemas.onward import OnwardReply
from dispatch_router.web.strict_body import printed_id
from dispatch_router.web.validation import refuse_query

_WORDS: Final = tuple(each.value for each in HospitalCapability)


def _known_words(text: str | None) -> str | None:
    if text is not None and not set(text.split(",")).issubset(_WORDS):
        listed = ", ".join(_WORDS)
        raise PydanticCustomError("hospital_needs", "unknown words", {"words": listed})
    return text


_ONE_WORD: Final = f"({'|'.join(_WORDS)})"
Needs = Annotated[
    str | None,
    Query(
        max_length=200,
        description="What the hospital has to take in, all of it: words of hospitals.yaml with "
        "commas between. Left out, what the type of call says, or else the policy.",
        json_schema_extra={"pattern": f"^{_ONE_WORD}(,{_ONE_WORD})*$"},
    ),
    AfterValidator(_known_words),
]
Top = Annotated[
    int,
    Query(ge=1, le=MAX_HOSPITALS_RANKED, description="How many hospitals to rank at most."),
    BeforeValidator(digits_alone),
]
Mode = Annotated[
    Literal["car", "motorcycle", "foot"] | None,
    Query(description="How the person is taken. Left out: as the unit travels."),
]
Rules = Annotated[
    Literal["routine", "emergency"] | None,
    Query(description="Which traffic rules bind. Left out: as for the incident."),
]
WithRoutes = Annotated[
    bool,
    Query(description="Whether each comes with its route as GeoJSON."),
    BeforeValidator(true_or_false),
]


def add_onward_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the route that ranks hospitals."""

    @router.get(
        ASSIGNMENT_HOSPITALS,
        summary="Rank the hospitals from the scene",
        operation_id="rank_hospitals",
        tags=["assignments"],
        **documented(OnwardReply, "unknown_assignment", "storage_unavailable"),
    )
    async def rank(
        request: Request,
        item_id: ItemId,
        needs: Needs = None,
        top: Top = DEFAULT_HOSPITALS,
        mode: Mode = None,
        response: Rules = None,
        route: WithRoutes = False,  # FastAPI passes it by name
        crs: CrsParameter = "wgs84",
    ) -> Response:
        """Rank those that take in what is needed by the time there, on the roads as they are."""
        refuse_query(request.scope, "needs", "top", "mode", "response", "route", "crs")
        service = readiness.service()
        wish = OnwardWish(
            top=top,
            needs=None if needs is None else frozenset(map(HospitalCapability, needs.split(","))),
            mode=None if mode is None else UnitMode(mode),
            response=None if response is None else RoadResponse(response),
            with_routes=route,
        )
        # Beside the event loop: there is a search for each hospital.
        onward = await asyncio.to_thread(service.onward.hospitals, printed_id(item_id), wish)
        return json_response(orjson.dumps(onward_members(onward, Crs(crs))))
