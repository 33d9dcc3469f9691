"""Likely duplicates: several calls that report one thing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dispatch_router.domain.geo import BoundingBox, LonLat
from dispatch_router.domain.incidents import Incident

# Mean radius of the earth, IUGG. Near is a matter of hundreds of metres: a sphere will do.
_EARTH_RADIUS_M: Final = 6_371_008.8


@dataclass(frozen=True, slots=True)
class DuplicatePolicy:
    """When two incidents are likely to be one.

    Attributes:
        within_m: apart at most, beside the stated uncertainty of both.
        uncertainty_m: how much of either uncertainty counts at most: a place that is not known
            would else be near everything.
        within_s: reported apart at most.
        at_most: how many are named.
        same_caller_within_m: in place of ``within_m`` for calls from one phone, of whatever type:
            who calls again about one thing has moved, or says better where it is.
    """

    within_m: float = 300.0
    uncertainty_m: float = 500.0
    within_s: float = 1_800.0
    at_most: int = 5
    same_caller_within_m: float = 2_000.0

    def farthest_m(self, incident: Incident) -> float:
        """Return how far from an incident another can be near it, however uncertain that one is."""
        return self.within_m + self.counted_m(incident) + self.uncertainty_m

    def counted_m(self, incident: Incident) -> float:
        """Return how much of an incident's uncertainty counts."""
        return min(incident.uncertainty_m or 0.0, self.uncertainty_m)


@dataclass(frozen=True, slots=True)
class KnownCall:
    """A call that was filed, and the open incident that it is by now.

    Attributes:
        incident: the call, as an incident of its own.
        open_id: of the incident that it went on as; its own where it was not merged.
    """

    incident: Incident
    open_id: str


@dataclass(frozen=True, slots=True)
class LikelyDuplicate:
    """An open incident that a new one is likely to be.

    Attributes:
        distance_m: to the call that is alike, along a straight line.
        apart_s: between the two reports.
        same_external_id: the call centre has one name for both, so there is no doubt.
        same_caller: both were called in from one phone.
        merged_id: the call that is alike, where it was merged into the open incident; None where
            the open incident is alike itself.
    """

    incident_id: str
    distance_m: float
    apart_s: float
    same_external_id: bool
    same_caller: bool = False
    merged_id: str | None = None


def likely_duplicates(
    incident: Incident, others: Iterable[KnownCall], policy: DuplicatePolicy
) -> tuple[LikelyDuplicate, ...]:
    """Return the open incidents of the same type that were near, at nearly the same time.

    From the same phone, less near is enough, and of another type. An equal ``external_id`` is
    enough by itself. An open incident is named once, for the call of it that is alike most surely.

    Args:
        incident: the new one; it is no duplicate of itself.
        others: calls of open incidents, in any order.
        policy: how near, and how soon after each other.

    Returns:
        The surest first: the same external id, the same phone, then the nearest, then by id.
    """
    found = (_compared(incident, other, policy) for other in others if other.open_id != incident.id)
    ordered = sorted((each for each in found if each is not None), key=_surest_first)
    by_incident: dict[str, LikelyDuplicate] = {}
    for each in ordered:
        by_incident.setdefault(each.incident_id, each)
    return tuple(by_incident.values())[: policy.at_most]


def straight_m(a: LonLat, b: LonLat) -> float:
    """Great-circle distance, by the haversine formula (Sinnott, Sky & Telescope 68, 1984)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = (lat_b - lat_a) / 2.0
    half_lon = math.radians(b.lon - a.lon) / 2.0
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2.0 * _EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def box_around(position: LonLat, reach_m: float) -> BoundingBox:
    """Return a box that holds everything within ``reach_m``, a little larger than need be."""
    lat_reach = 1.01 * math.degrees(reach_m / _EARTH_RADIUS_M)
    # Meridians come closer together towards the poles, where there is no district.
    lon_reach = lat_reach / max(0.01, math.cos(math.radians(position.lat)))
    return BoundingBox(
        west=position.lon - lon_reach,
        south=position.lat - lat_reach,
        east=position.lon + lon_reach,
        north=position.lat + lat_reach,
    )


def _compared(
    incident: Incident, call: KnownCall, policy: DuplicatePolicy
) -> LikelyDuplicate | None:
    other = call.incident
    distance_m = straight_m(incident.position, other.position)
    apart_s = abs((incident.reported_at - other.reported_at).total_seconds())
    same_id = incident.external_id is not None and incident.external_id == other.external_id
    phone = incident.caller.phone
    same_caller = phone is not None and phone == other.caller.phone
    # Beside how uncertain either place is.
    beyond_m = distance_m - policy.counted_m(incident) - policy.counted_m(other)
    alike = incident.type == other.type and beyond_m <= policy.within_m
    alike |= same_caller and beyond_m <= policy.same_caller_within_m
    if not (same_id or (alike and apart_s <= policy.within_s)):
        return None
    merged_id = None if other.id == call.open_id else other.id
    return LikelyDuplicate(call.open_id, distance_m, apart_s, same_id, same_caller, merged_id)


def _surest_first(duplicate: LikelyDuplicate) -> tuple[bool, bool, float, str, str]:
    return (
        not duplicate.same_external_id,
        not duplicate.same_caller,
        duplicate.distance_m,
        duplicate.incident_id,
        duplicate.merged_id or "",
    )
