"""Incidents as they are looked at: with their assignments, and beside those that they are like."""

from __future__ import annotations

from datetime import timedelta

from dispatch_router.application.desk.incident_records import ShownIncident
from dispatch_router.application.desk.parts import DeskParts
from dispatch_router.application.desk.ports import DeskTransaction, DeskView
from dispatch_router.domain.duplicates import LikelyDuplicate, box_around, likely_duplicates
from dispatch_router.domain.incidents import Incident


def shown(desk: DeskView, incident: Incident) -> ShownIncident:
    """Return an incident with all its assignments and its latest recommendation."""
    decision = desk.latest_decision(incident.id)
    return ShownIncident(
        incident,
        tuple(desk.assignments_of(incident.id)),
        None if decision is None else decision.id,
    )


def duplicates_of(
    desk: DeskTransaction, parts: DeskParts, incident: Incident
) -> tuple[LikelyDuplicate, ...]:
    """Return the open incidents that an incident is likely to be, the surest first."""
    policy = parts.policy.duplicates
    near = timedelta(seconds=policy.within_s)
    box = box_around(incident.position, policy.farthest_m(incident))
    reported_at = incident.reported_at
    others = desk.like(incident, reported_at - near, reported_at + near, box)
    return likely_duplicates(incident, others, policy)
