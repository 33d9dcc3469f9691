"""What a row says of a closure beside its times: JSON, written and read in one place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from dispatch_router.application.desk.told_states import closure_members
from dispatch_router.domain.closures import AlongLine, Area, Closure, ClosureRecord, NamedRoad
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode
from dispatch_router.storage.sql import Connection

COLUMNS: Final = "id, definition, starts_at, ends_at, reason, created_at, lifted_at"


def definition_of(closure: Closure) -> str:
    """Write what the closure is, but for its times and its reason."""
    return json.dumps(closure_members(closure), ensure_ascii=False, separators=(",", ":"))


def closures_after(connection: Connection, after: str, limit: int) -> list[ClosureRecord]:
    """Return closures by id, whatever became of them."""
    sql = f"SELECT {COLUMNS} FROM closures WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608  # no input
    return [record_of(row) for row in connection.execute(sql, (after, limit)).fetchall()]


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


def _shape_of(members: dict[str, Any]) -> Area | AlongLine | NamedRoad:
    if "area" in members:
        return Area(_positions(members["area"]))
    if "line" in members:
        return AlongLine(_positions(members["line"]), members["within_m"])
    return NamedRoad(members["road"])


def _positions(pairs: Sequence[Sequence[float]]) -> tuple[LonLat, ...]:
    return tuple(LonLat(lon, lat) for lon, lat in pairs)


def _time_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
