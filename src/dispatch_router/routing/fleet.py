"""Units on the roads of their modes, movable one by one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.graph import Int64
from dispatch_router.routing.profile import Profile
from dispatch_router.routing.snapping import SnappedPosition
from dispatch_router.routing.view import View

ProfileOf = Callable[[UnitMode, Response], Profile]
SnapTo = Callable[[UnitMode, LonLat], SnappedPosition]


@dataclass(frozen=True, slots=True)
class Seen:
    """The units of one mode as one profile sees them."""

    profile: Profile
    view: View


class Group:
    """The units of one mode.

    Attributes:
        mode: of all of them.
        units: shape (members,), index of each in the fleet, ascending.
        snapped: where each stands on the roads of the mode.
        seen: the group under each response that was asked for so far.
    """

    def __init__(self, mode: UnitMode, units: Int64, snapped: list[SnappedPosition]) -> None:
        self.mode = mode
        self.units = units
        self.snapped = snapped
        self.seen: dict[Response, Seen] = {}
        # While views are made anew beside the fleet: who moved in the meantime.
        self.moved: set[int] | None = None

    def __len__(self) -> int:
        """Count the members."""
        return len(self.units)

    def move(self, member: int, snapped: SnappedPosition) -> None:
        """Put one member somewhere else."""
        self.snapped[member] = snapped
        for seen in self.seen.values():
            seen.view.move(member, snapped)
        if self.moved is not None:
            self.moved.add(member)


class Fleet:
    """Units in a fixed order. Whoever reads or moves them holds ``lock``.

    Attributes:
        positions: where each unit is, WGS-84.
        modes: how each travels.
        groups: the units by mode, modes in order.
    """

    def __init__(
        self,
        positions: Sequence[LonLat],
        modes: Sequence[UnitMode],
        snap_to: SnapTo,
        yard_speed_m_s: float,
    ) -> None:
        """Tie every unit to the roads of its mode; one far from every road is unreachable."""
        self.positions = list(positions)
        self.modes = tuple(modes)
        self.lock = threading.Lock()
        self._snap_to = snap_to
        self._yard_speed_m_s = yard_speed_m_s
        self._member: dict[int, tuple[Group, int]] = {}
        self.groups = tuple(self._group(mode) for mode in UnitMode if mode in self.modes)

    def __len__(self) -> int:
        """Count the units."""
        return len(self.positions)

    def move(self, unit: int, position: LonLat) -> None:
        """Put one unit somewhere else; the next search sees it there."""
        snapped = self._snap_to(self.modes[unit], position)
        with self.lock:
            self.positions[unit] = position
            group, member = self._member[unit]
            group.move(member, snapped)

    def seen(self, group: Group, response: Response, profile_of: ProfileOf) -> Seen:
        """Return a group as the profile in force sees it; the lock is held."""
        if group.mode is UnitMode.FOOT:
            response = Response.ROUTINE
        profile = profile_of(group.mode, response)
        seen = group.seen.get(response)
        if seen is None:
            view = View(profile.metric, profile.hierarchy, group.snapped, self._yard_speed_m_s)
            seen = group.seen[response] = Seen(profile, view)
        elif seen.profile is not profile:
            seen = group.seen[response] = _under(seen.view.copy(), profile)
        return seen

    def prepare(self, profile_of: ProfileOf) -> list[tuple[Group, Response, Seen]]:
        """Make views under profiles that will soon be in force, while searches go on.

        Units may move in the meantime; ``take_over`` follows them up.
        """
        with self.lock:
            copies = [
                (group, response, seen.view.copy())
                for group in self.groups
                for response, seen in group.seen.items()
                if seen.profile is not profile_of(group.mode, response)
            ]
            for group in self.groups:
                group.moved = set()
        return [
            (group, response, _under(view, profile_of(group.mode, response)))
            for group, response, view in copies
        ]

    def take_over(self, prepared: Sequence[tuple[Group, Response, Seen]]) -> None:
        """Use what ``prepare`` made from now on; the lock is held."""
        for group, response, seen in prepared:
            for member in sorted(group.moved or ()):
                seen.view.move(member, group.snapped[member])
            group.seen[response] = seen
        for group in self.groups:
            group.moved = None

    def _group(self, mode: UnitMode) -> Group:
        units = [unit for unit, its_mode in enumerate(self.modes) if its_mode is mode]
        snapped = [self._snap_to(mode, self.positions[unit]) for unit in units]
        group = Group(mode, np.array(units, dtype=np.int64), snapped)
        for member, unit in enumerate(units):
            self._member[unit] = group, member
        return group


def _under(copy: View, profile: Profile) -> Seen:
    copy.put_under(profile.metric, profile.hierarchy)
    return Seen(profile, copy)
