"""What units, or whoever speaks for them, report."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from dispatch_router.domain.crs import Crs, to_wgs84
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.unit_status import MAX_NOTE_CHARACTERS, UnitStatus
from dispatch_router.web.schemas.fields import PRINTED_TEXT, CrsName, Lat, Lon, StrictModel
from dispatch_router.web.schemas.requests import notice_swapped
from dispatch_router.web.schemas.times import Instant

MAX_REPORTS: Final = 5_000
MAX_UNIT_ID_CHARACTERS: Final = 100


class PositionRequest(StrictModel):
    """Where one unit is."""

    lon: Lon
    lat: Lat
    crs: CrsName = "wgs84"
    """Coordinate system of `lon` and `lat`."""
    at: Instant | None = None
    """When this was measured; left out, now."""

    @model_validator(mode="before")
    @classmethod
    def _notice_swapped(cls, value: Any) -> Any:
        return notice_swapped(value)

    def fix(self, now_ms: int) -> Fix:
        """Return the position in WGS-84."""
        at_ms = now_ms if self.at is None else round(1000.0 * self.at.timestamp())
        if self.crs == "wgs84":
            return Fix(self.lon, self.lat, at_ms)
        position = to_wgs84(self.lon, self.lat, Crs(self.crs))
        return Fix(position.lon, position.lat, at_ms)


class PositionReportRequest(PositionRequest):
    """Where a unit is, and which."""

    unit_id: Annotated[str, Field(min_length=1, max_length=MAX_UNIT_ID_CHARACTERS)]


PositionReports = Annotated[list[PositionReportRequest], Field(max_length=MAX_REPORTS)]
"""Where many units are."""


class StatusRequest(StrictModel):
    """Whether a unit can be sent."""

    status: Annotated[UnitStatus, Field(strict=False)]
    until: Instant | None = None
    """When it ends by itself: then a unit that is out of service or at rest is in service again,
    and one that stays in service past the end of its duty goes off duty."""
    note: Annotated[str, Field(max_length=MAX_NOTE_CHARACTERS, pattern=PRINTED_TEXT)] | None = None
    """Why."""
