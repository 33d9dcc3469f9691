"""Correcting what is known of an incident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from dispatch_router.application.desk.changes import change_incident
from dispatch_router.application.desk.ports import DeskTransaction
from dispatch_router.application.desk.ranked_calls import RankedCall, told_of
from dispatch_router.domain.decisions import RankedUnit, decision_of
from dispatch_router.domain.event_log import EventKind
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


def keep_corrected(
    desk: DeskTransaction,
    incident: Incident,
    changed: Sequence[str],
    ranked: RankedCall | None,
    at: datetime,
    **details: Any,
) -> RankedUnit | None:
    """Keep what an incident has become, and who should go where it was ranked again.

    Args:
        desk: the transaction.
        incident: as it is now.
        changed: the members that have another value.
        ranked: None where the ranking does not depend on them.
        at: the time of the event.
        details: what its event says besides.

    Returns:
        Who was first before; None where nobody was, or it was not ranked again.
    """
    told: Mapping[str, Any] = {"decision_id": None}
    latest = None
    if ranked is not None:
        latest = desk.latest_decision(incident.id)
        decision = decision_of(ranked.advice, incident.id)
        ranked.keep(desk, decision)
        told = told_of(decision)
    kind = EventKind.INCIDENT_CORRECTED
    change_incident(desk, kind, incident, at, changed=list(changed), **told, **details)
    return latest.ranked[0] if latest and latest.ranked else None
