"""Units as they are now, and what became of their reports, as JSON members.

What is returned is for orjson, which writes names and enumerations as they are.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, tzinfo
from typing import Any, Final

from dispatch_router.application.live_positions import Taken
from dispatch_router.application.live_units import UnitNow
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.positions import RefusedPosition
from dispatch_router.domain.refused_positions import WHY
from dispatch_router.domain.rosters import OffDuty, OnDuty
from dispatch_router.web.positions import departure_members, position_members

Members = dict[str, Any]
MAX_REFUSED_LISTED: Final = 200


def unit_members(now: UnitNow, held: Assignment | None, crs: Crs, timezone: tzinfo) -> Members:
    """Return what ``UnitReply`` documents.

    Args:
        now: the unit.
        held: its open assignment; None where it has none.
        crs: of the positions.
        timezone: of the times.
    """
    unit, reason = now.unit, now.reason
    return {
        "id": unit.id,
        "name": unit.name,
        "kind": unit.kind,
        "post_id": unit.post_id,
        "mode": unit.mode,
        "position": departure_members(now.departure, crs),
        "beat": unit.beat and position_members(unit.beat, crs),
        "familiar_zone_ids": sorted(unit.familiar_zone_ids),
        "capabilities": sorted(unit.capabilities),
        "service": {
            "status": now.status,
            "since": _local(now.stated.since, timezone),
            "until": _local(now.stated.until, timezone),
            "note": now.stated.note or None,
        },
        "duty": _duty_members(now.duty, timezone),
        "assignment": held and _assignment_members(held),
        "available": reason is None,
        "reason": None if reason is None else reason.code,
        "what_would_change": None if reason is None else reason.what_would_change,
        "what_would_change_zh": None if reason is None else reason.what_would_change_zh,
    }


def _assignment_members(held: Assignment) -> Members:
    return {"id": held.id, "incident_id": held.incident_id, "status": held.status}


def taken_members(taken: Taken) -> Members:
    """Return what ``PositionsTakenReply`` documents."""
    # orjson takes no enumeration for a key.
    counts = Counter(refusal.reason.value for refusal in taken.refused)
    return {
        "accepted": taken.accepted,
        "refused": len(taken.refused),
        "refused_by_reason": counts,
        "refusals": [
            {
                "index": refusal.number,
                "unit_id": refusal.unit_id,
                **_refusal_members(refusal.reason),
            }
            for refusal in taken.refused[:MAX_REFUSED_LISTED]
        ],
    }


def one_taken_members(taken: Taken, now: UnitNow, crs: Crs) -> Members:
    """Return what ``PositionTakenReply`` documents."""
    nothing: Members = dict.fromkeys(("reason", "detail", "detail_zh"))
    return {
        "unit_id": now.unit.id,
        "accepted": not taken.refused,
        **(_refusal_members(taken.refused[0].reason) if taken.refused else nothing),
        "position": departure_members(now.departure, crs),
    }


def _refusal_members(reason: RefusedPosition) -> Members:
    detail, detail_zh = WHY[reason]
    return {"reason": reason, "detail": detail, "detail_zh": detail_zh}


def _duty_members(duty: OnDuty | OffDuty, timezone: tzinfo) -> Members:
    if isinstance(duty, OnDuty):
        until = _local(duty.until, timezone)
        return {"on_duty": True, "away": False, "until": until, "back_at": None}
    back_at = _local(duty.back_at, timezone)
    return {"on_duty": duty.away, "away": duty.away, "until": None, "back_at": back_at}


def _local(at: datetime | None, timezone: tzinfo) -> datetime | None:
    return None if at is None else at.astimezone(timezone).replace(microsecond=0)
