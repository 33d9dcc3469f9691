"""Incidents and assignments as the service answers them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from dispatch_router.domain.assignments import AssignmentStatus
from dispatch_router.domain.incidents import IncidentStatus
from dispatch_router.domain.response import Response
from dispatch_router.web.schemas.fields import Metres, Seconds, StrictModel
from dispatch_router.web.schemas.problem import NextBestReply
from dispatch_router.web.schemas.recommendation import RecommendationReply
from dispatch_router.web.schemas.shared import PositionReply

Version = Annotated[int, Field(ge=1)]


class IncidentReply(StrictModel):
    """An incident; times have the district's offset."""

    id: str
    """Later ones sort after it."""
    location: PositionReply
    place: str | None
    """The name that was given in place of coordinates."""
    uncertainty_m: Metres | None
    type: str
    priority: Annotated[int, Field(ge=1, le=3)]
    response: Response
    reported_at: datetime
    filed_at: datetime
    external_id: str | None
    description: str | None
    status: IncidentStatus
    version: Version
    """Counts the changes."""
    zone_id: str | None
    responsible_post_id: str | None
    closed_at: datetime | None
    outcome: str | None
    merged_into: str | None
    """The incident that it went on as."""


class AssignmentReply(StrictModel):
    """A unit that was reserved for an incident."""

    id: str
    incident_id: str
    unit_id: str
    status: AssignmentStatus
    dispatched_at: datetime
    en_route_at: datetime | None
    on_scene_at: datetime | None
    transporting_at: datetime | None
    filled_in: list[AssignmentStatus]
    """Steps that nobody reported, but must have been: no later than their time says."""
    ended_at: datetime | None
    """When it was cleared, cancelled or declined, or expired."""
    decision_id: str | None
    override_reason: str | None
    reason: str | None
    diverted_from: str | None
    """The assignment that the unit was taken from."""
    relieves: str | None
    """The assignment that is over once this unit is on the scene."""
    hospital_id: str | None
    """Where it takes, or took, somebody; null where to no hospital, or nobody said."""
    version: Version


class ShownIncidentReply(IncidentReply):
    """An incident with its assignments."""

    assignments: list[AssignmentReply]
    decision_id: str | None
    """The recommendation that was made last."""


class IncidentPageReply(StrictModel):
    """One page of incidents."""

    items: list[IncidentReply]
    next_cursor: str | None


class DuplicateReply(StrictModel):
    """An open incident that this one is likely to be."""

    incident_id: str
    distance_m: Metres
    apart_s: Seconds
    """Between the two reports."""
    same_external_id: bool
    same_caller: bool
    """Both were called in from one phone."""
    merged_incident_id: str | None
    """The call that is alike, where it was merged into this incident; null where the incident is
    itself."""


class DiversionPriceReply(StrictModel):
    """What taking a unit away costs the incident that is left."""

    incident_id: str
    priority: Annotated[int, Field(ge=1, le=3)]
    next_best: NextBestReply | None
    """Who can go there instead; null where nobody can."""


class DiversionReply(StrictModel):
    """A unit that could be taken from a less urgent incident."""

    unit_id: str
    time_to_person_s: Seconds
    """What is left of its turn-out included; none once it is rolling."""
    saves_s: float | None
    """How much sooner than the first unit that is free; null where nobody is."""
    assignment_id: str
    """The one that would be cancelled."""
    price: DiversionPriceReply


class FiledReply(StrictModel):
    """What was filed, and who should go."""

    incident: IncidentReply
    recommendation: RecommendationReply
    duplicates: list[DuplicateReply]
    diversions: list[DiversionReply]
    """Units on the way to something less urgent that would be there sooner than everybody who is
    free: what they cost, and what they save."""


class CorrectedReply(StrictModel):
    """What was corrected, and what that changes."""

    incident: IncidentReply
    changed: list[str]
    """Members that have another value now."""
    recommendation: RecommendationReply | None
    """Made again where the ranking depends on what was changed."""
    first_before: NextBestReply | None
    """Who was first before; null without a new recommendation."""
    duplicates: list[DuplicateReply]
    diversions: list[DiversionReply]
    """As when it was filed; empty without a new recommendation."""


class MergedReply(ShownIncidentReply):
    """The incident that goes on, with the units of both."""

    changed: list[str]
    """Its members that have another value now: `priority`, `response` of the more urgent one."""
    recommendation: RecommendationReply | None
    """Made again where something changed."""
    first_before: NextBestReply | None
    """Who was first before; null without a new recommendation."""
    diversions: list[DiversionReply]
    """As when it was filed; empty without a new recommendation."""


class ReservedReply(AssignmentReply):
    """A unit that was reserved."""

    price: DiversionPriceReply | None
    """Where it was diverted."""


class DiversionsReply(StrictModel):
    """The units that could be diverted, the soonest first."""

    items: list[DiversionReply]
    next_cursor: None
    """There are five at most, on one page."""
