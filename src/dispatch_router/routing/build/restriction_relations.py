"""Turn restriction relations as tagged (https://wiki.openstreetmap.org/wiki/Relation:restriction).

This module reads what one relation says; ``restrictions`` finds the edges that it speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.tags import Tags, listed

MAX_MEMBERS = 64

Member: TypeAlias = tuple[str, int, str]
"""Kind (``n``, ``w`` or ``r``), id and role."""

_VEHICLES = {
    UnitMode.CAR: ("motorcar", "motor_vehicle", "vehicle"),
    UnitMode.MOTORCYCLE: ("motorcycle", "motor_vehicle", "vehicle"),
}
"""How relations name the vehicles that they speak of, the most specific first; never walkers."""
_POLICE = ("emergency", "police")
_OLD_TIMES = ("day_on", "day_off", "hour_on", "hour_off")


@dataclass(frozen=True, slots=True)
class TurnRelation:
    """One restriction that holds for the vehicles of a mode at all hours.

    Attributes:
        is_mandatory: from ``from`` only the way to ``to`` is allowed (``only_*``); otherwise that
            way is forbidden (``no_*``).
        is_u_turn: the kind is ``no_u_turn``.
        via_node: None where ``via_ways`` lead from ``from`` to ``to``.
    """

    is_mandatory: bool
    is_u_turn: bool
    from_ways: tuple[int, ...]
    to_ways: tuple[int, ...]
    via_node: int | None
    via_ways: tuple[int, ...]

    def ways(self) -> tuple[int, ...]:
        """Return every way that the relation names."""
        return (*self.from_ways, *self.via_ways, *self.to_ways)


def is_turn_relation(tags: Tags) -> bool:
    """Tell whether a relation is a turn restriction of any kind."""
    return tags.get("type", "").split(":")[0] == "restriction"


def read_turn_relation(
    tags: Tags, members: Sequence[Member], mode: UnitMode
) -> TurnRelation | Dropped:
    """Return what a restriction relation says to drivers of a mode, or why it does not count."""
    kind = _kind(tags, _VEHICLES[mode])
    if isinstance(kind, Dropped):
        return kind
    if len(members) > MAX_MEMBERS:
        return Dropped.RESTRICTION_TOO_LARGE
    from_ways = tuple(i for type_, i, role in members if (type_, role) == ("w", "from"))
    to_ways = tuple(i for type_, i, role in members if (type_, role) == ("w", "to"))
    via = [(type_, i) for type_, i, role in members if role == "via"]
    if not _counts_fit(kind, len(from_ways), len(to_ways)) or not _via_fits(via):
        return Dropped.RESTRICTION_MALFORMED
    is_node = via[0][0] == "n"
    return TurnRelation(
        is_mandatory=kind.startswith("only_"),
        is_u_turn=kind == "no_u_turn",
        from_ways=from_ways,
        to_ways=to_ways,
        via_node=via[0][1] if is_node else None,
        via_ways=() if is_node else tuple(i for _, i in via),
    )


def _kind(tags: Tags, vehicles: tuple[str, ...]) -> str | Dropped:
    # "type=restriction:hgv" is an old form for "restriction:hgv=...".
    value = _value(tags, tags["type"].partition(":")[2], vehicles)
    if isinstance(value, Dropped):
        return value
    if any(key in tags for key in _OLD_TIMES):
        return Dropped.RESTRICTION_CONDITIONAL
    if {*vehicles, *_POLICE}.intersection(listed(tags.get("except", ""))):
        return Dropped.RESTRICTION_EXCEPTED
    kind = value.strip().lower()
    return kind if kind.startswith(("no_", "only_")) else Dropped.RESTRICTION_KIND


def _value(tags: Tags, only_for: str, vehicles: tuple[str, ...]) -> str | Dropped:
    for vehicle in vehicles:
        if f"restriction:{vehicle}" in tags:
            return tags[f"restriction:{vehicle}"]
    if "restriction" in tags and only_for in ("", *vehicles):
        return tags["restriction"]
    if any(key.startswith("restriction") and key.endswith(":conditional") for key in tags):
        return Dropped.RESTRICTION_CONDITIONAL
    if only_for or any(key.startswith("restriction:") for key in tags):
        return Dropped.RESTRICTION_NOT_FOR_MODE
    return Dropped.RESTRICTION_KIND


def _counts_fit(kind: str, from_count: int, to_count: int) -> bool:
    most_from = MAX_MEMBERS if kind == "no_entry" else 1
    most_to = MAX_MEMBERS if kind == "no_exit" else 1
    return 1 <= from_count <= most_from and 1 <= to_count <= most_to


def _via_fits(via: Sequence[tuple[str, int]]) -> bool:
    kinds = {type_ for type_, _ in via}
    return kinds == {"w"} or (kinds == {"n"} and len(via) == 1)
