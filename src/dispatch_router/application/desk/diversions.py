"""Taking a unit from a less urgent incident: who can be taken, and at what price."""

from __future__ import annotations

from typing import Final

from dispatch_router.application.desk.assignment_records import Diversion, DiversionPrice
from dispatch_router.application.desk.parts import DeskParts, open_incident
from dispatch_router.application.desk.ports import DeskView
from dispatch_router.domain.assignments import Assignment, AssignmentStatus
from dispatch_router.domain.calls import MAX_TOP
from dispatch_router.domain.decisions import decision_of
from dispatch_router.domain.desk_errors import NotDivertible
from dispatch_router.domain.incidents import Incident

ON_THE_WAY: Final = frozenset({AssignmentStatus.DISPATCHED, AssignmentStatus.EN_ROUTE})
"""A unit that has arrived is not taken away from the person."""
AT_MOST: Final = 5


class Diversions:
    """Offers units that are on the way to something less urgent."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def offered(self, incident_id: str) -> list[Diversion]:
        """Return whom the incident could have from others, the soonest first.

        Raises:
            UnknownIncident: there is none.
            IncidentNotOpen: it is over.
            StorageUnavailable: it could not be read.
        """
        with self._parts.store.reading() as desk:
            incident = open_incident(desk, incident_id)
            advice = self._parts.everyone.recommend(
                incident.question(self._parts.call_types), top=MAX_TOP, with_routes=False
            )
            offered: list[Diversion] = []
            for unit in decision_of(advice, incident_id).ranked:
                held = desk.open_assignment_of(unit.unit_id)
                left = None if held is None else _left(desk, incident, held)
                if held is not None and left is not None:
                    price = price_of(desk, self._parts, left, unit.unit_id)
                    offered.append(Diversion(unit, held, price))
                if len(offered) == AT_MOST:
                    break
        return offered


def divertible(desk: DeskView, incident: Incident, held: Assignment) -> Incident:
    """Return the incident that would be left.

    Raises:
        NotDivertible: the unit has arrived there, or that incident is as urgent as this one.
    """
    left = _left(desk, incident, held)
    if left is None:
        raise NotDivertible(
            f"{held.unit_id} cannot be taken from what it does: only a unit that is still on the "
            "way to a less urgent incident can be diverted.",
            f"不能改派{held.unit_id}：只有仍在前往较低优先级警情途中的力量可以改派。",
        )
    return left


def price_of(desk: DeskView, parts: DeskParts, left: Incident, unit_id: str) -> DiversionPrice:
    """Say who could go to the incident that is left, and how soon."""
    question = left.question(parts.call_types)
    advice = parts.recommender.recommend(question, top=MAX_TOP, with_routes=False)
    decision = decision_of(advice, left.id)
    busy = desk.busy_among(decision.unit_ids) | {unit_id}
    return DiversionPrice(left.id, left.priority, decision.first_free(busy))


def _left(desk: DeskView, incident: Incident, held: Assignment) -> Incident | None:
    if held.status not in ON_THE_WAY or held.incident_id == incident.id:
        return None
    left = desk.incident(held.incident_id)
    # A greater number is less urgent.
    return left if left is not None and left.priority > incident.priority else None
