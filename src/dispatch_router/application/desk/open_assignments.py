"""Which units are busy, in memory: what the ranking asks for every call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from dispatch_router.application.desk.documents import assignment_of
from dispatch_router.application.desk.ports import DeskStore
from dispatch_router.domain.assignments import Assignment, TimeLimits
from dispatch_router.domain.event_log import Event


class OpenAssignments:
    """The open assignment of every busy unit, as of the last event that was told.

    Whoever reads needs no lock: the mapping is replaced as a whole.

    Attributes:
        version: the number of that event.
        by_unit: the assignments by the ids of their units.
    """

    def __init__(self, assignments: Sequence[Assignment], version: int) -> None:
        self.version = version
        self.by_unit: Mapping[str, Assignment] = _by_unit({a.unit_id: a for a in assignments})

    def of(self, unit_id: str) -> Assignment | None:
        """Return what keeps a unit busy; None where nothing does."""
        return self.by_unit.get(unit_id)

    def incidents(self) -> Mapping[str, str]:
        """Return the ids of incidents by the ids of the units that are assigned to them."""
        return {unit_id: assignment.incident_id for unit_id, assignment in self.by_unit.items()}

    def apply(self, events: Sequence[Event]) -> None:
        """Take what the log tells; events that are known already change nothing."""
        by_unit = dict(self.by_unit)
        for event in events:
            if event.number > self.version and event.assignment_id is not None:
                _apply(by_unit, assignment_of(event.state))
        self.by_unit = _by_unit(by_unit)
        self.version = max(self.version, events[-1].number)

    def overdue(self, now: datetime, limits: TimeLimits) -> list[Assignment]:
        """Return what stood still for too long."""
        return [a for a in self.by_unit.values() if a.is_overdue(now, limits)]


def read_open_assignments(store: DeskStore) -> OpenAssignments:
    """Read them as they are now.

    Raises:
        StorageUnavailable: they cannot be read.
    """
    with store.reading() as desk:
        last = desk.last_event()
        return OpenAssignments(desk.open_assignments(), 0 if last is None else last.number)


def _by_unit(assignments: dict[str, Assignment]) -> Mapping[str, Assignment]:
    return MappingProxyType(assignments)


def _apply(by_unit: dict[str, Assignment], assignment: Assignment) -> None:
    if assignment.is_open:
        by_unit[assignment.unit_id] = assignment
        return
    held = by_unit.get(assignment.unit_id)
    # The unit may have been given to another incident in the same transaction.
    if held is not None and held.id == assignment.id:
        del by_unit[assignment.unit_id]
