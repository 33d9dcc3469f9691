"""The baseline where there is no hierarchy: what the station alone would need, by table."""

from __future__ import annotations

import threading

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.from_post import FromPost, PostStarts, drive_from, look_up
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.view import View

TABLES_AT_MOST = 64
"""A district has a few stations; a table of a large city takes a megabyte."""


class BaselineTables:
    """Drive times from fixed departure points, each searched once and then looked up."""

    def __init__(self, metric: Metric) -> None:
        """Keep tables for one metric."""
        self._metric = metric
        self._tables: dict[bytes, FromPost] = {}
        self._writing = threading.Lock()

    def best(
        self, view: View, units: Int32, accesses: Accesses, offset_ms: Int64
    ) -> tuple[int, int, int, int] | None:
        """Find the best of a few units whose departure points hardly ever change.

        Args:
            view: all units, under the metric of these tables.
            units: indexes of those asked for.
            accesses: the call.
            offset_ms: shape (units of the view,), what each unit needs beside drive and walk.

        Returns:
            Unit, total in milliseconds, millimetres driven and access; None where none can come.
        """
        best: tuple[int, int, int, int] | None = None
        ways: dict[bytes, tuple[int, int, int]] = {}
        for unit in units.tolist():
            post = view.starts_of(unit)
            # Crews of one post share the drive.
            place = _key(post)
            if place not in ways:
                table = self._table(place, post)
                ways[place] = look_up(self._metric.roads, table, post, accesses)
            drive_and_walk_ms, distance_mm, access = ways[place]
            if drive_and_walk_ms < NO_TOTAL:
                total_ms = drive_and_walk_ms + int(offset_ms[unit])
                if best is None or (total_ms, unit) < (best[1], best[0]):
                    best = unit, total_ms, distance_mm, access
        return best

    def _table(self, place: bytes, post: PostStarts) -> FromPost:
        table = self._tables.get(place)
        if table is None:
            table = drive_from(self._metric.roads, self._metric.topology.onward, post)
            with self._writing:
                while len(self._tables) >= TABLES_AT_MOST:
                    self._tables.pop(next(iter(self._tables)))
                self._tables[place] = table
        return table


def _key(post: PostStarts) -> bytes:
    return b"".join(array.tobytes() for array in post)
