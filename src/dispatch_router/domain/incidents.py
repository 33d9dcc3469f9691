"""Incidents (110警情): what was reported, and what has become of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from dispatch_router.domain.callers import NOBODY_NAMED, CallerHashes
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response

MAX_TYPE_CHARACTERS: Final = 50
MAX_TEXT_CHARACTERS: Final = 2_000
MAX_EXTERNAL_ID_CHARACTERS: Final = 100


class IncidentStatus(StrEnum):
    """What has become of an incident."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"
    """It was the same as another, and went on as that one."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that officers are needed for; several calls can report it.

    Attributes:
        position: WGS-84.
        place: the name that was given in place of coordinates.
        uncertainty_m: how far from ``position`` the person may be; None where nobody said.
        type: of the call, in the words of the call centre.
        priority: 1 is the most urgent.
        external_id: what the call centre calls it.
        version: counts the changes, from 1.
        zone_id: holds the position; None outside every zone.
        responsible_post_id: the post of that zone.
        outcome: what whoever closed it wrote.
        merged_into: the incident that it went on as.
        caller: hashes of who called, and never more.
    """

    id: str
    position: LonLat
    place: str | None
    uncertainty_m: float | None
    type: str
    priority: int
    response: Response
    reported_at: datetime
    filed_at: datetime
    external_id: str | None = None
    description: str | None = None
    status: IncidentStatus = IncidentStatus.OPEN
    version: int = 1
    zone_id: str | None = None
    responsible_post_id: str | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    merged_into: str | None = None
    caller: CallerHashes = NOBODY_NAMED

    @property
    def is_open(self) -> bool:
        """Whether units can be sent."""
        return self.status is IncidentStatus.OPEN

    def question(self, call_types: Collection[str]) -> CallQuestion:
        """Return what is asked of the ranking.

        Args:
            call_types: those that the policy knows; another type asks nothing of a unit.
        """
        where = self.position if self.place is None else self.place
        call_type = self.type if self.type in call_types else None
        return CallQuestion(where, self.uncertainty_m, self.priority, self.response, call_type)

    def closed(self, at: datetime, outcome: str | None) -> Incident:
        """Return the incident as it is once nothing is left to do."""
        return replace(
            self,
            status=IncidentStatus.CLOSED,
            closed_at=at,
            outcome=outcome,
            version=self.version + 1,
        )

    def merged(self, at: datetime, into: str) -> Incident:
        """Return the incident as it is once it goes on as another."""
        return replace(
            self,
            status=IncidentStatus.MERGED,
            closed_at=at,
            merged_into=into,
            version=self.version + 1,
        )

    def as_urgent_as(self, other: Incident) -> Incident:
        """Return the incident with the more urgent priority and response of the two."""
        priority = min(self.priority, other.priority)
        emergency = Response.EMERGENCY in {self.response, other.response}
        response = Response.EMERGENCY if emergency else self.response
        if (priority, response) == (self.priority, self.response):
            return self
        return replace(self, priority=priority, response=response, version=self.version + 1)
