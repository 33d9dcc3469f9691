"""What is known of every unit before a call comes, as arrays in the order of the district."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dispatch_router.application.departures import stated_departures
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidDistrict
from dispatch_router.domain.locate import search_ms
from dispatch_router.domain.policy import TurnOutRule
from dispatch_router.domain.turn_out import MINUTES_PER_DAY, turn_out_ms
from dispatch_router.domain.units import DepartureKind, Unit, UnitMode

Times = npt.NDArray[np.int64]


class Crews:
    """The units of a district, ready to be timed for any call.

    A zone is given by its index in the district; None is outside every zone.

    Attributes:
        units: in the district's order.
        departures: where each sets off from.
    """

    def __init__(self, district: District) -> None:
        """Tabulate the district.

        Raises:
            InvalidDistrict: a unit's post is unknown, a patrol has no beat, or some minute of the
                day has no turn-out time.
        """
        self.units = district.units
        self.departures = stated_departures(district)
        self._locate = district.policy.locate
        self._turn_out_by_minute = _turn_out_table(self.units, district.policy.turn_out)
        self._familiar = _familiar(district)
        seated: dict[str, list[int]] = {}
        for index, unit in enumerate(self.units):
            if unit.kind is DepartureKind.STATION:
                seated.setdefault(unit.post_id, []).append(index)
        everywhere = tuple(sorted(index for indexes in seated.values() for index in indexes))
        self._baselines = [tuple(seated.get(zone.station_id, ())) for zone in district.zones]
        self._baselines.append(everywhere)

    def turn_out_ms(self, minute: int) -> Times:
        """Turn-out of every unit at a minute of the day; shape (units,)."""
        return self._turn_out_by_minute[minute]

    def offset_ms(self, minute: int, zone: int | None, uncertainty_m: float) -> Times:
        """Turn-out plus searching, all that does not depend on the roads; shape (units,)."""
        familiar_ms = search_ms(uncertainty_m, self._locate, familiar=True)
        unfamiliar_ms = search_ms(uncertainty_m, self._locate, familiar=False)
        searching_ms = np.where(self._familiar[_row(zone)], familiar_ms, unfamiliar_ms)
        return np.add(self._turn_out_by_minute[minute], searching_ms, dtype=np.int64)

    def is_familiar(self, unit_index: int, zone: int | None) -> bool:
        """Whether the unit knows the zone."""
        return bool(self._familiar[_row(zone), unit_index])

    def baseline(self, zone: int | None) -> tuple[int, ...]:
        """Indexes of the units that would be sent without the reform.

        Those that sit at the zone's station. Outside every zone no station is named, so all
        stations' units stand in: the fastest of them overstates no saving.
        """
        return self._baselines[_row(zone)]


def _familiar(district: District) -> npt.NDArray[np.bool_]:
    """Shape (zones + 1, units). The last row is for calls outside every zone: nobody knows it."""
    zones = {zone.id: index for index, zone in enumerate(district.zones)}
    familiar = np.zeros((len(zones) + 1, len(district.units)), dtype=np.bool_)
    for index, unit in enumerate(district.units):
        for zone_id in unit.familiar_zone_ids:
            if zone_id in zones:
                familiar[zones[zone_id], index] = True
    return familiar


def _row(zone: int | None) -> int:
    return -1 if zone is None else zone


def _turn_out_table(units: Sequence[Unit], rules: Sequence[TurnOutRule]) -> list[Times]:
    """One array per minute of the day; minutes under the same rules share theirs."""
    kinds = sorted({(unit.kind, unit.mode) for unit in units})
    kind_of_unit = [kinds.index((unit.kind, unit.mode)) for unit in units]
    shared: dict[tuple[int, ...], Times] = {}
    table = []
    for minute in range(MINUTES_PER_DAY):
        by_kind = tuple(_turn_out_or_refuse(rules, *kind, minute) for kind in kinds)
        if by_kind not in shared:
            row = np.array(by_kind, dtype=np.int64)[kind_of_unit]
            row.flags.writeable = False
            shared[by_kind] = row
        table.append(shared[by_kind])
    return table


def _turn_out_or_refuse(
    rules: Sequence[TurnOutRule], kind: DepartureKind, mode: UnitMode, minute: int
) -> int:
    found_ms = turn_out_ms(rules, kind, mode, minute)
    if found_ms is None:
        clock = f"{minute // 60:02d}:{minute % 60:02d}"
        raise InvalidDistrict(
            f"No turn-out time holds for a {kind} by {mode} at {clock}: add a rule to policy.yaml.",
            f"{clock}时{kind}（{mode}）没有出动时间规则，请在policy.yaml中补充。",
        )
    return found_ms
