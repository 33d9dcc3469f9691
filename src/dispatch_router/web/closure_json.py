"""Closures as JSON members, for orjson."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from dispatch_router.application.close_roads import ListedClosure
from dispatch_router.domain.closures import AlongLine, Area, Closure, NamedRoad
from dispatch_router.domain.conditions import ClosedRoads
from dispatch_router.domain.traffic import PERMILLE
from dispatch_router.web.positions import coordinates

MAX_NAMES: Final = 100
Members = dict[str, Any]


def closure_members(listed: ListedClosure, timezone: ZoneInfo) -> Members:
    """Return what ``ClosureReply`` documents; times have the district's offset."""
    record, closure = listed.record, listed.record.closure
    shape = closure.shape
    line = shape if isinstance(shape, AlongLine) else None
    return {
        "id": closure.id,
        "area": _polygon(shape) if isinstance(shape, Area) else None,
        "line": None if line is None else _line(line),
        "within_m": None if line is None else line.within_m,
        "road": shape.name if isinstance(shape, NamedRoad) else None,
        "along_line": closure.along_line,
        "heading_deg": closure.heading_deg,
        **_what(listed, timezone),
        "created_at": _local(record.created_at, timezone),
        "lifted_at": _local(record.lifted_at, timezone),
    }


def feature_members(listed: ListedClosure, roads: ClosedRoads, timezone: ZoneInfo) -> Members:
    """Return what ``ClosureFeature`` documents."""
    return {
        "type": "Feature",
        "id": listed.id,
        "geometry": {
            "type": "MultiLineString",
            "coordinates": [coordinates(line) for line in roads.lines],
        },
        "properties": _what(listed, timezone),
    }


def _what(listed: ListedClosure, timezone: ZoneInfo) -> Members:
    closure: Closure = listed.record.closure
    return {
        "reason": closure.reason,
        "speed_factor": closure.speed_permille / PERMILLE,
        "modes": sorted(closure.modes),
        "from": _local(closure.starts_at, timezone),
        "until": _local(closure.ends_at, timezone),
        "in_force": listed.in_force,
        "length_m": round(listed.length_m, 1),
        "road_names": [{"zh": name.zh, "en": name.en} for name in listed.road_names[:MAX_NAMES]],
    }


def _local(at: datetime | None, timezone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(timezone).isoformat()


def _polygon(area: Area) -> Members:
    return {"type": "Polygon", "coordinates": [coordinates(area.ring)]}


def _line(line: AlongLine) -> Members:
    return {"type": "LineString", "coordinates": coordinates(line.points)}
