"""What a command centre decides about its desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from dispatch_router.domain.assignments import AssignmentStatus, TimeLimits
from dispatch_router.domain.duplicates import DuplicatePolicy

DIVERTIBLE: Final = (AssignmentStatus.DISPATCHED, AssignmentStatus.EN_ROUTE)
"""A unit that has arrived is not taken away from the person, whatever the policy says."""
_LESS_URGENT: Final[Mapping[int, frozenset[int]]] = MappingProxyType(
    {1: frozenset({2, 3}), 2: frozenset({3}), 3: frozenset()}
)


@dataclass(frozen=True, slots=True)
class DiversionPolicy:
    """Which units may be taken from what they are on the way to (改派).

    Attributes:
        may_take_from: by the priority of the incident that needs a unit, the priorities of those
            that it may take one from; nothing for a priority that is not named.
        statuses: of the assignments that may be ended for it.
    """

    may_take_from: Mapping[int, frozenset[int]] = field(default_factory=lambda: _LESS_URGENT)
    statuses: frozenset[AssignmentStatus] = frozenset(DIVERTIBLE)

    def allows(self, priority: int, held_priority: int, held_status: AssignmentStatus) -> bool:
        """Tell whether an incident may take a unit from another.

        Args:
            priority: of the one that needs it.
            held_priority: of the one that it is on the way to.
            held_status: how far it is.
        """
        allowed = self.may_take_from.get(priority, frozenset())
        return held_status in self.statuses and held_priority in allowed


@dataclass(frozen=True, slots=True)
class DeskPolicy:
    """What the desk decides by.

    Attributes:
        duplicates: when two incidents are likely to be one.
        limits: how long an assignment may stand still.
        diversion: who may be taken from what.
    """

    duplicates: DuplicatePolicy = field(default_factory=DuplicatePolicy)
    limits: TimeLimits = field(default_factory=TimeLimits)
    diversion: DiversionPolicy = field(default_factory=DiversionPolicy)
