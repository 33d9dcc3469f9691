"""Units on the roads of their modes, movable one by one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.graph import Int64
from dispatch_router.routing.profile import Profile
from dispatch_router.routing.snapping import SnappedPosition
from dispatch_router.routing.view import View

CHANGED_IN_PLACE = 200
"""So many units are looked at again in a few milliseconds, while searches wait."""

ProfileOf = Callable[[UnitMode, Response], Profile]
SnapAll = Callable[[UnitMode, Sequence[LonLat]], list[SnappedPosition]]


class Seen:
    """The units of one mode as one profile sees them.

    Its view follows the units when it is looked at: of a unit that has moved several times since,
    where it is now is all that counts. So what is seldom asked for, as emergency drives are at
    times, costs little in between. Not thread-safe by itself.

    Attributes:
        profile: that one.
    """

    def __init__(self, profile: Profile, view: View) -> None:
        """Take a view that all units are in their places in."""
        self.profile = profile
        self._view = view
        self._behind: dict[int, SnappedPosition] = {}

    @property
    def view(self) -> View:
        """The units where they are now."""
        if self._behind:
            behind, self._behind = self._behind, {}
            self._view.move_many(behind)
        return self._view

    def move(self, snapped: Mapping[int, SnappedPosition]) -> None:
        """Let members be somewhere else from the next look on."""
        self._behind.update(snapped)


class Prepared(NamedTuple):
    """A group that will soon be seen as another profile sees it.

    Attributes:
        beside: its view under that profile; None where so few units are concerned that the view in
            use is changed when the profile comes into force.
    """

    group: Group
    response: Response
    profile: Profile
    beside: View | None


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
        self._member = {unit: member for member, unit in enumerate(units.tolist())}
        # While views are made anew beside the fleet: who moved in the meantime.
        self.moved: set[int] | None = None

    def __len__(self) -> int:
        """Count the members."""
        return len(self.units)

    def __contains__(self, unit: int) -> bool:
        """Whether a unit of the fleet is a member."""
        return unit in self._member

    def members(self, units: Iterable[int]) -> list[int]:
        """Tell which members some units are, ascending; units of other modes are passed over."""
        member = self._member
        return sorted(member[unit] for unit in units if unit in member)

    def move(self, snapped: Mapping[int, SnappedPosition]) -> None:
        """Put members somewhere else."""
        for member, position in snapped.items():
            self.snapped[member] = position
        for seen in self.seen.values():
            seen.move(snapped)
        if self.moved is not None:
            self.moved.update(snapped)


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
        snap_all: SnapAll,
        yard_speed_m_s: float,
    ) -> None:
        """Tie every unit to the roads of its mode; one far from every road is unreachable."""
        self.positions = list(positions)
        self.modes = tuple(modes)
        self.lock = threading.Lock()
        self._snap_all = snap_all
        self._yard_speed_m_s = yard_speed_m_s
        self._member: dict[int, tuple[int, int]] = {}
        present = [mode for mode in UnitMode if mode in self.modes]
        self.groups = tuple(self._group(number, mode) for number, mode in enumerate(present))

    def __len__(self) -> int:
        """Count the units."""
        return len(self.positions)

    def move(self, positions: Mapping[int, LonLat]) -> None:
        """Put units somewhere else, by their index; the next search sees all of them there."""
        by_group: dict[int, list[int]] = {}
        for unit in positions:
            by_group.setdefault(self._member[unit][0], []).append(unit)
        snapped = [
            (self.groups[number], self._snapped_members(self.groups[number], units, positions))
            for number, units in by_group.items()
        ]
        with self.lock:
            for unit, position in positions.items():
                self.positions[unit] = position
            for group, members in snapped:
                group.move(members)

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

    def prepare(self, profile_of: ProfileOf) -> list[Prepared]:
        """Make ready for profiles that will soon be in force, while searches go on.

        Where many units are concerned a view is made beside the one in use. Units may move in the
        meantime; ``take_over`` follows them up.
        """
        with self.lock:
            prepared = [
                self._prepared(group, response, seen, profile)
                for group in self.groups
                for response, seen in group.seen.items()
                if (profile := profile_of(group.mode, response)) is not seen.profile
            ]
            for group in self.groups:
                group.moved = set()
        for each in prepared:
            if each.beside is not None:
                each.beside.put_under(each.profile.metric, each.profile.hierarchy)
        return prepared

    def take_over(self, prepared: Sequence[Prepared]) -> None:
        """Use what ``prepare`` made from now on; the lock is held."""
        for group, response, profile, beside in prepared:
            # Where anything fails from here on, the view is made anew for the next question.
            view = group.seen.pop(response).view
            if beside is None:
                view.put_under(profile.metric, profile.hierarchy)
            else:
                view = beside
                moved = sorted(group.moved or ())
                view.move_many({member: group.snapped[member] for member in moved})
            group.seen[response] = Seen(profile, view)
        for group in self.groups:
            group.moved = None

    def _prepared(self, group: Group, response: Response, seen: Seen, profile: Profile) -> Prepared:
        stale = seen.view.count_stale(profile.metric, profile.hierarchy)
        beside = None if stale <= CHANGED_IN_PLACE else seen.view.copy()
        return Prepared(group, response, profile, beside)

    def _snapped_members(
        self, group: Group, units: Sequence[int], positions: Mapping[int, LonLat]
    ) -> dict[int, SnappedPosition]:
        """Tie positions to the roads of a group's mode, by member."""
        members = [self._member[unit][1] for unit in units]
        snapped = self._snap_all(group.mode, [positions[unit] for unit in units])
        return dict(zip(members, snapped, strict=True))

    def _group(self, number: int, mode: UnitMode) -> Group:
        units = [unit for unit, its_mode in enumerate(self.modes) if its_mode is mode]
        snapped = self._snap_all(mode, [self.positions[unit] for unit in units])
        for member, unit in enumerate(units):
            self._member[unit] = number, member
        return Group(mode, np.array(units, dtype=np.int64), snapped)


def _under(copy: View, profile: Profile) -> Seen:
    copy.put_under(profile.metric, profile.hierarchy)
    return Seen(profile, copy)
