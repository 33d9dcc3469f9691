"""What is told of a decision, and of the same decision made again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from dispatch_router.domain.response import Response
from dispatch_router.web.schemas.fields import Lat, Lon, StrictModel
from dispatch_router.web.schemas.recommendation import RecommendationReply
from dispatch_router.web.schemas.shared import DeparturePositionReply


class AskedLocationReply(StrictModel):
    """Where the call was said to come from: either `lon` and `lat`, or `place`."""

    lon: Lon | None = None
    lat: Lat | None = None
    place: str | None = None
    crs: Literal["wgs84", "gcj02", "bd09"]


class AskedReply(StrictModel):
    """The question."""

    location: AskedLocationReply
    uncertainty_m: Annotated[float, Field(ge=0)] | None
    type: str | None
    priority: int
    response: Response
    top: int
    route: bool
    list_others: bool


class DecisionClosureReply(StrictModel):
    """A closure that was in force."""

    id: str
    reason: str
    speed_factor: Annotated[float, Field(ge=0, lt=1)]
    """Of the usual speed; 0: closed."""


class DecisionUnitReply(StrictModel):
    """Where a unit was."""

    unit_id: str
    position: DeparturePositionReply


class DecisionReply(StrictModel):
    """Everything that a recommendation was made from, and the recommendation."""

    decision_id: str
    at: datetime
    program: str
    """Version of the service that made it."""
    graph_version: str
    asked: AskedReply
    closures: list[DecisionClosureReply]
    units: list[DecisionUnitReply]
    reply_sha256: str
    """SHA-256 of the recommendation as it was sent, byte for byte."""
    recommendation: RecommendationReply | None
    """As it was sent; one of more than 32 KiB with an empty `not_recommended`, which a replay lists
    again; null where it was longer than 256 KiB all the same."""


class MissingReply(StrictModel):
    """An ingredient of a decision that is not at hand any more."""

    ingredient: Literal["graph", "program"]
    recorded: str
    """Its version then."""
    present: str
    """What is at hand now."""
    detail: str
    detail_zh: str


class ReplayReply(StrictModel):
    """A decision made again."""

    decision_id: str
    identical: bool
    """It came out byte for byte as it was sent."""
    missing: list[MissingReply]
    """Why it did not, where that is known."""
    recommendation: RecommendationReply | None
    """As it comes out now; null where an ingredient is missing."""
