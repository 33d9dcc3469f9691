"""Changes together with the events that tell of them: there is no other way to change the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch_router.application.desk.documents import assignment_members, incident_state
from dispatch_router.application.desk.ports import DeskTransaction
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.event_log import Change, EventKind
from dispatch_router.domain.incidents import Incident


def add_incident(
    desk: DeskTransaction, incident: Incident, at: datetime, **details: Any
) -> Incident:
    """Keep a new incident."""
    desk.add_incident(incident)
    desk.append(_of_incident(EventKind.INCIDENT_FILED, incident, details), at)
    return incident


def change_incident(
    desk: DeskTransaction, kind: EventKind, incident: Incident, at: datetime, **details: Any
) -> Incident:
    """Keep what an incident has become."""
    desk.change_incident(incident)
    desk.append(_of_incident(kind, incident, details), at)
    return incident


def add_assignment(
    desk: DeskTransaction, assignment: Assignment, at: datetime, **details: Any
) -> bool:
    """Keep a new assignment, unless its unit has an open one.

    Returns:
        Whether it was kept.
    """
    kept = desk.add_assignment(assignment)
    if kept:
        desk.append(_of_assignment(EventKind.UNIT_RESERVED, assignment, details), at)
    return kept


def change_assignment(
    desk: DeskTransaction, kind: EventKind, assignment: Assignment, at: datetime, **details: Any
) -> Assignment:
    """Keep what an assignment has become."""
    desk.change_assignment(assignment)
    desk.append(_of_assignment(kind, assignment, details), at)
    return assignment


def _of_incident(kind: EventKind, incident: Incident, details: Mapping[str, Any]) -> Change:
    return Change(kind, incident.id, None, incident_state(incident), details)


def _of_assignment(kind: EventKind, assignment: Assignment, details: Mapping[str, Any]) -> Change:
    members = assignment_members(assignment)
    return Change(kind, assignment.incident_id, assignment.id, members, details)
