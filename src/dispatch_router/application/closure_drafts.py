"""Closures as they are asked for, and whether they can be."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import shapely

from dispatch_router.domain.closures import CLOSED, AlongLine, Area, Closure, NamedRoad
from dispatch_router.domain.errors import InvalidQuestion
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.traffic import PERMILLE
from dispatch_router.domain.units import UnitMode

RING_POINTS: Final = (4, 1000)
LINE_POINTS: Final = (2, 1000)
LONGEST_LINE_KM: Final = 200
WITHIN_M: Final = (1.0, 100.0)
DEFAULT_WITHIN_M: Final = 15.0
MAX_NAME_CHARACTERS: Final = 100
MAX_REASON_CHARACTERS: Final = 200
LONGEST: Final = timedelta(days=366)
VEHICLES: Final = frozenset({UnitMode.CAR, UnitMode.MOTORCYCLE})
"""Whom a closure concerns unless it says otherwise: people on foot get through most of them."""


@dataclass(frozen=True, slots=True)
class ClosureDraft:
    """A closure that somebody asks for; see ``Closure``.

    Attributes:
        starts_at: aware; None for at once.
        ends_at: aware; None for until it is lifted.
    """

    shape: Area | AlongLine | NamedRoad
    reason: str
    heading_deg: float | None = None
    along_line: bool = False
    speed_permille: int = CLOSED
    modes: frozenset[UnitMode] = VEHICLES
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def closure(self, closure_id: str, at: datetime, path: str = "") -> Closure:
        """Make the closure.

        Args:
            closure_id: never given before.
            at: the time now.
            path: of the draft in the request, for whoever is told of a mistake.

        Raises:
            InvalidQuestion: a value is outside its bounds, or two do not go together.
        """
        _check_shape(self.shape, path)
        _check_rest(self, path)
        starts_at = at if self.starts_at is None else self.starts_at
        _check_times(starts_at, self.ends_at, at, path)
        return Closure(
            id=closure_id,
            shape=self.shape,
            heading_deg=self.heading_deg,
            along_line=self.along_line,
            speed_permille=self.speed_permille,
            modes=self.modes,
            starts_at=starts_at,
            ends_at=self.ends_at,
            reason=self.reason,
        )


def _check_shape(shape: Area | AlongLine | NamedRoad, path: str) -> None:
    if isinstance(shape, Area):
        _check_count(shape.ring, RING_POINTS, _inside(path, "area"))
        _check_ring(shape.ring, _inside(path, "area"))
    elif isinstance(shape, AlongLine):
        _check_count(shape.points, LINE_POINTS, _inside(path, "line"))
        if len(set(shape.points)) == 1:
            raise InvalidQuestion(
                "the line has no length", "该线没有长度", _inside(path, "line.coordinates")
            )
        if _length_km(shape.points) > LONGEST_LINE_KM:
            raise InvalidQuestion(
                f"the line is longer than {LONGEST_LINE_KM} km",
                f"该线长度超过{LONGEST_LINE_KM}公里",
                _inside(path, "line.coordinates"),
            )
        if not WITHIN_M[0] <= shape.within_m <= WITHIN_M[1]:
            raise _out_of_bounds(*WITHIN_M, _inside(path, "within_m"))
    elif not 1 <= len(shape.name.strip()) <= len(shape.name) <= MAX_NAME_CHARACTERS:
        raise _out_of_bounds(1, MAX_NAME_CHARACTERS, _inside(path, "road"))


def _length_km(points: tuple[LonLat, ...]) -> float:
    """Length on a sphere, good to one part in a hundred, which is enough for a bound."""
    return sum(
        111.2
        * math.hypot((b.lon - a.lon) * math.cos(math.radians((a.lat + b.lat) / 2)), b.lat - a.lat)
        for a, b in itertools.pairwise(points)
    )


def _check_count(points: tuple[LonLat, ...], bounds: tuple[int, int], path: str) -> None:
    if not bounds[0] <= len(points) <= bounds[1]:
        raise _out_of_bounds(*bounds, f"{path}.coordinates")


def _check_ring(ring: tuple[LonLat, ...], path: str) -> None:
    if ring[0] != ring[-1]:
        raise InvalidQuestion(
            "the outline is not closed: repeat its first position at the end",
            "轮廓未闭合：请在末尾重复第一个坐标",
            f"{path}.coordinates",
        )
    outline = shapely.Polygon([(point.lon, point.lat) for point in ring])
    if not outline.is_valid or outline.area == 0:
        raise InvalidQuestion(
            "the outline crosses or touches itself, or encloses nothing",
            "轮廓自相交、自相接，或未围成区域",
            f"{path}.coordinates",
        )


def _check_rest(draft: ClosureDraft, path: str) -> None:
    if draft.heading_deg is not None and not 0 <= draft.heading_deg < 360:
        raise _out_of_bounds(0, 360, _inside(path, "heading_deg"))
    if draft.along_line and not isinstance(draft.shape, AlongLine):
        raise InvalidQuestion(
            "only a line has a direction to go along",
            "只有line才有沿线方向",
            _inside(path, "along_line"),
        )
    if not CLOSED <= draft.speed_permille < PERMILLE:
        raise _out_of_bounds(0, 1, _inside(path, "speed_factor"))
    if not draft.modes:
        raise InvalidQuestion("name one mode or more", "请至少填写一种方式", _inside(path, "modes"))
    if not 1 <= len(draft.reason.strip()) <= len(draft.reason) <= MAX_REASON_CHARACTERS:
        raise _out_of_bounds(1, MAX_REASON_CHARACTERS, _inside(path, "reason"))


def _check_times(starts_at: datetime, ends_at: datetime | None, at: datetime, path: str) -> None:
    if starts_at - at > LONGEST:
        raise InvalidQuestion(
            f"this is more than {LONGEST.days} days ahead",
            f"距现在超过{LONGEST.days}天",
            _inside(path, "from"),
        )
    if ends_at is None:
        return
    if ends_at <= max(starts_at, at):
        raise InvalidQuestion(
            "the closure would be over before it begins, or is over already",
            "封闭的结束时间须晚于开始时间和当前时间",
            _inside(path, "until"),
        )
    if ends_at - starts_at > LONGEST:
        raise InvalidQuestion(
            f"a closure lasts {LONGEST.days} days at most; leave this out to close a road until "
            "the closure is lifted",
            f"封闭时间不得超过{LONGEST.days}天；如需一直封闭到解除为止，请省略该字段",
            _inside(path, "until"),
        )


def _inside(path: str, member: str) -> str:
    return f"{path}.{member}" if path else member


def _out_of_bounds(least: float, most: float, path: str) -> InvalidQuestion:
    return InvalidQuestion(
        f"must be between {least:g} and {most:g}", f"须在{least:g}至{most:g}之间", path
    )
