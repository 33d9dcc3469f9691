"""What is asked of the desk about assignments, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.decisions import RankedUnit


@dataclass(frozen=True, slots=True)
class Reservation:
    """A unit that a dispatcher picks for an incident.

    Attributes:
        decision_id: the recommendation that was looked at; None for the latest of the incident.
        override_reason: why another unit than the first that is free.
        divert: take the unit from a less urgent incident, where it is on the way to one.
    """

    unit_id: str
    decision_id: str | None = None
    override_reason: str | None = None
    divert: bool = False


@dataclass(frozen=True, slots=True)
class Relief:
    """A unit that is to take over from another.

    Attributes:
        override_reason: why it is sent although it cannot go, or has declined the incident.
    """

    unit_id: str
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class DiversionPrice:
    """What taking a unit away costs the incident that it was sent to.

    Attributes:
        incident_id: the one that is left.
        priority: of that one.
        next_best: who can go there instead, and how soon; None where nobody can.
    """

    incident_id: str
    priority: int
    next_best: RankedUnit | None


@dataclass(frozen=True, slots=True)
class Diversion:
    """A unit that could be taken from a less urgent incident.

    Attributes:
        unit: with its time to the person.
        assignment: the one that would be cancelled.
        saves_ms: how much sooner it would be there than the first unit that is free, negative for
            later; None where nobody is free.
    """

    unit: RankedUnit
    assignment: Assignment
    price: DiversionPrice
    saves_ms: int | None


@dataclass(frozen=True, slots=True)
class Reserved:
    """A unit that was reserved; ``price`` where it was diverted."""

    assignment: Assignment
    price: DiversionPrice | None = None
