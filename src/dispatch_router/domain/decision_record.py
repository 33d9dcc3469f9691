"""Decision records (决策记录): everything that a recommendation was made from.

A record is enough to make the same recommendation again, byte for byte, wherever the same road
graph and the same program are at hand: the district as it was, the hour and the closures, where
every unit was, the question and the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.district import District
from dispatch_router.domain.units_then import UnitsThen


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and how the answer was to be written.

    Attributes:
        crs: of the positions in the answer.
        list_others: whether every unit that is not recommended was listed.
    """

    question: CallQuestion
    top: int
    with_routes: bool
    crs: Crs = Crs.WGS84
    list_others: bool = True


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """What one recommendation was made from.

    Attributes:
        at: the clock, aware.
        program: the version of this program.
        graph_version: of the road graph that was searched.
        reply: the answer as it was sent, a long one without the units that are not recommended;
            None where it was too long to keep all the same.
        reply_sha256: of the answer, in hexadecimal.
        district: posts, units, zones, place names and policy as they were.
        conditions: the hour and the closures.
        units: where each was, and what it said of its service.
    """

    decision_id: str
    at: datetime
    program: str
    graph_version: str
    asked: Asked
    reply: bytes | None
    reply_sha256: str
    district: District
    conditions: Conditions
    units: UnitsThen


@dataclass(frozen=True, slots=True)
class Missing:
    """An ingredient of a decision that is not at hand any more.

    Attributes:
        ingredient: ``graph`` or ``program``.
        recorded: its version then.
        present: the version now.
    """

    ingredient: str
    recorded: str
    present: str
    detail: str
    detail_zh: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision made again.

    Attributes:
        reply: the answer as it comes out now; None where it cannot be made.
        identical: it is the recorded one, byte for byte.
        missing: why not, where that is known.
    """

    reply: bytes | None
    identical: bool
    missing: tuple[Missing, ...]
