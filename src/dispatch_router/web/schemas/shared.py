"""Parts that several replies have. The models document replies and tests hold replies to them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dispatch_router.web.schemas.fields import CrsName, Lat, Lon, Seconds, StrictModel

GeoJsonPosition = Annotated[list[float], Field(min_length=2, max_length=2)]


class NameReply(StrictModel):
    """One name in both languages."""

    zh: str
    en: str


class PositionReply(StrictModel):
    """A position."""

    lon: Lon
    lat: Lat
    crs: CrsName


class DeparturePositionReply(PositionReply):
    """Where a unit sets off from."""

    source: Literal["reported", "post", "beat"]
    """`reported`: by the unit. `post`: it sits at its post. `beat`: a patrol's stated default
    position."""
    age_s: Seconds | None
    """Age of the position; null where it is stated and not reported."""
    stale: bool
    """It was reported, and longer ago than the district calls fresh."""


class LineStringReply(StrictModel):
    """A GeoJSON LineString; WGS-84 always."""

    type: Literal["LineString"]
    coordinates: Annotated[list[GeoJsonPosition], Field(min_length=2)]


class PolygonReply(StrictModel):
    """A GeoJSON Polygon; WGS-84 always."""

    type: Literal["Polygon"]
    coordinates: list[Annotated[list[GeoJsonPosition], Field(min_length=4)]]
