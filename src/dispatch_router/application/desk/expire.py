"""Ending assignments that stood still for too long, so that their units are free again."""

from __future__ import annotations

from datetime import datetime

from dispatch_router.application.desk.changes import change_assignment
from dispatch_router.application.desk.open_assignments import OpenAssignments
from dispatch_router.application.desk.ports import DeskStore
from dispatch_router.domain.assignments import Assignment, AssignmentStatus, TimeLimits
from dispatch_router.domain.event_log import EventKind


def expire_overdue(
    store: DeskStore, known: OpenAssignments, limits: TimeLimits, now: datetime
) -> list[Assignment]:
    """End what is overdue; the store is asked only where something may be.

    Args:
        store: where an assignment may have moved on since.
        known: what was open a moment ago.
        limits: how long each status may last.
        now: an aware time.

    Returns:
        The assignments that expired.

    Raises:
        StorageUnavailable: nothing was changed.
    """
    candidates = known.overdue(now, limits)
    expired: list[Assignment] = []
    if not candidates:
        return expired
    with store.writing() as desk:
        for candidate in candidates:
            assignment = desk.assignment(candidate.id)
            if assignment is not None and assignment.is_overdue(now, limits):
                over = assignment.moved(AssignmentStatus.EXPIRED, now)
                change_assignment(desk, EventKind.ASSIGNMENT_MOVED, over, now)
                expired.append(over)
    return expired
