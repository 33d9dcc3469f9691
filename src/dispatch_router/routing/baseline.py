"""The baseline: what the station alone would need, by table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch_router.domain.travel import DriveLeg
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.graph import Int64
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.from_post import FromPost, drive_from, look_up
from dispatch_router.routing.kernels.settle import ms_along
from dispatch_router.routing.metric import Metric

TABLES_AT_MOST = 64
TableKey = tuple[tuple[int, int], ...]


class BaselineTables:
    """Drive times from fixed departure points, each searched once and then looked up."""

    def __init__(self, metric: Metric) -> None:
        """Keep tables for one metric."""
        self._metric = metric
        self._tables: dict[TableKey, FromPost] = {}

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
        best: DriveLeg | None = None
        best_ms = NO_TOTAL
        for unit in units:
            starts = np.flatnonzero(fleet.starts.unit == unit)
            drive_and_walk_ms, distance_mm, access = self._drive(fleet, starts, accesses)
            total_ms = drive_and_walk_ms + int(offset_ms[unit])
            if drive_and_walk_ms < NO_TOTAL and total_ms < best_ms:
                walk_ms = int(accesses.walk_ms[access])
                best_ms = total_ms
                best = DriveLeg(
                    unit_index=unit,
                    drive_ms=drive_and_walk_ms - walk_ms,
                    walk_ms=walk_ms,
                    distance_m=distance_mm / 1000.0,
                    route=None,
                )
        return best

    def _drive(self, fleet: Fleet, starts: np.ndarray, accesses: Accesses) -> tuple[int, int, int]:
        """Least drive and walk in milliseconds, its millimetres and its access."""
        if len(starts) == 0:
            return NO_TOTAL, 0, -1
        ways = [look_up(self._metric.roads, self._table(fleet, starts), accesses)]
        for start in starts.tolist():
            ways.extend(self._on_the_same_edge(fleet, start, accesses))
        return min(ways)

    def _table(self, fleet: Fleet, starts: np.ndarray) -> FromPost:
        edge, along_mm = fleet.starts.edge[starts], fleet.starts.along_mm[starts]
        key = tuple(zip(edge.tolist(), along_mm.tolist(), strict=True))
        table = self._tables.get(key)
        if table is None:
            roads = self._metric.roads
            table = drive_from(
                roads,
                self._metric.onward,
                roads.head_state[edge],
                fleet.starts.ms[starts],
                roads.length_mm[edge >> 1] - along_mm,
            )
            if len(self._tables) >= TABLES_AT_MOST:
                self._tables.pop(next(iter(self._tables)))
            self._tables[key] = table
        return table

    def _on_the_same_edge(
        self, fleet: Fleet, start: int, accesses: Accesses
    ) -> list[tuple[int, int, int]]:
        edge, along_mm = int(fleet.starts.edge[start]), int(fleet.starts.along_mm[start])
        passed_ms = int(ms_along(self._metric.roads, edge, along_mm))
        return [
            (
                int(fleet.starts.yard_ms[start])
                + int(accesses.ms[access])
                - passed_ms
                + int(accesses.walk_ms[access]),
                int(accesses.along_mm[access]) - along_mm,
                access,
            )
            for access in np.flatnonzero(accesses.edge == edge).tolist()
            if along_mm <= int(accesses.along_mm[access])
        ]
