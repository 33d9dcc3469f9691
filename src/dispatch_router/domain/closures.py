"""Closures (道路封闭/管制): road parts closed or slowed, from when until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode

CLOSED = 0
"""As ``speed_permille``: nobody gets through."""


@dataclass(frozen=True, slots=True)
class Area:
    """Every road part inside a closed outline, first point repeated as the last."""

    ring: tuple[LonLat, ...]


@dataclass(frozen=True, slots=True)
class AlongLine:
    """The roads that a drawn line follows, none farther from it than ``within_m``."""

    points: tuple[LonLat, ...]
    within_m: float


@dataclass(frozen=True, slots=True)
class NamedRoad:
    """Every part of the roads of one name, in either language."""

    name: str


@dataclass(frozen=True, slots=True)
class Closure:
    """One closure.

    Attributes:
        heading_deg: the only direction that is concerned, as a compass bearing of traffic (0 is
            north, 90 east): every direction of travel within 90 degrees of it. None for both.
        along_line: with ``AlongLine``, only traffic that moves as the line is drawn.
        speed_permille: speed that is left, in thousandths; ``CLOSED`` for none.
        modes: whom it concerns.
        starts_at: from then on (inclusive), aware.
        ends_at: until then (exclusive), aware; None until it is lifted.
    """

    id: str
    shape: Area | AlongLine | NamedRoad
    heading_deg: float | None
    along_line: bool
    speed_permille: int
    modes: frozenset[UnitMode]
    starts_at: datetime
    ends_at: datetime | None
    reason: str

    def holds_at(self, at: datetime) -> bool:
        """Tell whether the closure is in force at an instant."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def is_over_at(self, at: datetime) -> bool:
        """Tell whether the closure has ended by itself."""
        return self.ends_at is not None and self.ends_at <= at


@dataclass(frozen=True, slots=True)
class ClosureRecord:
    """A closure and what became of it.

    Attributes:
        created_at: when it was filed, aware.
        lifted_at: when somebody lifted it, aware; None while nobody has.
    """

    closure: Closure
    created_at: datetime
    lifted_at: datetime | None = None

    @property
    def id(self) -> str:
        """The closure's."""
        return self.closure.id

    def is_open_at(self, at: datetime) -> bool:
        """Tell whether the closure is in force or to come."""
        return self.lifted_at is None and not self.closure.is_over_at(at)

    def holds_at(self, at: datetime) -> bool:
        """Tell whether the closure is in force.

        It never holds less than when it was filed: a clock that goes back must not open a road that
        is closed.
        """
        return self.lifted_at is None and self.closure.holds_at(max(at, self.created_at))
