"""Taking a unit from a less urgent incident: who can be taken, and at what price."""

from __future__ import annotations

from typing import Final

from dispatch_router.application.desk.assignment_records import Diversion, DiversionPrice
from dispatch_router.application.desk.parts import DeskParts, open_incident
from dispatch_router.application.desk.ports import DeskView, Held
from dispatch_router.domain.assignments import Assignment, AssignmentStatus
from dispatch_router.domain.calls import MAX_TOP
from dispatch_router.domain.decisions import RankedUnit, decision_of
from dispatch_router.domain.desk_errors import NotDivertible
from dispatch_router.domain.desk_policy import DiversionPolicy
from dispatch_router.domain.incidents import Incident
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.turn_out import UnderWay

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
            question = incident.question(self._parts.call_types)
            free = self._parts.recommender.recommend(question, top=1, with_routes=False)
            return list(offers(desk, self._parts, incident, free))


def sooner_offers(
    desk: DeskView, parts: DeskParts, incident: Incident, advice: Recommendation
) -> tuple[Diversion, ...]:
    """Return those offers that would be there sooner than every unit that is free."""
    return offers(desk, parts, incident, advice, sooner_only=True)


def offers(
    desk: DeskView,
    parts: DeskParts,
    incident: Incident,
    advice: Recommendation,
    *,
    sooner_only: bool = False,
) -> tuple[Diversion, ...]:
    """Return whom an incident could have from others, the soonest first.

    Args:
        desk: knows who is on the way to what.
        parts: rank the units.
        incident: the one that needs a unit.
        advice: the ranking of the units that are free, which each offer is compared with.
        sooner_only: leave out those that would save nothing.
    """
    held = _held(desk, parts, incident)
    if not held:
        return ()
    under_way = {unit_id: _under_way(each.assignment) for unit_id, each in held.items()}
    question = incident.question(parts.call_types)
    ranked = parts.recommender.recommend_under_way(question, under_way, top=AT_MOST)
    first_ms = advice.candidates[0].time.total_ms if advice.candidates else None
    return tuple(
        _offer(desk, parts, held[unit.unit_id], unit, first_ms)
        for unit in decision_of(ranked, incident.id).ranked
        if not sooner_only or first_ms is None or unit.time_to_person_ms < first_ms
    )


def _held(desk: DeskView, parts: DeskParts, incident: Incident) -> dict[str, Held]:
    """Return who may be taken from what, by unit."""
    policy = parts.policy.diversion
    if not policy.may_take_from.get(incident.priority):
        return {}
    return {
        held.assignment.unit_id: held
        for held in desk.held_on_the_way()
        # A unit that the district no longer has cannot be ranked.
        if held.assignment.unit_id in parts.unit_posts() and _may_be_taken(policy, incident, held)
    }


def divertible(
    desk: DeskView, policy: DiversionPolicy, incident: Incident, held: Assignment
) -> Incident:
    """Return the incident that would be left.

    Raises:
        NotDivertible: the policy does not let the unit be taken from there.
    """
    left = desk.incident(held.incident_id)
    if left is None or not _may_be_taken(policy, incident, Held(held, left)):
        raise NotDivertible(
            f"{held.unit_id} cannot be taken from what it does: only a unit that is still on the "
            "way to a less urgent incident can be diverted, as the district's policy allows it.",
            f"不能改派{held.unit_id}：只有仍在前往较低优先级警情途中的力量，且参数设定允许时，才可以改派。",
        )
    return left


def price_of(desk: DeskView, parts: DeskParts, left: Incident, unit_id: str) -> DiversionPrice:
    """Say who could go to the incident that is left, and how soon."""
    question = left.question(parts.call_types)
    advice = parts.recommender.recommend(question, top=MAX_TOP, with_routes=False)
    decision = decision_of(advice, left.id)
    busy = desk.busy_among(decision.unit_ids) | {unit_id}
    return DiversionPrice(left.id, left.priority, decision.first_free(busy))


def _may_be_taken(policy: DiversionPolicy, incident: Incident, held: Held) -> bool:
    left, status = held.incident, held.assignment.status
    return left.id != incident.id and policy.allows(incident.priority, left.priority, status)


def _under_way(held: Assignment) -> UnderWay:
    return UnderWay(held.steps[0].at, rolling=held.status is AssignmentStatus.EN_ROUTE)


def _offer(
    desk: DeskView, parts: DeskParts, held: Held, unit: RankedUnit, first_ms: int | None
) -> Diversion:
    price = price_of(desk, parts, held.incident, unit.unit_id)
    saves_ms = None if first_ms is None else first_ms - unit.time_to_person_ms
    return Diversion(unit, held.assignment, price, saves_ms)
