"""The question that a call asks: where, how exactly, how urgent."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.errors import InvalidQuestion
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response

MAX_UNCERTAINTY_M = 20_000.0
MAX_PLACE_CHARACTERS = 100
MAX_TOP = 50
DEFAULT_TOP = 5
PRIORITIES = (1, 2, 3)
DEFAULT_PRIORITY = 2
FILED_WITHIN_M = 50_000.0
"""An incident outside the district's roads is filed all the same where one is no farther than this:
a neighbour's call that came here must not be lost. What lies farther is a mistake in the position,
and somebody has to notice."""


@dataclass(frozen=True, slots=True)
class CallQuestion:
    """A call to rank the units for.

    Attributes:
        where: a position, or the name, an alias or the id of a place of the gazetteer.
        uncertainty_m: how far from there the person may be, 0 to ``MAX_UNCERTAINTY_M``; None takes
            what the gazetteer or else the policy says.
        priority: one of ``PRIORITIES``, 1 the most urgent; chooses the target.
        response: which traffic rules bind the units on their way.
        call_type: id of a type of call of the policy, whose needs a unit has to meet; None for a
            call of no stated type, which needs nothing.

    Raises:
        InvalidQuestion: something is outside its bounds or not a finite number.
    """

    where: LonLat | str
    uncertainty_m: float | None = None
    priority: int = DEFAULT_PRIORITY
    response: Response = Response.ROUTINE
    call_type: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be answered; comparisons are written so that NaN fails them."""
        where = self.where
        if isinstance(where, str):
            if not 0 < len(where.strip()) <= MAX_PLACE_CHARACTERS >= len(where):
                raise InvalidQuestion(
                    f"The place has to be 1 to {MAX_PLACE_CHARACTERS} characters long.",
                    f"地名长度须为1至{MAX_PLACE_CHARACTERS}个字符。",
                )
        elif not (-180.0 <= where.lon <= 180.0 and -90.0 <= where.lat <= 90.0):
            raise InvalidQuestion(
                "lon has to lie between -180 and 180 and lat between -90 and 90 degrees; "
                "perhaps the two are swapped.",
                "经度须在-180至180度之间，纬度须在-90至90度之间；请检查经纬度是否写反。",
            )
        if self.uncertainty_m is not None and not 0.0 <= self.uncertainty_m <= MAX_UNCERTAINTY_M:
            raise InvalidQuestion(
                f"uncertainty_m has to lie between 0 and {MAX_UNCERTAINTY_M:.0f} metres.",
                f"位置误差须在0至{MAX_UNCERTAINTY_M:.0f}米之间。",
            )
        if self.priority not in PRIORITIES:
            raise InvalidQuestion(
                "priority has to be 1, 2 or 3; 1 is the most urgent.",
                "优先级须为1、2或3，1为最紧急。",
            )
