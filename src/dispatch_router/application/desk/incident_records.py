"""What is asked of the desk about incidents, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch_router.application.desk.assignment_records import Diversion
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.callers import NOBODY_NAMED, CallerHashes
from dispatch_router.domain.decisions import RankedUnit
from dispatch_router.domain.duplicates import LikelyDuplicate
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.incidents import Incident
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.response import Response


@dataclass(frozen=True, slots=True)
class IncidentDraft:
    """A call as it is filed.

    Attributes:
        reported_at: None where the call came in just now.
    """

    where: LonLat | str
    type: str
    priority: int
    uncertainty_m: float | None = None
    response: Response = Response.ROUTINE
    reported_at: datetime | None = None
    external_id: str | None = None
    description: str | None = None
    caller: CallerHashes = NOBODY_NAMED


@dataclass(frozen=True, slots=True)
class Filed:
    """An incident that was filed, and who should go.

    Attributes:
        reply: the recommendation as it is sent.
        diversions: units that are on the way to something less urgent and would be there sooner
            than everybody who is free.
    """

    incident: Incident
    recommendation: Recommendation
    reply: bytes
    duplicates: tuple[LikelyDuplicate, ...]
    diversions: tuple[Diversion, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """An incident that was corrected.

    Attributes:
        changed: the members that have another value now, in order.
        recommendation: made again where the ranking depends on what was changed.
        reply: the recommendation as it is sent.
        first_before: who was first in the recommendation before.
        diversions: as when it was filed; none without a new recommendation.
    """

    incident: Incident
    changed: tuple[str, ...]
    recommendation: Recommendation | None = None
    reply: bytes | None = None
    first_before: RankedUnit | None = None
    duplicates: tuple[LikelyDuplicate, ...] = ()
    diversions: tuple[Diversion, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownIncident:
    """An incident with all its assignments, by id."""

    incident: Incident
    assignments: tuple[Assignment, ...]
    decision_id: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """The incident that goes on, with the urgency of the more urgent of the two.

    Attributes:
        shown: it, with the units of both.
        changed: its members that have another value now, in order.
        recommendation: made again where something changed.
        reply: the recommendation as it is sent.
        first_before: who was first in its recommendation before.
        diversions: as when it was filed; none without a new recommendation.
    """

    shown: ShownIncident
    changed: tuple[str, ...] = ()
    recommendation: Recommendation | None = None
    reply: bytes | None = None
    first_before: RankedUnit | None = None
    diversions: tuple[Diversion, ...] = ()

    @property
    def incident(self) -> Incident:
        """The incident that goes on."""
        return self.shown.incident
