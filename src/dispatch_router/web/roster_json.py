"""Rosters as JSON members."""

from __future__ import annotations

from typing import Any, Final

from dispatch_router.domain.resources import ResourceKey, ResourceKind, Resources
from dispatch_router.domain.rosters import Calendar, Hours, Roster

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def roster_members(roster: Roster, resources: Resources) -> dict[str, Any]:
    """Return what ``RosterReply`` documents."""
    kept = resources.get(ResourceKey(ResourceKind.ROSTERS, roster.id))
    named = {} if kept is None else kept.members
    return {
        "id": roster.id,
        "name": roster.name,
        "unit_ids": sorted(roster.unit_ids),
        "named_unit_ids": named.get("units", []),
        "post_ids": named.get("posts", []),
        "duty": [_hours_members(hours) for hours in roster.duty],
        "away": [_hours_members(hours) for hours in roster.away],
    }


def calendar_members(calendar: Calendar) -> dict[str, Any]:
    """Return what ``CalendarReply`` documents."""
    items = [
        {"first": days.first, "last": days.last, "kind": days.kind, "name": days.name}
        for days in calendar.exceptions
    ]
    return {"items": items}


def _hours_members(hours: Hours) -> dict[str, Any]:
    days = [*sorted(hours.kinds), *(_WEEKDAYS[day] for day in sorted(hours.weekdays))]
    return {
        "days": days,
        "start": hours.start.isoformat("minutes"),
        "end": hours.end.isoformat("minutes"),
    }
