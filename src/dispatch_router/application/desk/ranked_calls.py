"""What a call at the desk was ranked to, before the transaction that keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch_router.application.desk.advice import AdviceWish, WrittenAdvice
from dispatch_router.application.desk.diversions import (
    RankedOffer,
    held_for,
    may_take,
    ranked_offers,
)
from dispatch_router.application.desk.documents import decision_sha256
from dispatch_router.application.desk.parts import DeskParts
from dispatch_router.application.desk.ports import DeskTransaction
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.decision_record import Asked
from dispatch_router.domain.decisions import Decision
from dispatch_router.domain.incidents import Incident
from dispatch_router.domain.recommendation import Recommendation


@dataclass(frozen=True, slots=True)
class RankedCall:
    """Who should go, and who could be taken from something less urgent.

    Attributes:
        written: the same as it is sent and kept.
        offers: of units that would be there sooner than everybody who is free.
    """

    advice: Recommendation
    written: WrittenAdvice
    offers: tuple[RankedOffer, ...]

    def placed(self, incident: Incident) -> Incident:
        """Return the incident where the ranking has found it."""
        location = self.advice.location
        return replace(
            incident,
            position=location.position,
            zone_id=location.zone_id,
            responsible_post_id=location.responsible_post_id,
        )

    def keep(self, desk: DeskTransaction, decision: Decision) -> None:
        """Keep the decision with its record; the incident that it was made for is kept already."""
        desk.add_decision(decision)
        desk.add_record(self.written.record)


def told_of(decision: Decision) -> dict[str, str]:
    """Return what the event of an incident says of its decision: which, and its hash."""
    return {"decision_id": decision.id, "decision_sha256": decision_sha256(decision)}


def ranked_call(
    parts: DeskParts, question: CallQuestion, wish: AdviceWish, incident_id: str | None = None
) -> RankedCall:
    """Rank a call before the transaction: no other writer should wait for the roads.

    Args:
        parts: rank the units.
        question: about the call.
        wish: how to recommend.
        incident_id: its own; None where it has none yet.

    Raises:
        OutsideDistrict: no road is near.
        UnknownPlace: the gazetteer has no such place.
        StorageUnavailable: it could not be read who may be taken from others.
    """
    held = {}
    if may_take(parts, question.priority):
        with parts.store.reading() as view:
            held = held_for(view, parts, question.priority, incident_id)
    advice = parts.recommender.recommend(question, top=wish.top, with_routes=False)
    asked = Asked(question, wish.top, with_routes=False, crs=wish.crs)
    offers = ranked_offers(parts, held, question, advice, sooner_only=True)
    return RankedCall(advice, parts.write_advice(asked, advice), offers)
