"""Tell "slower" from "no way", without searching the whole graph for it."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from dispatch_router.routing.graph import UInt8
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.reach import IN_CORE, REACHED_FROM_CORE, REACHES_CORE, core_reach
from dispatch_router.routing.view import View


class Reachability:
    """What the largest strongly connected part (the core) says about drives into each edge.

    Attributes:
        metric: which roads are open. The core is looked for when it is first needed.
    """

    def __init__(self, metric: Metric) -> None:
        """Speak of one metric."""
        self.metric = metric
        self._looking = threading.Lock()
        self._bits: UInt8 | None = None

    def unreachable(self, view: View, accesses: Accesses, found: Legs) -> np.ndarray | None:
        """Say which units have no way to the call.

        Returns:
            Unit indexes, ascending; None where the core does not decide it and an unbounded
            search must.
        """
        unseen = np.flatnonzero(found.bound_ms == NO_TOTAL)
        if found.exhausted[0] or len(unseen) == 0:
            return unseen
        entered_from = self._entered_from(accesses)
        if len(entered_from) == 0:
            return unseen
        without_core = unseen[~self._reaches_core(view, unseen)]
        comes_from_core = bool((entered_from & REACHED_FROM_CORE).any())
        if comes_from_core and len(without_core) == 0:
            return without_core
        if (entered_from == IN_CORE).all():
            return without_core
        return None

    def could_reach(self, view: View, accesses: Accesses, units: np.ndarray) -> np.ndarray:
        """Say which of some units have a way to the call over the core."""
        if not bool((self._entered_from(accesses) & REACHED_FROM_CORE).any()):
            return units[:0]
        reachable: np.ndarray = units[self._reaches_core(view, units)]
        return reachable

    def _reach(self) -> UInt8:
        with self._looking:
            if self._bits is None:
                roads = self.metric.roads
                is_open = roads.weight_ms >= 0
                count = self.metric.state_count
                self._bits = core_reach(count, roads.tail[is_open], roads.arc_head[is_open])
            return self._bits

    def _reaches_core(self, view: View, units: np.ndarray) -> npt.NDArray[np.bool_]:
        """Whether each unit can drive to the core from where it stands."""
        reach, head_state = self._reach(), self.metric.roads.head_state
        answers = [
            bool((reach[head_state[view.edges_of(unit)]] & REACHES_CORE).any())
            for unit in units.tolist()
        ]
        return np.array(answers, dtype=np.bool_)

    def _entered_from(self, accesses: Accesses) -> UInt8:
        """Bits of every state from which an edge of the call is entered by an open arc."""
        roads = self.metric.roads
        arcs = [
            roads.arc_of_edge[roads.first_arc[edge] : roads.first_arc[edge + 1]]
            for edge in accesses.edge.tolist()
        ]
        entering = np.concatenate([*arcs, np.empty(0, dtype=np.int32)])
        entering = entering[roads.weight_ms[entering] >= 0]
        bits: UInt8 = self._reach()[roads.tail[entering]]
        return bits
