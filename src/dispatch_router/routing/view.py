"""Units on the roads under one set of driving times: where each may set off, and its labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64, UInt8
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy
from dispatch_router.routing.hierarchy.labels import EntrySlots, Labels, label_units
from dispatch_router.routing.hierarchy.nearby import Nearby, in_order, step_bits_for
from dispatch_router.routing.hierarchy.stale import labelled_otherwise
from dispatch_router.routing.kernels.arrays import Starts
from dispatch_router.routing.kernels.bundle import Bundle, Handle
from dispatch_router.routing.kernels.moves import LEAST_ROOM, Slots, move_units
from dispatch_router.routing.kernels.unreached import mark_stranded
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.snapping import SnappedPosition
from dispatch_router.routing.view_arrays import (
    RoadsBeside,
    copied,
    copied_labels,
    doubled,
    flattened,
    no_entries,
    no_labels,
    nobody,
    nobody_nearby,
)

ENTRIES_AT_FIRST = 256
"""Room for this many label entries for each unit; it grows where that is not enough."""

FEW_AT_ONCE = 64
"""So many units keep the labels in order one by one; of more, an eighth of all."""


class UnitStarts(NamedTuple):
    """The starts of one unit; see ``Starts``, each shape (starts,)."""

    edge: Int32
    along_mm: Int64
    yard_ms: Int64
    ms: Int64


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
        self._beside = RoadsBeside(self._snapped)
        self._yard_speed_m_s = yard_speed_m_s
        room = max(1, LEAST_ROOM * len(snapped))
        self._starts, self._slots = nobody(metric.topology, len(snapped), room)
        self._forget_labels()
        self._bundle = self._bundled()
        self._is_stranded: UInt8 | None = None
        self._place(self._everyone())
        self._label(self._everyone())

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
    def handle(self) -> Handle:
        """All of this for the kernels; another one after a move that needed more room."""
        return self._bundle.handle

    @property
    def labels(self) -> Labels | None:
        """For the hierarchy, or None; other arrays after a move that needed more room."""
        return self._labels

    @property
    def nearby(self) -> Nearby:
        """The labels in order; other arrays after a move that needed more room."""
        return self._nearby

    def snapped(self, unit: int) -> SnappedPosition:
        """Return where a unit was put last."""
        return self._snapped[unit]

    def move(self, unit: int, snapped: SnappedPosition) -> None:
        """Let one unit set off somewhere else; empty where it is far from every road."""
        self.move_many({unit: snapped})

    def move_many(self, snapped: Mapping[int, SnappedPosition]) -> None:
        """Let units set off somewhere else; empty where one is far from every road."""
        for unit, position in snapped.items():
            self._snapped[unit] = position
            self._beside.put(unit, position)
        units = np.fromiter(snapped, dtype=np.int32, count=len(snapped))
        self._place(units)
        self._label(units)
        if self._is_stranded is not None:
            self._look_at_reach(units, self._is_stranded)

    def stranded(self) -> np.ndarray:
        """List the units that cannot drive to the core from where they stand, ascending.

        Looked for when it is first asked for, and followed with every move from then on.
        """
        if self._is_stranded is None:
            is_stranded = np.zeros(len(self), dtype=np.uint8)
            self._look_at_reach(self._everyone(), is_stranded)
            self._is_stranded = is_stranded
        return np.flatnonzero(self._is_stranded)

    def starts_of(self, unit: int) -> UnitStarts:
        """Return the starts of one unit alone."""
        first = int(self._slots.first[unit])
        own = slice(first, first + int(self._slots.size[unit]))
        starts = self._starts
        return UnitStarts(
            edge=starts.edge[own].copy(),
            along_mm=starts.along_mm[own].copy(),
            yard_ms=starts.yard_ms[own].copy(),
            ms=starts.ms[own].copy(),
        )

    def under(self, metric: Metric, hierarchy: Hierarchy | None) -> View:
        """Put the same units under other driving times; this view stays as it is.

        Raises:
            ValueError: see ``put_under``.
        """
        other = self.copy()
        other.put_under(metric, hierarchy)
        return other

    def copy(self) -> View:
        """Put the same units under the same driving times once more, to be moved apart."""
        other = object.__new__(View)
        other.metric, other.hierarchy = self.metric, self.hierarchy
        other._snapped, other._beside = self._snapped.copy(), self._beside.copy()
        other._yard_speed_m_s = self._yard_speed_m_s
        other._starts = copied(self._starts)
        other._slots = copied(self._slots)._replace(node=self._slots.node, exits=self._slots.exits)
        other._entry_slots, other._nearby = copied(self._entry_slots), copied(self._nearby)
        other._labels = None
        if self._labels is not None:
            other._labels = copied_labels(self._labels, int(self._entry_slots.used[0]))
        other._is_stranded = None
        other._bundle = other._bundled()
        return other

    def put_under(self, metric: Metric, hierarchy: Hierarchy | None) -> None:
        """Put this view itself under other driving times of the same network.

        Only units whose starts or labels can be others then are looked at again.

        Raises:
            ValueError: the driving times are of another network.
        """
        if metric.topology is not self.metric.topology:
            raise ValueError("these driving times are of another road network")
        stale, moved = self._labelled_otherwise(hierarchy), self._leaving_otherwise(metric)
        self.metric, self.hierarchy = metric, hierarchy
        self._is_stranded = None
        if stale is None:
            self._forget_labels()
            self._bundle = self._bundled()
        self._place(moved)
        anew = self._everyone() if stale is None else np.union1d(stale, moved).astype(np.int32)
        self._label(anew)

    def count_stale(self, metric: Metric, hierarchy: Hierarchy | None) -> int:
        """Count the units that ``put_under`` would look at again, some of them twice over."""
        stale = self._labelled_otherwise(hierarchy)
        return len(self if stale is None else stale) + len(self._leaving_otherwise(metric))

    def _leaving_otherwise(self, metric: Metric) -> Int32:
        return self._beside.beside_any(metric.edges_changed_since(self.metric) >> 1)

    def _labelled_otherwise(self, hierarchy: Hierarchy | None) -> Int32 | None:
        """Find the units whose labels do not hold under a hierarchy; None: no label does."""
        if self.hierarchy is None or hierarchy is None:
            return np.empty(0, dtype=np.int32) if self.hierarchy is hierarchy else None
        return labelled_otherwise(self.hierarchy, hierarchy, self.handle)

    def _forget_labels(self) -> None:
        unit_count = len(self)
        self._entry_slots: EntrySlots = no_entries(unit_count)
        self._labels: Labels | None = None
        self._nearby: Nearby = nobody_nearby(0, 0)
        if self.hierarchy is not None:
            entries, room = ENTRIES_AT_FIRST * (unit_count + 1), len(self._starts.unit)
            self._labels = no_labels(unit_count, room, entries)
            self._nearby = nobody_nearby(room, step_bits_for(self.hierarchy.depth_at_most))

    def _bundled(self) -> Bundle:
        if self._labels is None:
            return Bundle(self._starts, self._slots)
        return Bundle(self._starts, self._slots, self._labels, self._entry_slots, self._nearby)

    def _everyone(self) -> Int32:
        return np.arange(len(self), dtype=np.int32)

    @property
    def reach(self) -> UInt8:
        """How each state lies to the core, shape (states,); see ``reach.core_reach``."""
        return self.metric.reach if self.hierarchy is None else self.hierarchy.reach

    def _look_at_reach(self, units: Int32, is_stranded: UInt8) -> None:
        mark_stranded(self.metric.bundle.handle, self.handle, self.reach, units, is_stranded)

    def _place(self, units: Int32) -> None:
        candidates = flattened([self._snapped[unit] for unit in units.tolist()])
        roads, done = self.metric.bundle.handle, 0
        while True:
            speed_m_s = self._yard_speed_m_s
            done = move_units(roads, self.handle, units, candidates, speed_m_s, done)
            if done == len(units):
                return
            self._make_room_for_starts()

    def _make_room_for_starts(self) -> None:
        starts, labels = self._starts, self._labels
        self._starts = starts._replace(
            unit=doubled(starts.unit),
            edge=doubled(starts.edge),
            along_mm=doubled(starts.along_mm),
            yard_ms=doubled(starts.yard_ms),
            ms=doubled(starts.ms),
            next_at=doubled(starts.next_at),
        )
        self._slots = self._slots._replace(previous_at=doubled(self._slots.previous_at))
        if labels is not None:
            self._labels = labels._replace(
                vertex=doubled(labels.vertex),
                own_from=doubled(labels.own_from),
                offset=doubled(labels.offset),
            )
            nearby = self._nearby
            self._nearby = nearby._replace(
                key=doubled(nearby.key), least_ms=doubled(nearby.least_ms)
            )
        self._bundle = self._bundled()

    def _label(self, units: Int32) -> None:
        if self.hierarchy is None:
            return
        hierarchy, done = self.hierarchy.bundle.handle, 0
        one_by_one = len(units) <= max(FEW_AT_ONCE, len(self) // 8)
        while True:
            done = label_units(hierarchy, self.handle, units, done, one_by_one)
            if done == len(units):
                break
            self._make_room_for_entries()
        if not one_by_one:
            self._put_labels_in_order()

    def _put_labels_in_order(self) -> None:
        labels = self._labels
        if labels is not None:
            key = in_order(labels.first, labels.size, labels.vertex)
            self._nearby.key[: len(key)] = key
            self._nearby.used[0] = len(key)

    def _make_room_for_entries(self) -> None:
        labels = self._labels
        if labels is not None:
            self._labels = labels._replace(
                weight=doubled(labels.weight), ms=doubled(labels.ms), start=doubled(labels.start)
            )
        self._bundle = self._bundled()
