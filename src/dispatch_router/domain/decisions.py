"""What is kept of a recommendation beside its incident: whom it named, in which order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from dispatch_router.domain.recommendation import Recommendation


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit and its time to person as it was recommended."""

    unit_id: str
    time_to_person_ms: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A recommendation for an incident.

    Attributes:
        ranked: best first.
    """

    id: str
    incident_id: str
    at: datetime
    graph_version: str
    ranked: tuple[RankedUnit, ...]

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """Those that were named, best first."""
        return tuple(each.unit_id for each in self.ranked)

    def first_free(self, busy: Collection[str]) -> RankedUnit | None:
        """Return the best of the units that are not busy; None where all are."""
        return next((each for each in self.ranked if each.unit_id not in busy), None)


def decision_of(recommendation: Recommendation, incident_id: str) -> Decision:
    """Keep what the desk needs of a recommendation."""
    return Decision(
        id=recommendation.decision_id,
        incident_id=incident_id,
        at=recommendation.at,
        graph_version=recommendation.graph_version,
        ranked=tuple(
            RankedUnit(candidate.unit.id, candidate.time.total_ms)
            for candidate in recommendation.candidates
        ),
    )
