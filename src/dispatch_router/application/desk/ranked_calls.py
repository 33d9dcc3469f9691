"""What a call at the desk was ranked to, before the transaction that keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch_router.application.desk.advice import WrittenAdvice
from dispatch_router.application.desk.diversions import RankedOffer
from dispatch_router.application.desk.ports import DeskTransaction
from dispatch_router.domain.decisions import decision_of
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

    def keep(self, desk: DeskTransaction, incident_id: str) -> None:
        """Keep the decision and its record with the incident that it was made for."""
        desk.add_decision(decision_of(self.advice, incident_id))
        desk.add_record(self.written.record)
