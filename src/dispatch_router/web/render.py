"""From the domain to JSON members: milliseconds to seconds, WGS-84 to the caller's coordinates."""

from __future__ import annotations

from typing import Any, Final

from dispatch_router.domain.crs import Crs, from_wgs84
from dispatch_router.domain.district import District
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.posts import Post
from dispatch_router.domain.recommendation import (
    Baseline,
    CallLocation,
    Candidate,
    NotRecommended,
    Reason,
    Recommendation,
    TimeToPerson,
)
from dispatch_router.domain.travel import GraphSummary
from dispatch_router.domain.units import Unit
from dispatch_router.domain.zones import Zone

# 1 mm; what the conversion between coordinate systems is good for.
POSITION_DIGITS: Final = 8
# 0.1 m, as RFC 7946 advises.
ROUTE_DIGITS: Final = 6

Members = dict[str, Any]


def recommendation_members(recommendation: Recommendation, crs: Crs) -> Members:
    """Return what ``RecommendationReply`` documents."""
    r = recommendation
    return {
        "decision_id": r.decision_id,
        "graph_version": r.graph_version,
        "at": r.at.isoformat(timespec="milliseconds"),
        "degraded": r.degraded,
        "location": _call_location(r.location, crs),
        "candidates": [_candidate(c, crs) for c in r.candidates],
        "not_recommended": _not_recommended(r.not_recommended),
        "baseline": r.baseline and _baseline(r.baseline),
    }


def graph_members(summary: GraphSummary, district: District) -> Members:
    """Return what ``GraphReply`` documents."""
    box = summary.bounding_box
    return {
        "graph_version": summary.version,
        "source": summary.source,
        "built_at": summary.built_at,
        "attribution": summary.attribution,
        "synthetic": summary.synthetic,
        "bounding_box": {
            "west": box.west,
            "south": box.south,
            "east": box.east,
            "north": box.north,
            "crs": Crs.WGS84,
        },
        "node_count": summary.node_count,
        "edge_count": summary.edge_count,
        "arc_count": summary.arc_count,
        "road_km": summary.road_km,
        "largest_component_share": summary.largest_component_share,
        "restriction_count": summary.restriction_count,
        "district": {
            "id": district.id,
            "name": _name(district.name),
            "timezone": district.timezone,
            "synthetic": district.synthetic,
            "attribution": district.attribution,
        },
    }


def post_members(post: Post, district: District, crs: Crs) -> Members:
    """Return what ``PostReply`` documents."""
    return {
        "id": post.id,
        "name": _name(post.name),
        "kind": post.kind,
        "station_id": post.station_id,
        "position": _position(post.position, crs),
        "approximate": post.approximate,
        "functions": sorted(post.functions),
        "unit_ids": sorted(u.id for u in district.units if u.post_id == post.id),
    }


def unit_members(unit: Unit, district: District, crs: Crs) -> Members:
    """Return what ``UnitReply`` documents."""
    post = next(p for p in district.posts if p.id == unit.post_id)
    position = unit.beat or post.position
    return {
        "id": unit.id,
        "name": _name(unit.name),
        "kind": unit.kind,
        "post_id": unit.post_id,
        "mode": unit.mode,
        "position": _departure(position, "beat" if unit.beat else "post", crs),
        "familiar_zone_ids": sorted(unit.familiar_zone_ids),
    }


def zone_members(zone: Zone) -> Members:
    """Return what ``ZoneReply`` documents."""
    return {
        "id": zone.id,
        "name": _name(zone.name),
        "post_id": zone.post_id,
        "station_id": zone.station_id,
        "geometry": {"type": "Polygon", "coordinates": [_coordinates(zone.ring)]},
    }


def _call_location(location: CallLocation, crs: Crs) -> Members:
    return {
        **_position(location.position, crs),
        "uncertainty_m": location.uncertainty_m,
        "place_name": location.place_name and _name(location.place_name),
        "road_name": location.road_name and _name(location.road_name),
        "distance_to_road_m": round(location.distance_to_road_m, 1),
        "zone_id": location.zone_id,
        "responsible_post_id": location.responsible_post_id,
    }


def _candidate(candidate: Candidate, crs: Crs) -> Members:
    c = candidate
    members: Members = {
        "rank": c.rank,
        "unit_id": c.unit.id,
        "unit_name": _name(c.unit.name),
        "post_id": c.unit.post_id,
        "kind": c.unit.kind,
        "mode": c.unit.mode,
        "time_to_person_s": c.time.total_ms / 1000,
        "p90_s": c.p90_ms / 1000,
        "on_time_probability": round(c.on_time_probability, 4),
        "parts": _parts(c.time),
        "distance_m": round(c.distance_m, 1),
        "basis": c.basis,
        "position": _departure(c.departure.position, c.departure.source, crs),
        "familiar": c.familiar,
        "responsible": c.responsible,
        # The one response of this version keeps every traffic rule.
        "exemptions": [],
        "saves_s": None if c.saves_ms is None else c.saves_ms / 1000,
        "tie_with": c.tie_with,
        "why": c.why,
        "why_zh": c.why_zh,
    }
    if c.route is not None:
        members["route"] = {"type": "LineString", "coordinates": _line(c.route)}
    return members


def _not_recommended(rows: tuple[NotRecommended, ...]) -> list[Members]:
    # Units share few reasons: each is rendered once.
    reasons: dict[int, Members] = {}
    rendered = []
    for unit, reason in rows:
        because = reasons.get(id(reason))
        if because is None:
            because = reasons[id(reason)] = _reason(reason)
        rendered.append(
            {
                "unit_id": unit.id,
                "unit_name": _name(unit.name),
                "post_id": unit.post_id,
                "kind": unit.kind,
                **because,
            }
        )
    return rendered


def _reason(reason: Reason) -> Members:
    return {
        "reason": reason.code,
        "at_least_s": None if reason.at_least_ms is None else reason.at_least_ms / 1000,
        "what_would_change": reason.what_would_change,
        "what_would_change_zh": reason.what_would_change_zh,
    }


def _baseline(baseline: Baseline) -> Members:
    return {
        "station_id": baseline.station_id,
        "unit_id": baseline.unit.id,
        "unit_name": _name(baseline.unit.name),
        "time_to_person_s": baseline.time.total_ms / 1000,
        "parts": _parts(baseline.time),
    }


def _parts(time: TimeToPerson) -> Members:
    return {
        "turn_out_s": time.turn_out_ms / 1000,
        "drive_s": time.drive_ms / 1000,
        "locate_s": time.locate_ms / 1000,
    }


def _name(name: Name) -> Members:
    return {"zh": name.zh, "en": name.en}


def _position(position: LonLat, crs: Crs) -> Members:
    lon, lat = from_wgs84(position, crs)
    return {"lon": round(lon, POSITION_DIGITS), "lat": round(lat, POSITION_DIGITS), "crs": crs}


def _departure(position: LonLat, source: str, crs: Crs) -> Members:
    # A stated position has no age.
    return {**_position(position, crs), "source": source, "age_s": None}


def _line(route: tuple[LonLat, ...]) -> list[list[float]]:
    # A LineString has two positions or more, also where the unit stands at the access point.
    return _coordinates(route if len(route) > 1 else route * 2)


def _coordinates(positions: tuple[LonLat, ...]) -> list[list[float]]:
    return [[round(p.lon, ROUTE_DIGITS), round(p.lat, ROUTE_DIGITS)] for p in positions]
