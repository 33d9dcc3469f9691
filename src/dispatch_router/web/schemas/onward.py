"""The onward leg to a hospital, in replies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from dispatch_router.domain.hospitals import HospitalCapability
from dispatch_router.domain.onward import NeedsSource, OnwardNoticeCode, OnwardReasonCode
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import Basis
from dispatch_router.domain.units import UnitMode
from dispatch_router.web.schemas.fields import Metres, Seconds, StrictModel
from dispatch_router.web.schemas.recommendation import ExemptionReply, OnFootReply
from dispatch_router.web.schemas.shared import LineStringReply, NameReply, PositionReply


class RankedHospitalReply(StrictModel):
    """A hospital and the way there from the scene."""

    rank: Annotated[int, Field(ge=1)]
    hospital_id: str
    hospital_name: NameReply
    position: PositionReply
    suitable: bool
    """It takes in all that is needed."""
    missing: list[HospitalCapability]
    """What is needed and it does not take in."""
    time_to_hospital_s: Seconds
    """From the scene to its entrance: what is ranked by."""
    drive_s: Seconds
    walk_s: Seconds
    """From the road to the entrance."""
    distance_m: Metres
    """On the road."""
    basis: Basis
    degraded: bool
    """The time rests on a straight line, or it does not take in all that is needed."""
    exemptions: list[ExemptionReply]
    without_exemptions_s: Seconds | None
    on_foot: OnFootReply | None
    why: str
    why_zh: str
    route: LineStringReply | None = None
    """Only where it was asked for."""


class OtherHospitalReply(StrictModel):
    """A hospital that is not among the ranked."""

    hospital_id: str
    hospital_name: NameReply
    reason: OnwardReasonCode
    time_to_hospital_s: Seconds | None
    """Null where no way leads there."""
    missing: list[HospitalCapability]
    what_would_change: str
    what_would_change_zh: str


class OnwardNoticeReply(StrictModel):
    """Something about the answer as a whole that must not be missed."""

    code: OnwardNoticeCode
    text: str
    text_zh: str


class OnwardReply(StrictModel):
    """The hospitals, ranked by the time from the scene."""

    assignment_id: str
    incident_id: str
    unit_id: str
    graph_version: str
    at: datetime
    mode: UnitMode
    """How the person is taken."""
    response: Response
    needs: list[HospitalCapability]
    """What the hospital has to take in, all of it."""
    needs_from: NeedsSource
    """Who said so: the request, the type of the call, or the district's policy."""
    degraded: bool
    notices: list[OnwardNoticeReply]
    closures_in_force: Annotated[int, Field(ge=0)]
    hospitals: list[RankedHospitalReply]
    """The soonest first."""
    others: list[OtherHospitalReply]
    """Every other hospital of the district."""
