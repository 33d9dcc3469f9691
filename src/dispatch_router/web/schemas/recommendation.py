"""The answer to one call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from dispatch_router.domain.recommendation import NoticeCode, ReasonCode
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import Basis, ExemptedRule
from dispatch_router.domain.units import DepartureKind, UnitMode
from dispatch_router.web.schemas.fields import Metres, Seconds, Share, StrictModel
from dispatch_router.web.schemas.shared import (
    DeparturePositionReply,
    LineStringReply,
    NameReply,
    PositionReply,
)


class CallLocationReply(PositionReply):
    """Where the call comes from, as understood."""

    uncertainty_m: Metres
    place_name: NameReply | None
    """The gazetteer's name, where the request named a place."""
    road_name: NameReply | None
    """The nearest road, where it has a name."""
    distance_to_road_m: Metres | None
    """Straight line to the nearest road; null where none is near."""
    zone_id: str | None
    responsible_post_id: str | None


class ExemptionReply(StrictModel):
    """One stretch on which an emergency drive sets a traffic rule aside."""

    rule: ExemptedRule
    """`contraflow`: against a one-way street. `restricted_turn`: a turn that others must not take.
    `closed_access`: through what is closed to ordinary vehicles."""
    road_name: NameReply | None
    length_m: Metres
    """0 for a turn."""
    drive_s: Seconds
    """What the stretch takes, its penalty included; for a turn the penalty alone."""
    line: LineStringReply
    """In order of the drive; for a turn the junction."""


class OnFootReply(StrictModel):
    """The last part of a way that closures leave no drive for."""

    start: PositionReply
    """Where the vehicle is left."""
    walk_s: Seconds
    """From there to the person; part of `locate_s`."""
    distance_m: Metres
    past_closure: bool
    """The ways on foot are closed too: it is that of walking on all the same."""


class NoticeReply(StrictModel):
    """Something about the answer as a whole that a dispatcher must not miss."""

    code: NoticeCode
    text: str
    text_zh: str


class PartsReply(StrictModel):
    """The three parts of the time to person."""

    turn_out_s: Seconds
    drive_s: Seconds
    locate_s: Seconds


class CandidateReply(StrictModel):
    """One unit that can be sent."""

    rank: Annotated[int, Field(ge=1)]
    unit_id: str
    unit_name: NameReply
    post_id: str
    kind: DepartureKind
    mode: UnitMode
    time_to_person_s: Seconds
    """From the order until officers stand beside the person."""
    p90_s: Seconds
    """Nine times out of ten it takes no longer than this."""
    on_time_probability: Share
    """Chance to be there within the target of the call's priority."""
    parts: PartsReply
    distance_m: Metres
    basis: Basis
    position: DeparturePositionReply
    familiar: bool
    """The crew knows the zone of the call."""
    responsible: bool
    """The crew belongs to the post that is responsible for that zone."""
    exemptions: list[ExemptionReply]
    """Where the drive sets traffic rules aside, in order: nowhere with `routine`."""
    without_exemptions_s: Seconds | None
    """With `emergency`: `time_to_person_s` of the same unit when it keeps every rule. Null with
    `routine`, and where there is no such way."""
    on_foot: OnFootReply | None
    """Where closures leave no drive all the way: the last part."""
    saves_s: Seconds | None
    """How much sooner than the baseline; negative when later, null without a baseline."""
    tie_with: list[str]
    """Units that are as good as this one."""
    why: str
    why_zh: str
    route: LineStringReply | None = None
    """Where the request asked for it: the drive, the departure first."""


class NotRecommendedReply(StrictModel):
    """A unit that is not among the candidates, and why."""

    unit_id: str
    unit_name: NameReply
    post_id: str
    kind: DepartureKind
    reason: ReasonCode
    at_least_s: Seconds | None
    """For `slower`: a time to person that this unit needs at the least."""
    what_would_change: str
    what_would_change_zh: str


class BaselineReply(StrictModel):
    """What would have happened if only the responsible station sent."""

    station_id: str
    unit_id: str
    unit_name: NameReply
    time_to_person_s: Seconds
    parts: PartsReply


class RecommendationReply(StrictModel):
    """Every unit of the district, ranked or with the reason why not."""

    decision_id: str
    graph_version: str
    at: datetime
    response: Response
    degraded: bool
    """Some row rests on less than the district's own roads and speeds."""
    notices: list[NoticeReply]
    """What a dispatcher must not miss."""
    closures_in_force: Annotated[int, Field(ge=0)]
    """How many closures were taken into account."""
    location: CallLocationReply
    candidates: list[CandidateReply]
    not_recommended: list[NotRecommendedReply]
    """Empty where the request does not want them listed."""
    not_recommended_count: Annotated[int, Field(ge=0)]
    baseline: BaselineReply | None
