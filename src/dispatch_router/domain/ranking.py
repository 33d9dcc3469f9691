"""The order of the units: by time to person, and how ties are settled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Contender(NamedTuple):
    """A unit in the order.

    Attributes:
        total_ms: time to person.
        responsible: belongs to the post that is responsible for the zone of the call.
        unit_id: unique; settles what nothing else does.
        unit_index: which unit of the fleet.
    """

    total_ms: int
    responsible: bool
    unit_id: str
    unit_index: int


def by_time(contender: Contender) -> tuple[int, str]:
    """Sort key: who is there first; equal times by id."""
    return contender.total_ms, contender.unit_id


def by_responsibility(contender: Contender) -> tuple[bool, str]:
    """Sort key inside a tie: the responsible post's units, then by id."""
    return not contender.responsible, contender.unit_id


def tie_groups(contenders: Iterable[Contender], band_ms: int) -> list[tuple[Contender, ...]]:
    """Put the contenders in order, as groups of ties.

    The fastest contender that has no group yet leads one, and everyone at most ``band_ms`` behind
    that leader joins. So two units of one group are never farther apart than the band, and the
    order is total: groups by their leaders' times, inside a group by responsibility, then id.

    Args:
        contenders: in any order; ids are unique.
        band_ms: 0 or more; with 0 only equal times tie.
    """
    groups: list[list[Contender]] = []
    leader_ms = 0
    for contender in sorted(contenders, key=by_time):
        if not groups or contender.total_ms - leader_ms > band_ms:
            groups.append([])
            leader_ms = contender.total_ms
        groups[-1].append(contender)
    return [tuple(sorted(group, key=by_responsibility)) for group in groups]
