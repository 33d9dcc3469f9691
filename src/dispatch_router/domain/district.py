"""A district: everything static that a recommendation needs beside the roads."""

from __future__ import annotations

from dataclasses import dataclass, field

from dispatch_router.domain.gazetteer import Place
from dispatch_router.domain.hospitals import Hospital
from dispatch_router.domain.names import Name
from dispatch_router.domain.policy import Policy
from dispatch_router.domain.posts import Post
from dispatch_router.domain.rosters import DutyPlan
from dispatch_router.domain.units import Unit
from dispatch_router.domain.zones import Zone


@dataclass(frozen=True, slots=True)
class District:
    """Posts, units, zones, hospitals, place names and policy of one district.

    Attributes:
        timezone: IANA name; turn-out rules are read in this local time.
        synthetic: the data are made up and must never be taken for the real place.
        attribution: what must be shown wherever the data are shown.
        duty_plan: who is on duty when; without rosters everybody always is.
        hospitals: where people are taken; a district may state none.
    """

    id: str
    name: Name
    timezone: str
    synthetic: bool
    attribution: str
    posts: tuple[Post, ...]
    units: tuple[Unit, ...]
    zones: tuple[Zone, ...]
    places: tuple[Place, ...]
    policy: Policy
    duty_plan: DutyPlan = field(default_factory=DutyPlan)
    hospitals: tuple[Hospital, ...] = ()
