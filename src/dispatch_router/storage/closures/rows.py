"""What a row says of a closure beside its times: JSON, written and read in one place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dispatch_router.domain.closures import AlongLine, Area, Closure, ClosureRecord, NamedRoad
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode


def written_time(at: datetime) -> str:
    """Write an instant so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def definition_of(closure: Closure) -> str:
    """Write what the closure is, but for its times and its reason."""
    return json.dumps(
        {
            **_shape_members(closure.shape),
            "heading_deg": closure.heading_deg,
            "along_line": closure.along_line,
            "speed_permille": closure.speed_permille,
            "modes": sorted(closure.modes),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def record_of(row: Sequence[Any]) -> ClosureRecord:
    """Read a row: id, definition, starts_at, ends_at, reason, created_at, lifted_at."""
    closure_id, definition, starts_at, ends_at, reason, created_at, lifted_at = row
    members = json.loads(definition)
    closure = Closure(
        id=closure_id,
        shape=_shape_of(members),
        heading_deg=members["heading_deg"],
        along_line=members["along_line"],
        speed_permille=members["speed_permille"],
        modes=frozenset(UnitMode(mode) for mode in members["modes"]),
        starts_at=datetime.fromisoformat(starts_at),
        ends_at=_time_or_none(ends_at),
        reason=reason,
    )
    return ClosureRecord(closure, datetime.fromisoformat(created_at), _time_or_none(lifted_at))


def _shape_members(shape: Area | AlongLine | NamedRoad) -> dict[str, Any]:
    if isinstance(shape, Area):
        return {"area": _pairs(shape.ring)}
    if isinstance(shape, AlongLine):
        return {"line": _pairs(shape.points), "within_m": shape.within_m}
    return {"road": shape.name}


def _shape_of(members: dict[str, Any]) -> Area | AlongLine | NamedRoad:
    if "area" in members:
        return Area(_positions(members["area"]))
    if "line" in members:
        return AlongLine(_positions(members["line"]), members["within_m"])
    return NamedRoad(members["road"])


def _pairs(positions: Sequence[LonLat]) -> list[list[float]]:
    return [[position.lon, position.lat] for position in positions]


def _positions(pairs: Sequence[Sequence[float]]) -> tuple[LonLat, ...]:
    return tuple(LonLat(lon, lat) for lon, lat in pairs)


def _time_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
