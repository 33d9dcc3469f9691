"""Closures as the service answers them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from dispatch_router.domain.units import UnitMode
from dispatch_router.web.schemas.fields import Metres, StrictModel
from dispatch_router.web.schemas.shared import (
    GeoJsonPosition,
    LineStringReply,
    NameReply,
    PolygonReply,
)


class ClosureReply(StrictModel):
    """A closure, and the roads that it concerns on the road graph in use."""

    id: str
    area: PolygonReply | None
    """Where the closure was asked for by an area."""
    line: LineStringReply | None
    """Where it was asked for along a line."""
    within_m: Metres | None
    """With `line`."""
    road: str | None
    """Where it was asked for by a name."""
    along_line: bool
    heading_deg: float | None
    speed_factor: Annotated[float, Field(ge=0, lt=1)]
    modes: list[UnitMode]
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime | None, Field(alias="until")]
    """Null: until it is lifted."""
    reason: str
    created_at: datetime
    lifted_at: datetime | None
    """When somebody lifted it; null where nobody has."""
    in_force: bool
    """It holds now."""
    length_m: Metres
    """Of the roads, each once whatever the direction."""
    road_names: list[NameReply]
    """Of the first hundred, in order."""


class ClosuresReply(StrictModel):
    """Closures that were made at once."""

    items: list[ClosureReply]


class ClosurePageReply(StrictModel):
    """One page of closures."""

    items: list[ClosureReply]
    next_cursor: str | None


class MultiLineStringReply(StrictModel):
    """A GeoJSON MultiLineString; WGS-84 always."""

    type: Literal["MultiLineString"]
    coordinates: list[Annotated[list[GeoJsonPosition], Field(min_length=2)]]


class ClosureProperties(StrictModel):
    """What a map shows of a closure."""

    reason: str
    speed_factor: Annotated[float, Field(ge=0, lt=1)]
    modes: list[UnitMode]
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime | None, Field(alias="until")]
    in_force: bool
    length_m: Metres
    road_names: list[NameReply]


class ClosureFeature(StrictModel):
    """The roads of one closure as a GeoJSON Feature."""

    type: Literal["Feature"]
    id: str
    geometry: MultiLineStringReply
    properties: ClosureProperties


class ClosureMapReply(StrictModel):
    """A GeoJSON FeatureCollection, one page of it."""

    type: Literal["FeatureCollection"]
    features: list[ClosureFeature]
    next_cursor: str | None
