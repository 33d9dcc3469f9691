"""Closures and statuses as JSON members, and the changes by which the log tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from dispatch_router.application.desk.documents import Members, digest_or_none, written_time
from dispatch_router.application.unit_ports import KeptStatus
from dispatch_router.domain.closures import AlongLine, Area, Closure, ClosureRecord
from dispatch_router.domain.event_log import Change, EventKind
from dispatch_router.domain.geo import LonLat

NOTHING_MORE: Final[Mapping[str, Any]] = MappingProxyType({})


def closure_subject(closure_id: str) -> str:
    """Name a closure as the log does."""
    return f"closures/{closure_id}"


def status_subject(unit_id: str) -> str:
    """Name what a unit says of its service as the log does."""
    return f"units/{unit_id}/status"


def closure_members(closure: Closure) -> Members:
    """Write which roads a closure concerns, for whom, and how much."""
    return {
        **_shape_members(closure),
        "heading_deg": closure.heading_deg,
        "along_line": closure.along_line,
        "speed_permille": closure.speed_permille,
        "modes": sorted(mode.value for mode in closure.modes),
    }


def closure_state(record: ClosureRecord) -> Members:
    """Write a closure for the log; of the reason, which may name people, the hash alone."""
    closure = record.closure
    return {
        "id": closure.id,
        **closure_members(closure),
        "starts_at": written_time(closure.starts_at),
        "ends_at": _time_or_none(closure.ends_at),
        "reason_sha256": digest_or_none(closure.reason),
        "created_at": written_time(record.created_at),
        "lifted_at": _time_or_none(record.lifted_at),
    }


def status_state(unit_id: str, kept: KeptStatus) -> Members:
    """Write a status for the log; of the note, which may name people, the hash alone."""
    stated = kept.stated
    return {
        "unit_id": unit_id,
        "status": stated.status.value,
        "since": _time_or_none(stated.since),
        "until": _time_or_none(stated.until),
        "note_sha256": digest_or_none(stated.note or None),
        "version": kept.version,
    }


def closure_change(record: ClosureRecord, details: Mapping[str, Any] = NOTHING_MORE) -> Change:
    """Tell that a closure was made, or lifted where it is."""
    kind = EventKind.CLOSURE_MADE if record.lifted_at is None else EventKind.CLOSURE_LIFTED
    return Change(
        kind, None, None, closure_state(record), dict(details), closure_subject(record.id)
    )


def status_change(
    unit_id: str, kept: KeptStatus, details: Mapping[str, Any] = NOTHING_MORE
) -> Change:
    """Tell what a unit has stated of its service."""
    state = status_state(unit_id, kept)
    kind = EventKind.UNIT_STATUS_STATED
    return Change(kind, None, None, state, dict(details), status_subject(unit_id))


def _shape_members(closure: Closure) -> Members:
    shape = closure.shape
    if isinstance(shape, Area):
        return {"area": _pairs(shape.ring)}
    if isinstance(shape, AlongLine):
        return {"line": _pairs(shape.points), "within_m": shape.within_m}
    return {"road": shape.name}


def _pairs(positions: Sequence[LonLat]) -> list[list[float]]:
    return [[position.lon, position.lat] for position in positions]


def _time_or_none(at: datetime | None) -> str | None:
    return None if at is None else written_time(at)
