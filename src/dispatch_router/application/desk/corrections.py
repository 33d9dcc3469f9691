"""Correcting what is known of an incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from dispatch_router.domain.incidents import Incident

ASKED_AGAIN: Final = frozenset({"location", "uncertainty_m", "type", "priority", "response"})
"""What the ranking depends on."""
_OTHERS: Final = ("uncertainty_m", "type", "priority", "response", "external_id", "description")


def changed_by(incident: Incident, changes: Mapping[str, Any]) -> Incident:
    """Return the incident with its corrections; a new place by name has no position yet."""
    members = dict(changes)
    if "location" in members:
        where = members.pop("location")
        # What was known of the old place does not hold for the new one.
        members.setdefault("uncertainty_m", None)
        by_name = isinstance(where, str)
        members |= {"place": where} if by_name else {"place": None, "position": where}
    changed = replace(incident, **members)
    return replace(changed, version=incident.version + 1)


def differing(before: Incident, after: Incident) -> tuple[str, ...]:
    """Name the members that have another value, in order."""
    moved = (before.place, before.position) != (after.place, after.position)
    differing = [name for name in _OTHERS if getattr(before, name) != getattr(after, name)]
    return (*(["location"] if moved else []), *differing)
