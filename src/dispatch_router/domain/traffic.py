"""How fast roads are driven at which hour, and what an emergency drive may do: policy, not code.

Factors are whole numbers in thousandths (permille), so that every replica gets the same times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from dispatch_router.domain.road_classes import RoadClass
from dispatch_router.domain.units import UnitMode

PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class SpeedPeriod:
    """Speed factors of one part of the week, local time.

    The part of the day runs from ``start`` (inclusive) to ``end`` (exclusive) and may pass
    midnight, which belongs to the day that it began on; ``start == end`` is the whole day.

    Attributes:
        days: on which it begins, 0 is Monday.
        permille: by road class, of the light-traffic speed.
        other_permille: of the classes that ``permille`` does not name.
        modes: whose speeds change; never on foot.
    """

    days: frozenset[int]
    start: time
    end: time
    permille: Mapping[RoadClass, int]
    other_permille: int = PERMILLE
    modes: frozenset[UnitMode] = frozenset({UnitMode.CAR, UnitMode.MOTORCYCLE})


@dataclass(frozen=True, slots=True)
class TrafficPolicy:
    """Speeds by the hour of the week, and waiting at signals.

    Attributes:
        periods: the first that fits holds; outside all of them traffic is light.
        signal_ms: what one traffic signal costs an ordinary drive on average.
    """

    periods: tuple[SpeedPeriod, ...] = ()
    signal_ms: int = 0


_THINKABLE = frozenset(
    {
        RoadClass.SECONDARY,
        RoadClass.TERTIARY,
        RoadClass.UNCLASSIFIED,
        RoadClass.RESIDENTIAL,
        RoadClass.LIVING_STREET,
        RoadClass.SERVICE,
        RoadClass.PEDESTRIAN,
    }
)


@dataclass(frozen=True, slots=True)
class EmergencyPolicy:
    """Article 53's exemptions as priced choices.

    Attributes:
        permille: speed factors by road class, on top of the hour's; classes not named keep 1000.
        other_permille: of the classes that ``permille`` does not name.
        signal_ms: what one traffic signal costs.
        contraflow_classes: where driving against a one-way street is thinkable. Motorways and their
            links never are, whatever stands here.
        contraflow_kmh: the speed there.
        contraflow_ms: penalty for each stretch of road so driven, from junction to junction.
        turn_ms: penalty for each restricted turn.
        access_kmh: through what is closed to ordinary vehicles, private or for residents.
        access_ms: penalty for each such stretch from junction to junction.
    """

    permille: Mapping[RoadClass, int] = field(default_factory=dict)
    other_permille: int = PERMILLE
    signal_ms: int = 0
    contraflow_classes: frozenset[RoadClass] = _THINKABLE
    contraflow_kmh: float = 20.0
    contraflow_ms: int = 15_000
    turn_ms: int = 10_000
    access_kmh: float = 20.0
    access_ms: int = 10_000
