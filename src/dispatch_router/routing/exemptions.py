"""Where an emergency drive sets rules aside, stretch by stretch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.travel import ExemptedRule, Exemption
from dispatch_router.routing.access import road_name
from dispatch_router.routing.graph import Int32, RoadGraph
from dispatch_router.routing.kernels.arrays import NOTHING
from dispatch_router.routing.road_classes import EmergencyOnly
from dispatch_router.routing.route import Piece, line_of

_RULES = {
    EmergencyOnly.CONTRAFLOW: ExemptedRule.CONTRAFLOW,
    EmergencyOnly.CLOSED_ACCESS: ExemptedRule.CLOSED_ACCESS,
}


@dataclass(frozen=True, slots=True)
class ExemptRoads:
    """What is exempt on the roads of one profile.

    Attributes:
        graph: the roads.
        leave_ms: shape (2 * edges,), time of every directed edge.
        turn_ms: penalty of a restricted turn.
        access: shape (2 * edges,), see ``pricing.exempt_access``.
    """

    graph: RoadGraph
    leave_ms: Int32
    turn_ms: int
    access: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Exempt:
    """A drive's pieces; for each the rule that it sets aside, and whether a turn into it does."""

    pieces: Sequence[Piece]
    rule: list[int]
    turns: list[bool]
    name: list[int]


def exemptions_of(roads: ExemptRoads, drive: Sequence[Piece]) -> tuple[Exemption, ...]:
    """List the exempted stretches of a drive in order.

    Pieces that follow one another under the same rule on a road of the same name are one stretch.
    """
    exempt = _look_at(roads, drive)
    if not any(exempt.rule) and not any(exempt.turns):
        return ()
    found: list[Exemption] = []
    for first, end in _stretches(exempt):
        if exempt.turns[first]:
            found.append(_turn(roads, drive[first]))
        if exempt.rule[first]:
            rule = _RULES[EmergencyOnly(exempt.rule[first])]
            found.append(_stretch(roads, rule, drive[first:end]))
    return tuple(found)


def _look_at(roads: ExemptRoads, drive: Sequence[Piece]) -> _Exempt:
    edges = np.array([piece.directed_edge for piece in drive], dtype=np.int32)
    arcs = np.array([piece.arc for piece in drive], dtype=np.int32)
    emergency = roads.graph.edges.emergency[edges]
    rule = np.where(roads.access[edges], EmergencyOnly.CLOSED_ACCESS, emergency)
    turns = (roads.graph.states.breaks_rule[arcs] != 0) & (arcs != NOTHING)
    name = roads.graph.edges.name[edges >> 1]
    return _Exempt(drive, rule.tolist(), turns.tolist(), name.tolist())


def _stretches(exempt: _Exempt) -> Iterator[tuple[int, int]]:
    """Cut a drive where the rule, the exempt road's name or a restricted turn changes."""
    count = len(exempt.pieces)
    cuts = [0, *(at for at in range(1, count) if not _goes_on(exempt, at)), count]
    yield from itertools.pairwise(cuts)


def _goes_on(exempt: _Exempt, at: int) -> bool:
    if exempt.turns[at] or exempt.rule[at] != exempt.rule[at - 1]:
        return False
    return exempt.rule[at] == 0 or exempt.name[at] == exempt.name[at - 1]


def _turn(roads: ExemptRoads, after: Piece) -> Exemption:
    return Exemption(
        rule=ExemptedRule.RESTRICTED_TURN,
        road_name=road_name(roads.graph, after.directed_edge >> 1),
        length_m=0.0,
        drive_ms=roads.turn_ms,
        line=line_of(roads.graph, [after])[:1],
    )


def _stretch(roads: ExemptRoads, rule: ExemptedRule, pieces: Sequence[Piece]) -> Exemption:
    return Exemption(
        rule=rule,
        road_name=road_name(roads.graph, pieces[0].directed_edge >> 1),
        length_m=sum(piece.to_mm - piece.from_mm for piece in pieces) / 1000.0,
        drive_ms=sum(_drive_ms(roads, piece) for piece in pieces),
        line=line_of(roads.graph, pieces),
    )


def _drive_ms(roads: ExemptRoads, piece: Piece) -> int:
    """Time on a piece, shared out along its edge as the search does it."""
    edge_ms = int(roads.leave_ms[piece.directed_edge])
    length_mm = int(roads.graph.edges.length_mm[piece.directed_edge >> 1])
    return edge_ms * piece.to_mm // length_mm - edge_ms * piece.from_mm // length_mm
