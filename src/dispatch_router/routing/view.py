"""Units on the roads under one set of driving times: where each may set off, and its labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch_router.routing.graph import Int32
from dispatch_router.routing.hierarchy.climb import Climb, new_climb
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy
from dispatch_router.routing.hierarchy.labels import EntrySlots, Labels, concerned, label_units
from dispatch_router.routing.kernels.arrays import Starts
from dispatch_router.routing.kernels.from_post import PostStarts
from dispatch_router.routing.kernels.moves import LEAST_ROOM, Slots, move_units
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.snapping import SnappedPosition
from dispatch_router.routing.view_arrays import (
    copied,
    doubled,
    flattened,
    no_entries,
    no_labels,
    nobody,
)

ENTRIES_AT_FIRST = 256
"""Room for this many label entries for each unit; it grows where that is not enough."""


class View:
    """A fleet under one metric, units in a fixed order.

    Units can be moved one by one, in place. Not thread-safe by itself: whoever moves units or
    searches among them holds a lock of the caller's.
    """

    def __init__(
        self,
        metric: Metric,
        hierarchy: Hierarchy | None,
        snapped: Sequence[SnappedPosition],
        yard_speed_m_s: float,
    ) -> None:
        """Let every unit set off in both directions of every road that it may stand on.

        Args:
            metric: driving times.
            hierarchy: under the same metric, to be searched by labels; None to go without.
            snapped: the units on roads; empty for one that is far from every road.
            yard_speed_m_s: from a unit to the road.
        """
        self.metric = metric
        self.hierarchy = hierarchy
        self._snapped = list(snapped)
        self._yard_speed_m_s = yard_speed_m_s
        room = max(1, LEAST_ROOM * len(snapped))
        self._starts, self._slots = nobody(metric.topology, len(snapped), room)
        everyone = np.arange(len(snapped), dtype=np.int32)
        self._place(everyone)
        self._forget_labels()
        self._label(everyone)

    def __len__(self) -> int:
        """Count the units."""
        return len(self._snapped)

    @property
    def starts(self) -> Starts:
        """Where units set off; other arrays after a move that needed more room."""
        return self._starts

    @property
    def slots(self) -> Slots:
        """Which starts are whose; other arrays after a move that needed more room."""
        return self._slots

    @property
    def labels(self) -> Labels | None:
        """For the hierarchy, or None; other arrays after a move that needed more room."""
        return self._labels

    def snapped(self, unit: int) -> SnappedPosition:
        """Return where a unit was put last."""
        return self._snapped[unit]

    def move(self, unit: int, snapped: SnappedPosition) -> None:
        """Let one unit set off somewhere else; empty where it is far from every road."""
        self._snapped[unit] = snapped
        alone = np.full(1, unit, dtype=np.int32)
        self._place(alone)
        self._label(alone)

    def starts_of(self, unit: int) -> PostStarts:
        """Return the starts of one unit alone."""
        first = int(self._slots.first[unit])
        own = slice(first, first + int(self._slots.size[unit]))
        starts = self._starts
        return PostStarts(
            edge=starts.edge[own].copy(),
            along_mm=starts.along_mm[own].copy(),
            yard_ms=starts.yard_ms[own].copy(),
            ms=starts.ms[own].copy(),
        )

    def under(self, metric: Metric, hierarchy: Hierarchy | None) -> View:
        """Put the same units under other driving times of the same network.

        Only units whose starts or labels can be others then are looked at again. This view stays as
        it is.

        Raises:
            ValueError: the driving times are of another network.
        """
        if metric.topology is not self.metric.topology:
            raise ValueError("these driving times are of another road network")
        other = object.__new__(View)
        other.metric, other.hierarchy = metric, hierarchy
        other._snapped = self._snapped.copy()
        other._yard_speed_m_s = self._yard_speed_m_s
        other._starts = copied(self._starts)
        other._slots = copied(self._slots)._replace(node=self._slots.node, exits=self._slots.exits)
        moved = self._units_that_leave_otherwise(metric)
        other._place(moved)
        stale = other._take_labels(self)
        other._label(np.union1d(stale, moved).astype(np.int32))
        return other

    def copy(self) -> View:
        """Put the same units under the same driving times once more, to be moved apart."""
        return self.under(self.metric, self.hierarchy)

    def _units_that_leave_otherwise(self, metric: Metric) -> Int32:
        old, new = self.metric.roads, metric.roads
        differs = (old.leave_ms != new.leave_ms) | (old.edge_ms != new.edge_ms)
        changed = differs.reshape(-1, 2).any(axis=1)
        candidates = flattened(self._snapped)
        owner = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(candidates.first))
        return np.unique(owner[changed[candidates.edge]])

    def _take_labels(self, old: View) -> Int32:
        """Copy the labels of a view of the same units; return whose do not hold any more."""
        before, after = old.hierarchy, self.hierarchy
        if before is None or after is None or old._labels is None or before.tree is not after.tree:
            self._forget_labels()
            return np.arange(len(self), dtype=np.int32)
        self._climb: Climb | None = new_climb(after.tree)
        self._labels: Labels | None = self._with_room(copied(old._labels))
        self._entry_slots: EntrySlots = copied(old._entry_slots)
        return concerned(after.tree, before.weights.up, after.weights.up, self._labels)

    def _forget_labels(self) -> None:
        unit_count = len(self)
        self._entry_slots = no_entries(unit_count)
        self._climb = self._labels = None
        if self.hierarchy is not None:
            self._climb = new_climb(self.hierarchy.tree)
            entries = ENTRIES_AT_FIRST * (unit_count + 1)
            self._labels = no_labels(unit_count, len(self._starts.unit), entries)

    def _place(self, units: Int32) -> None:
        candidates = flattened([self._snapped[unit] for unit in units.tolist()])
        done = 0
        while True:
            done = move_units(
                self.metric.roads,
                self._starts,
                self._slots,
                units,
                candidates,
                self._yard_speed_m_s,
                done,
            )
            if done == len(units):
                return
            self._make_room_for_starts()

    def _make_room_for_starts(self) -> None:
        starts = self._starts
        self._starts = starts._replace(
            unit=doubled(starts.unit),
            edge=doubled(starts.edge),
            along_mm=doubled(starts.along_mm),
            yard_ms=doubled(starts.yard_ms),
            ms=doubled(starts.ms),
            next_at=doubled(starts.next_at),
        )
        self._slots = self._slots._replace(previous_at=doubled(self._slots.previous_at))

    def _label(self, units: Int32) -> None:
        if self.hierarchy is None or self._labels is None or self._climb is None:
            return
        self._labels = self._with_room(self._labels)
        done = 0
        while True:
            done = label_units(
                self.metric.roads,
                self.hierarchy.tree,
                self.hierarchy.weights.up,
                self._starts,
                self._slots,
                self._labels,
                self._entry_slots,
                units,
                self._climb,
                done,
            )
            if done == len(units):
                return
            self._labels = self._labels._replace(
                weight=doubled(self._labels.weight), start=doubled(self._labels.start)
            )

    def _with_room(self, labels: Labels) -> Labels:
        """Labels stand where starts do: as many of them."""
        while len(labels.vertex) < len(self._starts.unit):
            labels = labels._replace(
                vertex=doubled(labels.vertex),
                own_from=doubled(labels.own_from),
                offset=doubled(labels.offset),
            )
        return labels
