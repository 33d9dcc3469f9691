"""What the service reads."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from dispatch_router.domain.calls import (
    DEFAULT_PRIORITY,
    DEFAULT_TOP,
    MAX_PLACE_CHARACTERS,
    MAX_TOP,
    MAX_UNCERTAINTY_M,
    PRIORITIES,
    CallQuestion,
)
from dispatch_router.domain.crs import Crs, to_wgs84
from dispatch_router.domain.decision_record import Asked
from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response
from dispatch_router.web.schemas.fields import (
    PRINTED_TEXT,
    WHOLE_NUMBER,
    CrsName,
    Lat,
    Lon,
    StrictModel,
)

BY_POSITION: Final = "by position"
BY_PLACE: Final = "by place"
LOCATION_FORMS: Final = frozenset({BY_POSITION, BY_PLACE})


def notice_swapped(value: Any) -> Any:
    """Recognise latitude and longitude in the wrong order, which is the usual mistake."""
    if isinstance(value, dict):
        lon: Any = value.get("lon")
        lat: Any = value.get("lat")
        are_numbers = type(lon) in (int, float) and type(lat) in (int, float)
        if are_numbers and abs(lon) <= 90 < abs(lat) <= 180:
            raise PydanticCustomError("lon_lat_swapped", "lon and lat look swapped")
    return value


class PositionLocation(StrictModel):
    """A place by its coordinates."""

    lon: Lon
    lat: Lat
    crs: CrsName = "wgs84"
    """Coordinate system of `lon` and `lat`, and of the positions in the reply."""

    @model_validator(mode="before")
    @classmethod
    def _notice_swapped(cls, value: Any) -> Any:
        return notice_swapped(value)


class PlaceLocation(StrictModel):
    """A place by its name in the gazetteer."""

    place: Annotated[str, Field(max_length=MAX_PLACE_CHARACTERS, pattern=PRINTED_TEXT)]
    """Name, alias or id of a place of the district's gazetteer."""
    crs: CrsName = "wgs84"
    """Coordinate system of the positions in the reply."""


def _location_form(value: Any) -> str | None:
    """Say which of the two forms a location has; None where it has neither or both."""
    if isinstance(value, PositionLocation | PlaceLocation):
        return BY_PLACE if isinstance(value, PlaceLocation) else BY_POSITION
    if not isinstance(value, dict):
        return None
    by_place, by_position = "place" in value, "lon" in value or "lat" in value
    if by_place == by_position:
        return None
    return BY_PLACE if by_place else BY_POSITION


Location = Annotated[
    Annotated[PositionLocation, Tag(BY_POSITION)] | Annotated[PlaceLocation, Tag(BY_PLACE)],
    Discriminator(
        _location_form,
        custom_error_type="location_form",
        custom_error_message="give either lon and lat, or place",
    ),
]


class RecommendationRequest(StrictModel):
    """One call: where, how exactly that is known, and how urgent it is."""

    location: Location
    uncertainty_m: (
        Annotated[float, Field(ge=0, le=MAX_UNCERTAINTY_M, allow_inf_nan=False)] | None
    ) = None
    """How far from `location` the person may be, metres. Left out, it is what the gazetteer
    says of the place, or the district's default for coordinates."""
    type: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """What the call is about: id of a call type of the district's policy. Units that lack what it
    needs are not ranked."""
    priority: Annotated[int, Field(ge=PRIORITIES[0], le=PRIORITIES[-1]), WHOLE_NUMBER] = (
        DEFAULT_PRIORITY
    )
    """1 is the most urgent. Chooses the target that `on_time_probability` is measured against."""
    response: Literal["routine", "emergency"] = "routine"
    """Traffic rules that the units keep: `routine` all of them; `emergency` uses what article 53 of
    the Road Traffic Safety Law allows, and says where."""
    top: Annotated[int, Field(ge=1, le=MAX_TOP), WHOLE_NUMBER] = DEFAULT_TOP
    """How many candidates to rank at most."""
    route: bool = False
    """Whether each candidate comes with its route as GeoJSON."""

    list_others: bool = True
    """Whether every unit that is not recommended is listed with its reason."""

    @property
    def crs(self) -> Crs:
        """The coordinate system to answer in."""
        return Crs(self.location.crs)

    def question(self) -> CallQuestion:
        """Return what the domain is asked.

        Raises:
            OutsideDistrict: the coordinates lie beyond the edge of the map.
        """
        where, response = where_of(self.location), Response(self.response)
        return CallQuestion(where, self.uncertainty_m, self.priority, response, self.type)

    def asked(self) -> Asked:
        """Return the same with how the answer is to be written.

        Raises:
            OutsideDistrict: the coordinates lie beyond the edge of the map.
        """
        return Asked(self.question(), self.top, self.route, self.crs, self.list_others)


def where_of(location: PositionLocation | PlaceLocation) -> LonLat | str:
    """Return the position in WGS-84, or the name of the place.

    Raises:
        OutsideDistrict: the coordinates lie beyond the edge of the map.
    """
    return location.place if isinstance(location, PlaceLocation) else position_of(location)


def position_of(location: PositionLocation) -> LonLat:
    """Return a position in WGS-84.

    Raises:
        OutsideDistrict: the coordinates lie beyond the edge of the map.
    """
    crs = Crs(location.crs)
    position = to_wgs84(location.lon, location.lat, crs)
    if abs(position.lon) > 180 or abs(position.lat) > 90:
        raise OutsideDistrict(
            f"In {crs} these coordinates lie beyond the edge of the map. Check them.",
            f"按{crs}坐标系，该坐标超出地图边界。请核对坐标。",
        )
    return position
