"""Posts: the places from which officers set off."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name


class PostKind(StrEnum):
    """A station (派出所) or a zone post (警务站)."""

    STATION = "station"
    ZONE_POST = "zone_post"


class PostFunction(StrEnum):
    """What a zone post does (职责)."""

    CALL_RESPONSE = "call_response"
    GOVERNMENT_SERVICES = "government_services"
    EMERGENCY_RESPONSE = "emergency_response"
    PUBLIC_ORDER = "public_order"
    TRAFFIC = "traffic"


@dataclass(frozen=True, slots=True)
class Post:
    """A place from which officers set off.

    Attributes:
        station_id: the station that answers for this post; a station names itself.
        approximate: the position is an estimate, not surveyed.
    """

    id: str
    name: Name
    kind: PostKind
    station_id: str
    position: LonLat
    approximate: bool
    functions: frozenset[PostFunction]
