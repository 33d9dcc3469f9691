"""Closures as the service reads them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from dispatch_router.application.close_roads import MAX_BATCH
from dispatch_router.application.closure_drafts import (
    DEFAULT_WITHIN_M,
    LINE_POINTS,
    MAX_NAME_CHARACTERS,
    MAX_REASON_CHARACTERS,
    RING_POINTS,
    WITHIN_M,
    ClosureDraft,
)
from dispatch_router.domain.closures import AlongLine, Area, NamedRoad
from dispatch_router.domain.crs import Crs, to_wgs84
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.traffic import PERMILLE
from dispatch_router.domain.units import UnitMode
from dispatch_router.web.schemas.fields import PRINTED_TEXT, CrsName, StrictModel
from dispatch_router.web.schemas.times import Instant

_BY_AREA: Final = "by area"
_BY_LINE: Final = "by line"
_BY_ROAD: Final = "by road"
CLOSURE_FORMS: Final = frozenset({_BY_AREA, _BY_LINE, _BY_ROAD})
_MEMBER_OF_FORM: Final = {"area": _BY_AREA, "line": _BY_LINE, "road": _BY_ROAD}


def _is_lon_lat(value: list[float]) -> list[float]:
    if abs(value[1]) > 90:
        raise PydanticCustomError("lat_out_of_bounds", "lat must be between -90 and 90")
    return value


Coordinates = Annotated[
    list[Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]],
    Field(min_length=2, max_length=2),
    AfterValidator(_is_lon_lat),
]


class PolygonRequest(StrictModel):
    """A GeoJSON Polygon of one outline."""

    type: Literal["Polygon"]
    coordinates: Annotated[
        list[
            Annotated[
                list[Coordinates], Field(min_length=RING_POINTS[0], max_length=RING_POINTS[1])
            ]
        ],
        Field(min_length=1, max_length=1),
    ]


class LineStringRequest(StrictModel):
    """A GeoJSON LineString."""

    type: Literal["LineString"]
    coordinates: Annotated[
        list[Coordinates], Field(min_length=LINE_POINTS[0], max_length=LINE_POINTS[1])
    ]


def _distinct(modes: list[Any]) -> list[Any]:
    if len(set(modes)) < len(modes):
        raise PydanticCustomError("repeated_item", "names one thing twice")
    return modes


class _ClosureRequest(StrictModel):
    """What every closure may say."""

    reason: Annotated[str, Field(max_length=MAX_REASON_CHARACTERS, pattern=PRINTED_TEXT)]
    """Why, for whoever looks at the map."""
    speed_factor: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.0
    """What is left of the speed; 0 closes the road."""
    modes: Annotated[
        list[Literal["car", "motorcycle", "foot"]],
        Field(
            min_length=1,
            max_length=3,
            default=["car", "motorcycle"],
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(_distinct),
    ]
    """Whom it concerns."""
    heading_deg: Annotated[float, Field(ge=0, lt=360, allow_inf_nan=False)] | None = None
    """Only traffic that goes within 90 degrees of this compass bearing; null for all."""
    starts_at: Annotated[Instant | None, Field(alias="from")] = None
    """When it begins; null for at once."""
    ends_at: Annotated[Instant | None, Field(alias="until")] = None
    """When it is over; null for once it is lifted."""

    def _draft(self, shape: Area | AlongLine | NamedRoad, *, along_line: bool) -> ClosureDraft:
        return ClosureDraft(
            shape=shape,
            reason=self.reason,
            heading_deg=self.heading_deg,
            along_line=along_line,
            speed_permille=_permille(self.speed_factor),
            modes=frozenset(UnitMode(mode) for mode in self.modes),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )


class AreaClosureRequest(_ClosureRequest):
    """All roads with a part inside an outline."""

    area: PolygonRequest
    """Positions are `[lon, lat]` in `crs`."""
    crs: CrsName = "wgs84"
    """Coordinate system of `area`."""

    def draft(self) -> ClosureDraft:
        """Return what is asked for."""
        ring = _positions(self.area.coordinates[0], self.crs)
        return self._draft(Area(ring), along_line=False)


class LineClosureRequest(_ClosureRequest):
    """The roads that run along a line."""

    line: LineStringRequest
    """Positions are `[lon, lat]` in `crs`."""
    crs: CrsName = "wgs84"
    """Coordinate system of `line`."""
    within_m: Annotated[float, Field(ge=WITHIN_M[0], le=WITHIN_M[1], allow_inf_nan=False)] = (
        DEFAULT_WITHIN_M
    )
    """How far from the line a road may be."""
    along_line: bool = False
    """Only traffic that goes as the line is drawn."""

    def draft(self) -> ClosureDraft:
        """Return what is asked for."""
        points = _positions(self.line.coordinates, self.crs)
        return self._draft(AlongLine(points, self.within_m), along_line=self.along_line)


class RoadClosureRequest(_ClosureRequest):
    """All roads of a name."""

    road: Annotated[str, Field(max_length=MAX_NAME_CHARACTERS, pattern=PRINTED_TEXT)]
    """The whole name, in any language that the road graph has; width, case and space alike."""

    def draft(self) -> ClosureDraft:
        """Return what is asked for."""
        return self._draft(NamedRoad(self.road), along_line=False)


def _closure_form(value: Any) -> str | None:
    """Say which of the forms a closure has; None where it has none or several."""
    if isinstance(value, _ClosureRequest):
        named = [member for member in _MEMBER_OF_FORM if hasattr(value, member)]
    else:
        named = [m for m in _MEMBER_OF_FORM if isinstance(value, dict) and m in value]
    return _MEMBER_OF_FORM[named[0]] if len(named) == 1 else None


ClosureRequest = Annotated[
    Annotated[AreaClosureRequest, Tag(_BY_AREA)]
    | Annotated[LineClosureRequest, Tag(_BY_LINE)]
    | Annotated[RoadClosureRequest, Tag(_BY_ROAD)],
    Discriminator(
        _closure_form,
        custom_error_type="closure_form",
        custom_error_message="give one of area, line and road",
    ),
]


class ClosureBatchRequest(StrictModel):
    """Several closures at once: all are made, or none."""

    closures: Annotated[list[ClosureRequest], Field(min_length=1, max_length=MAX_BATCH)]


def _permille(factor: float) -> int:
    """Round so that only 0 closes a road, and only 1 would leave its speed alone."""
    return min(max(round(PERMILLE * factor), int(factor > 0)), PERMILLE - 1)


def _positions(pairs: list[list[float]], crs: CrsName) -> tuple[LonLat, ...]:
    return tuple(to_wgs84(lon, lat, Crs(crs)) for lon, lat in pairs)
