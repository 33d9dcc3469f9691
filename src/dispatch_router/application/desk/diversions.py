"""Taking a unit from a less urgent incident: who can be taken, and at what price.

Ranking takes a search for each, so it is done before the transaction; inside is looked whether what
was ranked still stands, and who is free by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dispatch_router.application.desk.advice import Outdated
from dispatch_router.application.desk.assignment_records import Diversion, DiversionPrice
from dispatch_router.application.desk.parts import DeskParts, open_incident
from dispatch_router.application.desk.ports import DeskView, Held
from dispatch_router.domain.assignments import Assignment, AssignmentStatus
from dispatch_router.domain.calls import MAX_TOP, CallQuestion
from dispatch_router.domain.decisions import Decision, RankedUnit, decision_of
from dispatch_router.domain.desk_errors import NotDivertible
from dispatch_router.domain.desk_policy import DiversionPolicy
from dispatch_router.domain.incidents import Incident
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.turn_out import UnderWay

AT_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An incident that would be left, and who could go there instead, best first."""

    incident: Incident
    others: Decision

    def price(self, desk: DeskView, unit_id: str) -> DiversionPrice:
        """Say who can go there now that the unit is taken, and how soon."""
        others = desk.passed_over(self.others.unit_ids, self.incident.id) | {unit_id}
        best = self.others.first_free(others)
        return DiversionPrice(self.incident.id, self.incident.priority, best)


@dataclass(frozen=True, slots=True)
class RankedOffer:
    """A unit that could be taken, as it was when it was ranked."""

    unit: RankedUnit
    held: Held
    left: LeftBehind
    saves_ms: int | None


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
        parts = self._parts
        with parts.store.reading() as desk:
            incident = open_incident(desk, incident_id)
            held = held_for(desk, parts, incident.priority, incident_id)
        if not held:
            return []
        question = incident.question(parts.call_types)
        free = parts.recommender.recommend(question, top=1, with_routes=False)
        offers = ranked_offers(parts, held, question, free)
        with parts.store.reading() as desk:
            return list(standing(desk, offers))


def may_take(parts: DeskParts, priority: int) -> bool:
    """Tell whether the policy lets an incident of a priority take units from others at all."""
    return bool(parts.policy.diversion.may_take_from.get(priority))


def held_for(
    desk: DeskView, parts: DeskParts, priority: int, incident_id: str | None = None
) -> dict[str, Held]:
    """Return who may be taken from what, by unit.

    Args:
        desk: knows who is on the way to what.
        parts: have the policy.
        priority: of the incident that needs a unit.
        incident_id: its own; None where it has none yet.
    """
    if not may_take(parts, priority):
        return {}
    policy, known = parts.policy.diversion, parts.unit_posts().keys()
    # Who has declined is not asked again, and who the district no longer has cannot be ranked.
    declined = frozenset() if incident_id is None else desk.declined(incident_id)
    units = known - declined
    return {
        held.assignment.unit_id: held
        for held in desk.held_on_the_way()
        if held.assignment.unit_id in units and _may_be_taken(policy, priority, incident_id, held)
    }


def ranked_offers(
    parts: DeskParts,
    held: Mapping[str, Held],
    question: CallQuestion,
    advice: Recommendation,
    *,
    sooner_only: bool = False,
) -> tuple[RankedOffer, ...]:
    """Rank those who may be taken, and who could go where they are taken from.

    Args:
        parts: rank the units.
        held: who may be taken.
        question: of the incident that needs a unit.
        advice: the ranking of the units that are free, which each offer is compared with.
        sooner_only: leave out those that would save nothing.
    """
    if not held:
        return ()
    under_way = {unit_id: _under_way(each.assignment) for unit_id, each in held.items()}
    ranked = parts.recommender.recommend_under_way(question, under_way, top=AT_MOST)
    first_ms = advice.candidates[0].time.total_ms if advice.candidates else None
    return tuple(
        RankedOffer(
            unit,
            held[unit.unit_id],
            left_behind(parts, held[unit.unit_id].incident),
            None if first_ms is None else first_ms - unit.time_to_person_ms,
        )
        for unit in decision_of(ranked, "").ranked
        if not sooner_only or first_ms is None or unit.time_to_person_ms < first_ms
    )


def left_behind(parts: DeskParts, incident: Incident) -> LeftBehind:
    """Rank who could go to an incident that would be left."""
    question = incident.question(parts.call_types)
    advice = parts.recommender.recommend(question, top=MAX_TOP, with_routes=False)
    return LeftBehind(incident, decision_of(advice, incident.id))


def standing(desk: DeskView, offers: tuple[RankedOffer, ...]) -> tuple[Diversion, ...]:
    """Return the offers that still stand, with the price as it is now."""
    return tuple(
        Diversion(
            offer.unit,
            offer.held.assignment,
            offer.left.price(desk, offer.unit.unit_id),
            offer.saves_ms,
        )
        for offer in offers
        if desk.assignment(offer.held.assignment.id) == offer.held.assignment
        and desk.incident(offer.held.incident.id) == offer.held.incident
    )


def divertible(
    desk: DeskView,
    policy: DiversionPolicy,
    incident: Incident,
    held: Assignment,
    ranked: LeftBehind | None,
) -> LeftBehind:
    """Return what would be left, as it was ranked before.

    Raises:
        NotDivertible: the policy does not let the unit be taken from there.
        Outdated: something else would be left than what was ranked.
    """
    left = desk.incident(held.incident_id)
    if left is None or not _may_be_taken(policy, incident.priority, incident.id, Held(held, left)):
        raise NotDivertible(
            f"{held.unit_id} cannot be taken from what it does: only a unit that is still on the "
            "way to a less urgent incident can be diverted, as the district's policy allows it.",
            f"不能改派{held.unit_id}：只有仍在前往较低优先级警情途中的力量，且参数设定允许时，才可以改派。",
        )
    if ranked is None or ranked.incident != left:
        raise Outdated
    return ranked


def _may_be_taken(
    policy: DiversionPolicy, priority: int, incident_id: str | None, held: Held
) -> bool:
    left, status = held.incident, held.assignment.status
    return left.id != incident_id and policy.allows(priority, left.priority, status)


def _under_way(held: Assignment) -> UnderWay:
    return UnderWay(held.steps[0].at, rolling=held.status is AssignmentStatus.EN_ROUTE)
