"""Units as they are now."""

from __future__ import annotations

from datetime import datetime

from dispatch_router.domain.assignments import AssignmentStatus
from dispatch_router.domain.positions import RefusedPosition
from dispatch_router.domain.recommendation import ReasonCode
from dispatch_router.domain.unit_status import UnitStatus
from dispatch_router.domain.units import DepartureKind, UnitMode
from dispatch_router.web.schemas.fields import StrictModel
from dispatch_router.web.schemas.shared import DeparturePositionReply, NameReply, PositionReply


class ServiceReply(StrictModel):
    """What a unit says of its service."""

    status: UnitStatus
    """What holds now."""
    since: datetime | None
    """When it was stated; null where nothing ever was."""
    until: datetime | None
    """When it ends by itself."""
    note: str | None


class DutyReply(StrictModel):
    """What the rosters say."""

    on_duty: bool
    away: bool
    """On duty, but not where it sets off from."""
    until: datetime | None
    """When it will no longer be on duty, or be away; null where that is not foreseen."""
    back_at: datetime | None
    """When it is back, of a unit that is off duty or away; null where that is not foreseen."""


class HeldReply(StrictModel):
    """What a unit is assigned to."""

    id: str
    """Of the assignment."""
    incident_id: str
    status: AssignmentStatus


class UnitReply(StrictModel):
    """A crew that can be sent, as it is now."""

    id: str
    name: NameReply
    kind: DepartureKind
    post_id: str
    mode: UnitMode
    position: DeparturePositionReply
    beat: PositionReply | None
    """Where a patrol is by default; null for whoever sits at a post."""
    familiar_zone_ids: list[str]
    capabilities: list[str]
    service: ServiceReply
    duty: DutyReply
    assignment: HeldReply | None
    """The one that is open; null where none is."""
    available: bool
    """Whether it can be ranked for a call."""
    reason: ReasonCode | None
    """Why it cannot be; null where it can."""
    what_would_change: str | None
    what_would_change_zh: str | None


class UnitPageReply(StrictModel):
    """One page of units."""

    items: list[UnitReply]
    next_cursor: str | None


class PositionTakenReply(StrictModel):
    """What became of a report, and where the unit is taken to be now."""

    unit_id: str
    accepted: bool
    reason: RefusedPosition | None
    """Why it is not believed; null where it is."""
    detail: str | None
    detail_zh: str | None
    position: DeparturePositionReply


class RefusalReply(StrictModel):
    """A report that is not believed."""

    index: int
    """Which of the reports, from 0."""
    unit_id: str
    reason: RefusedPosition
    detail: str
    detail_zh: str


class PositionsTakenReply(StrictModel):
    """What became of reports that came together."""

    accepted: int
    refused: int
    refused_by_reason: dict[RefusedPosition, int]
    refusals: list[RefusalReply]
    """The first of those refused, 200 at most."""
