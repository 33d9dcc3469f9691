"""Posts, units, zones, hospitals and rosters as the service reads them.

What is read here is kept as the district's files would say it: ``members`` returns that. What the
rest of the district does not allow is found when it is put together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal

from pydantic import Field

from dispatch_router.domain.crs import Crs
from dispatch_router.web.schemas.closure_requests import Coordinates
from dispatch_router.web.schemas.fields import PRINTED_TEXT, StrictModel
from dispatch_router.web.schemas.requests import PositionLocation, position_of
from dispatch_router.web.schemas.rosters import ClockText, DateText, DayName

Members = dict[str, Any]
Text = Annotated[str, Field(max_length=200, pattern=PRINTED_TEXT)]
ResourceId = Annotated[str, Field(min_length=1, max_length=64)]
ResourceIds = Annotated[list[ResourceId], Field(default_factory=list, max_length=5_000)]


class NameRequest(StrictModel):
    """One name in both languages; where only one is known, repeat it."""

    zh: Text
    en: Text


class ResourceRequest(StrictModel, ABC):
    """What every resource can be asked."""

    @property
    def crs(self) -> Crs:
        """The coordinate system to answer in."""
        return Crs.WGS84

    @abstractmethod
    def members(self, item_id: str) -> Members:
        """Return what the district's file would say.

        Raises:
            OutsideDistrict: coordinates lie beyond the edge of the map.
        """


class PostRequest(ResourceRequest):
    """A place from which officers set off."""

    name: NameRequest
    kind: Literal["station", "zone_post"]
    station_id: ResourceId | None = None
    """The station that answers for a zone post; a station leaves it out."""
    position: PositionLocation
    approximate: bool
    """The position is an estimate, not surveyed."""
    functions: Annotated[
        list[
            Literal[
                "call_response",
                "government_services",
                "emergency_response",
                "public_order",
                "traffic",
            ]
        ],
        Field(min_length=1, max_length=5),
    ]

    @property
    def crs(self) -> Crs:
        """The coordinate system to answer in."""
        return Crs(self.position.crs)

    def members(self, item_id: str) -> Members:
        """Return an item of ``posts.yaml``."""
        # Replies say of a station that it is its own.
        is_own = self.kind == "station" and self.station_id == item_id
        above = {} if self.station_id is None or is_own else {"station": self.station_id}
        return {
            "id": item_id,
            "name": self.name.model_dump(),
            "kind": self.kind,
            **above,
            "position": _position(self.position),
            "approximate": self.approximate,
            "functions": self.functions,
        }


class UnitRequest(ResourceRequest):
    """A crew that can be sent."""

    name: NameRequest
    post_id: ResourceId
    patrol: bool = False
    """It is where it says that it is, or at its `beat`, and not at its post."""
    mode: Literal["car", "motorcycle", "foot"]
    beat: PositionLocation | None = None
    """Where a patrol is by default; for patrols alone."""
    familiar_zone_ids: Annotated[list[ResourceId], Field(default_factory=list, max_length=1_000)]
    capabilities: Annotated[list[ResourceId], Field(default_factory=list, max_length=50)]

    @property
    def crs(self) -> Crs:
        """The coordinate system to answer in."""
        return Crs.WGS84 if self.beat is None else Crs(self.beat.crs)

    def members(self, item_id: str) -> Members:
        """Return an item of ``units.yaml``."""
        beat = {} if self.beat is None else {"beat": _position(self.beat)}
        return {
            "id": item_id,
            "name": self.name.model_dump(),
            "post": self.post_id,
            "patrol": self.patrol,
            "mode": self.mode,
            **beat,
            "familiar_zones": self.familiar_zone_ids,
            "capabilities": self.capabilities,
        }


class OutlineRequest(StrictModel):
    """A GeoJSON Polygon of one outline, WGS-84."""

    type: Literal["Polygon"]
    coordinates: Annotated[
        list[Annotated[list[Coordinates], Field(min_length=4, max_length=20_000)]],
        Field(min_length=1, max_length=1),
    ]


class ZoneRequest(ResourceRequest):
    """An area that one post is responsible for."""

    name: NameRequest
    post_id: ResourceId
    station_id: ResourceId
    geometry: OutlineRequest

    def members(self, item_id: str) -> Members:
        """Return a feature of ``zones.geojson``."""
        return {
            "type": "Feature",
            "properties": {
                "id": item_id,
                "name": self.name.model_dump(),
                "post": self.post_id,
                "station": self.station_id,
            },
            "geometry": self.geometry.model_dump(),
        }


class HospitalRequest(ResourceRequest):
    """A place that takes in the injured and the sick."""

    name: NameRequest
    position: PositionLocation
    approximate: bool
    """The position is an estimate, not surveyed."""
    takes: Annotated[list[ResourceId], Field(min_length=1, max_length=20)]
    """Whom it takes in, as replies name it."""

    @property
    def crs(self) -> Crs:
        """The coordinate system to answer in."""
        return Crs(self.position.crs)

    def members(self, item_id: str) -> Members:
        """Return an item of ``hospitals.yaml``."""
        return {
            "id": item_id,
            "name": self.name.model_dump(),
            "position": _position(self.position),
            "approximate": self.approximate,
            "takes": self.takes,
        }


class HoursRequest(StrictModel):
    """A part of some days, local time of the district."""

    days: Annotated[list[DayName], Field(min_length=1, max_length=9)]
    start: ClockText
    end: ClockText


class RosterRequest(ResourceRequest):
    """Who is on duty when."""

    name: NameRequest
    named_unit_ids: ResourceIds
    post_ids: ResourceIds
    """For every unit that sits at these posts, patrols left out."""
    duty: Annotated[list[HoursRequest], Field(min_length=1, max_length=100)]
    away: Annotated[list[HoursRequest], Field(default_factory=list, max_length=100)]

    def members(self, item_id: str) -> Members:
        """Return an item of ``rosters.yaml``."""
        return {
            "id": item_id,
            "name": self.name.model_dump(),
            "units": self.named_unit_ids,
            "posts": self.post_ids,
            "duty": [hours.model_dump() for hours in self.duty],
            "away": [hours.model_dump() for hours in self.away],
        }


class ExceptionalDaysRequest(StrictModel):
    """Holidays, or workdays that make up for them."""

    first: DateText
    last: DateText | None = None
    """Left out, it is the first day alone."""
    kind: Literal["workday", "rest_day"]
    name: NameRequest


class CalendarRequest(ResourceRequest):
    """The days that differ from the week."""

    items: Annotated[list[ExceptionalDaysRequest], Field(max_length=500)]

    def members(self, item_id: str) -> Members:  # noqa: ARG002  # there is one calendar
        """Return the ``calendar`` of ``rosters.yaml``."""
        return {"days": [days.model_dump(exclude_none=True) for days in self.items]}


def _position(position: PositionLocation) -> Members:
    found = position_of(position)
    return {"lon": found.lon, "lat": found.lat}
