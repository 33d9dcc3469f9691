"""The naive twin of the engine: networkx, plain Python, and the network before it is unfolded.

It shares nothing with the kernels but the meaning: whole milliseconds, floor division along an
edge, and which roads a position is tied to.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx

from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork
from dispatch_router.routing.metric import DrivingTimes
from dispatch_router.routing.snapping import SnappedPosition

CALL = "the call"
History = tuple[int, ...]
State = tuple[int, History]


@dataclass(frozen=True)
class OnRoad:
    """A point on a directed edge, counted from that edge's own tail."""

    directed_edge: int
    along_mm: int
    distance_mm: int


class NaiveTwin:
    """Every directed edge and every forbidden sequence, as a networkx graph of states.

    Without ``times`` traffic is light and every rule is kept.
    """

    def __init__(self, network: RoadNetwork, times: DrivingTimes | None = None) -> None:
        if times is None:
            times = DrivingTimes(network.free_flow_ms, network.free_flow_ms, None)
        self._ms = times.edge_ms.tolist()
        self._leave_ms = times.leave_ms.tolist()
        self._turn_ms = times.turn_ms
        self._length_mm = network.edge_length_mm.tolist()
        ends = list(zip(network.edge_tail.tolist(), network.edge_head.tolist(), strict=True))
        self._tail = [end for pair in ends for end in pair]
        self._head = [end for pair in ends for end in reversed(pair)]
        self._prefixes = {word[:n] for word in network.forbidden for n in range(1, len(word))}
        self._words_ending: dict[int, list[History]] = defaultdict(list)
        for word in network.forbidden:
            self._words_ending[word[-1]].append(word)
        self._leaving: dict[int, list[int]] = defaultdict(list)
        for directed_edge, ms in enumerate(self._ms):
            if ms != NOT_PERMITTED:
                self._leaving[self._tail[directed_edge]].append(directed_edge)
        # For each directed edge the states from which it is entered, and the price of the turn.
        self._entered_from: dict[int, list[tuple[State, int]]] = defaultdict(list)
        self._toward_call = self._unfold()

    def on_roads(self, snapped: SnappedPosition) -> list[OnRoad]:
        """Both directions of every road that a position is tied to."""
        places = []
        for edge, along, distance in zip(
            snapped.edge.tolist(),
            snapped.along_mm.tolist(),
            snapped.distance_mm.tolist(),
            strict=True,
        ):
            rest = self._length_mm[edge] - along
            for directed_edge, way in ((2 * edge, along), (2 * edge + 1, rest)):
                if self._leave_ms[directed_edge] != NOT_PERMITTED:
                    places.append(OnRoad(directed_edge, way, distance))
        return places

    def set_off_from(self, snapped: SnappedPosition) -> list[OnRoad]:
        """Where a unit sets off: on open roads, or off closed ones where there are no others."""
        places = self.on_roads(snapped)
        is_open = [self._ms[place.directed_edge] != NOT_PERMITTED for place in places]
        return list(itertools.compress(places, is_open)) if any(is_open) else places

    def totals_ms(
        self,
        units: Sequence[SnappedPosition],
        call: SnappedPosition,
        *,
        offset_ms: Sequence[int],
        yard_speed_m_s: float,
        walk_ms_per_mm: float,
    ) -> list[int | None]:
        """Total of every unit, None where there is no way."""
        accesses = self.on_roads(call)
        to_call_ms = self._to_call_ms(accesses, walk_ms_per_mm)
        totals = []
        for unit, offset in zip(units, offset_ms, strict=True):
            ways = [
                round(start.distance_mm / yard_speed_m_s) + way
                for start in self.set_off_from(unit)
                for way in self._ways_ms(start, accesses, to_call_ms, walk_ms_per_mm)
            ]
            totals.append(min(ways) + offset if ways else None)
        return totals

    def _ways_ms(
        self,
        start: OnRoad,
        accesses: Sequence[OnRoad],
        to_call_ms: dict[Any, int],
        walk_ms_per_mm: float,
    ) -> list[int]:
        edge = start.directed_edge
        arrived = (self._head[edge], self._memory((edge,)))
        ways = []
        if arrived in to_call_ms:
            ways.append(self._leave_ms[edge] - self._ms_along(start) + to_call_ms[arrived])
        ways.extend(
            self._ms_along(access) - self._ms_along(start) + _walk_ms(access, walk_ms_per_mm)
            for access in accesses
            if access.directed_edge == edge and start.along_mm <= access.along_mm
        )
        return ways

    def _to_call_ms(self, accesses: Sequence[OnRoad], walk_ms_per_mm: float) -> dict[Any, int]:
        graph = self._toward_call
        graph.add_node(CALL)
        for access in accesses:
            rest_ms = self._ms_along(access) + _walk_ms(access, walk_ms_per_mm)
            for state, turn_ms in self._entered_from[access.directed_edge]:
                _join(graph, CALL, state, rest_ms + turn_ms)
        lengths = dict(networkx.single_source_dijkstra_path_length(graph, CALL))
        graph.remove_node(CALL)
        return lengths

    def _unfold(self) -> Any:
        """States and the drives between them, reversed: from the call to the units."""
        graph = networkx.DiGraph()
        waiting: list[State] = [(node, ()) for node in set(self._tail)]
        waiting += [
            (self._head[edge], self._memory((edge,)))
            for edge, ms in enumerate(self._leave_ms)
            if ms != NOT_PERMITTED
        ]
        waiting = list(dict.fromkeys(waiting))
        seen = set(waiting)
        while waiting:
            node, memory = state = waiting.pop()
            graph.add_node(state)
            for edge in self._leaving[node]:
                history = (*memory, edge)
                turn_ms = 0
                if self._ends_forbidden(history):
                    if self._turn_ms is None:
                        continue
                    turn_ms = self._turn_ms
                after = (self._head[edge], self._memory(history))
                self._entered_from[edge].append((state, turn_ms))
                _join(graph, after, state, self._ms[edge] + turn_ms)
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        return graph

    def _ends_forbidden(self, history: History) -> bool:
        return any(history[-len(word) :] == word for word in self._words_ending[history[-1]])

    def _memory(self, history: History) -> History:
        """The longest end of a drive that may still become forbidden and is not so itself."""
        for start in range(len(history)):
            end = history[start:]
            if end in self._prefixes and not self._ends_forbidden(end):
                return end
        return ()

    def _ms_along(self, place: OnRoad) -> int:
        edge = place.directed_edge
        return int(self._leave_ms[edge] * place.along_mm // self._length_mm[edge >> 1])


def _join(graph: Any, one: Any, other: Any, ms: int) -> None:
    known = graph.get_edge_data(one, other)
    if known is None or known["weight"] > ms:
        graph.add_edge(one, other, weight=ms)


def _walk_ms(access: OnRoad, walk_ms_per_mm: float) -> int:
    return int(access.distance_mm * walk_ms_per_mm + 0.5)
