"""The baseline: what the station alone would need, by table."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import DriveLeg
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.graph import Int64
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.from_post import FromPost, PostStarts, drive_from, look_up
from dispatch_router.routing.metric import Metric

TABLES_AT_MOST = 64
"""A district has a few stations; a table of a large city takes a megabyte."""


class BaselineTables:
    """Drive times from fixed departure points, each searched once and then looked up."""

    def __init__(self, metric: Metric) -> None:
        """Keep tables for one metric."""
        self._metric = metric
        self._tables: dict[LonLat, tuple[PostStarts, FromPost]] = {}
        self._writing = threading.Lock()

    def best(
        self, fleet: Fleet, units: Sequence[int], accesses: Accesses, offset_ms: Int64
    ) -> DriveLeg | None:
        """Find the best of a few units whose departure points hardly ever change.

        Args:
            fleet: all units.
            units: indexes of those asked for.
            accesses: the call.
            offset_ms: shape (units of the fleet,), what each unit needs beside drive and walk.

        Returns:
            The leg with the least total, ties to the lower index; None where none can come.
        """
        best: tuple[int, int] | None = None
        ways: dict[LonLat, tuple[int, int, int]] = {}
        for unit in units:
            position = fleet.positions[unit]
            # Crews of one post share the drive.
            if position not in ways:
                ways[position] = self._way(fleet, unit, accesses)
            drive_and_walk_ms = ways[position][0]
            if drive_and_walk_ms < NO_TOTAL:
                total = drive_and_walk_ms + int(offset_ms[unit]), unit
                best = total if best is None else min(best, total)
        if best is None:
            return None
        unit = best[1]
        drive_and_walk_ms, distance_mm, access = ways[fleet.positions[unit]]
        walk_ms = int(accesses.walk_ms[access])
        return DriveLeg(
            unit_index=unit,
            drive_ms=drive_and_walk_ms - walk_ms,
            walk_ms=walk_ms,
            distance_m=distance_mm / 1000.0,
            route=None,
        )

    def _way(self, fleet: Fleet, unit: int, accesses: Accesses) -> tuple[int, int, int]:
        """Least drive and walk in milliseconds, its millimetres and its access."""
        post, from_post = self._table(fleet, unit)
        return look_up(self._metric.roads, from_post, post, accesses)

    def _table(self, fleet: Fleet, unit: int) -> tuple[PostStarts, FromPost]:
        position = fleet.positions[unit]
        table = self._tables.get(position)
        if table is None:
            post = fleet.starts_of(unit)
            table = post, drive_from(self._metric.roads, self._metric.onward, post)
            with self._writing:
                while len(self._tables) >= TABLES_AT_MOST:
                    self._tables.pop(next(iter(self._tables)))
                self._tables[position] = table
        return table
