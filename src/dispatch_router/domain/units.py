"""Units: crews that can be sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name


class UnitMode(StrEnum):
    """How a unit travels."""

    CAR = "car"
    MOTORCYCLE = "motorcycle"
    FOOT = "foot"


class DepartureKind(StrEnum):
    """The kind of departure point (出发点) that a unit sets off from."""

    STATION = "station"
    ZONE_POST = "zone_post"
    PATROL = "patrol"


@dataclass(frozen=True, slots=True)
class Unit:
    """A crew that can be sent.

    Attributes:
        kind: where it sets off from; a patrol sets off from where it is.
        post_id: the post it is based at (for a patrol, the post that runs it).
        beat: a patrol's stated default position (its beat); None for a unit that sits at its post.
        familiar_zone_ids: zones whose lanes and houses this crew knows.
        capabilities: what this crew can do beyond what every crew can.
    """

    id: str
    name: Name
    kind: DepartureKind
    post_id: str
    mode: UnitMode
    beat: LonLat | None
    familiar_zone_ids: frozenset[str]
    capabilities: frozenset[str] = frozenset()
