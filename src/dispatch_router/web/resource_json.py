"""The road graph and the district's posts, zones and hospitals as JSON members.

What is returned is for orjson, which writes names and enumerations as they are.
"""

from __future__ import annotations

from typing import Any

from dispatch_router.domain.crs import Crs
from dispatch_router.domain.district import District
from dispatch_router.domain.hospitals import Hospital
from dispatch_router.domain.posts import Post
from dispatch_router.domain.travel import GraphSummary
from dispatch_router.domain.zones import Zone
from dispatch_router.web.positions import coordinates, position_members

Members = dict[str, Any]


def graph_members(summary: GraphSummary, district: District) -> Members:
    """Return what ``GraphReply`` documents."""
    box = summary.bounding_box
    return {
        "graph_version": summary.version,
        "source": summary.source,
        "data_date": summary.data_date,
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
        "networks": summary.networks,
        "district": {
            "id": district.id,
            "name": district.name,
            "timezone": district.timezone,
            "synthetic": district.synthetic,
            "attribution": district.attribution,
        },
    }


def post_members(post: Post, district: District, crs: Crs) -> Members:
    """Return what ``PostReply`` documents."""
    return {
        "id": post.id,
        "name": post.name,
        "kind": post.kind,
        "station_id": post.station_id,
        "position": position_members(post.position, crs),
        "approximate": post.approximate,
        "functions": sorted(post.functions),
        "unit_ids": sorted(u.id for u in district.units if u.post_id == post.id),
    }


def zone_members(zone: Zone) -> Members:
    """Return what ``ZoneReply`` documents."""
    return {
        "id": zone.id,
        "name": zone.name,
        "post_id": zone.post_id,
        "station_id": zone.station_id,
        "geometry": {"type": "Polygon", "coordinates": [coordinates(zone.ring)]},
    }


def hospital_members(hospital: Hospital, crs: Crs) -> Members:
    """Return what ``HospitalReply`` documents."""
    return {
        "id": hospital.id,
        "name": hospital.name,
        "position": position_members(hospital.position, crs),
        "approximate": hospital.approximate,
        "takes": sorted(hospital.takes),
    }
