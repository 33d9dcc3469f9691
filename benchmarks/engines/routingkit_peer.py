"""RoutingKit's customizable contraction hierarchy: many units pinned, one call."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.engines.kept import make_once
from benchmarks.engines.question import ClosedRoad, Contender, Question, Skipped, least

NO_WAY = 2**31 - 1
"""``RoutingKit::inf_weight``."""


class RoutingKit(Contender):
    """CCHManyToOne over an inertial order of its own.

    The bindings copy every time into and every answer out of Python lists; that is part of what
    they cost.
    """

    name = "RoutingKit CCH"

    def __init__(self, question: Question) -> None:
        try:
            import routingkit_cch
        except ImportError as missing:
            raise Skipped(f"{missing}; make bench-engines installs it") from missing
        self._library = routingkit_cch
        links = question.links
        tail, head = links.tail.tolist(), links.head.tolist()

        def order(folder: Path) -> None:
            found = routingkit_cch.compute_order_inertial(
                question.node_count, tail, head, question.lat, question.lon
            )
            np.save(folder / "order.npy", np.array(found, dtype=np.int64))

        folder, self.build_s = make_once(question, "routingkit", {"order": order})
        begun = time.perf_counter()
        ordered = np.load(folder / "order.npy").tolist()
        self._cch = routingkit_cch.CCH(ordered, tail, head, False)
        self.build_s["contract"] = time.perf_counter() - begun
        begun = time.perf_counter()
        self._open_ms: list[int] = links.ms.tolist()
        self._metric = routingkit_cch.CCHMetric(self._cch, self._open_ms)
        self.build_s["customize"] = time.perf_counter() - begun
        self._updater = routingkit_cch.CCHMetricPartialUpdater(self._cch)
        self._closed: list[int] = []
        self.place([0])

    def place(self, units: Sequence[int]) -> None:
        self._units = list(units)
        self._search = self._library.CCHManyToOne(self._metric, self._units)

    def nearest(self, call: int, k: int) -> list[int]:
        return least(self._search.distances_to(call), k)

    def close(self, road: ClosedRoad) -> None:
        self._closed.append(road.link)
        self._update({road.link: NO_WAY})

    def reopen(self) -> None:
        self._update({link: self._open_ms[link] for link in self._closed})
        self._closed.clear()

    def _update(self, changed_ms: dict[int, int]) -> None:
        # A search that is alive holds the metric: it has to go first and be made again.
        del self._search
        self._updater.apply(self._metric, changed_ms)
        self._search = self._library.CCHManyToOne(self._metric, self._units)
