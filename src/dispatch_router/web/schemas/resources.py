"""What the service knows: the road graph, posts, zones and hospitals, and its own health."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from dispatch_router.domain.hospitals import HospitalCapability
from dispatch_router.domain.posts import PostFunction, PostKind
from dispatch_router.domain.units import UnitMode
from dispatch_router.web.schemas.fields import Lat, Lon, Share, StrictModel
from dispatch_router.web.schemas.shared import (
    NameReply,
    PolygonReply,
    PositionReply,
)

FAR_FROM_ROADS_AT_MOST: Final = 100


class BoundingBoxReply(StrictModel):
    """Borders in degrees."""

    west: Lon
    south: Lat
    east: Lon
    north: Lat
    crs: Literal["wgs84"]


class DistrictReply(StrictModel):
    """The district that the service knows."""

    id: str
    name: NameReply
    timezone: str
    synthetic: bool
    """The data are made up and must never be taken for the real place."""
    attribution: str


class NetworkReply(StrictModel):
    """The roads and ways of one mode."""

    mode: UnitMode
    node_count: int
    edge_count: int
    arc_count: int
    road_km: float
    largest_component_share: Share
    restriction_count: int
    detour_factor: Annotated[float, Field(ge=1)]
    """How much longer than the straight line roads lead, on average."""
    road_speed_m_s: Annotated[float, Field(gt=0)]


class GraphReply(StrictModel):
    """The road graph in use."""

    graph_version: str
    source: str
    data_date: datetime | None
    built_at: datetime | None
    attribution: str
    synthetic: bool
    bounding_box: BoundingBoxReply
    node_count: int
    edge_count: int
    arc_count: int
    road_km: float
    largest_component_share: Share
    restriction_count: int
    networks: list[NetworkReply]
    district: DistrictReply


class FarFromRoadsReply(StrictModel):
    """Something of the district that no road of the graph is near."""

    kind: Literal["post", "unit", "hospital"]
    """A unit: its beat."""
    id: str


class ReloadReply(StrictModel):
    """What a reload of the road graph came to."""

    changed: bool
    """False where the files on disk are those in use already."""
    previous_version: str
    graph: GraphReply
    far_from_roads: Annotated[list[FarFromRoadsReply], Field(max_length=FAR_FROM_ROADS_AT_MOST)]
    """Departure points and hospitals that no road of the new graph is near; the first of them."""


class PostReply(StrictModel):
    """A place from which officers set off."""

    id: str
    name: NameReply
    kind: PostKind
    station_id: str
    position: PositionReply
    approximate: bool
    """The position is an estimate, not surveyed."""
    functions: list[PostFunction]
    unit_ids: list[str]


class ZoneReply(StrictModel):
    """An area that one post is responsible for."""

    id: str
    name: NameReply
    post_id: str
    station_id: str
    geometry: PolygonReply


class HospitalReply(StrictModel):
    """A place that takes in the injured and the sick."""

    id: str
    name: NameReply
    position: PositionReply
    approximate: bool
    """The position is an estimate, not surveyed."""
    takes: list[HospitalCapability]
    """Whom it takes in."""


class PostPageReply(StrictModel):
    """One page of posts."""

    items: list[PostReply]
    next_cursor: str | None


class ZonePageReply(StrictModel):
    """One page of zones."""

    items: list[ZoneReply]
    next_cursor: str | None


class HospitalPageReply(StrictModel):
    """One page of hospitals."""

    items: list[HospitalReply]
    next_cursor: str | None


class HealthReply(StrictModel):
    """The process answers."""

    status: Literal["ok"]


class ReadyReply(StrictModel):
    """The road graph is open and the search is compiled."""

    status: Literal["ready"]
