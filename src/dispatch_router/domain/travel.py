"""What the roads answer: who can reach one place first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from dispatch_router.domain.conditions import LIGHT_TRAFFIC, Conditions
from dispatch_router.domain.geo import BoundingBox, LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.units import UnitMode

NOT_ASKED_MS: Final = -1
"""In the place of what a unit needs beside the roads: it is left out of the question."""


@dataclass(frozen=True, slots=True)
class RoadAccess:
    """The point of a road nearest to a position.

    Attributes:
        distance_m: straight line from the position to it.
        road_name: of that road; None where it has none.
    """

    distance_m: float
    road_name: Name | None


class Basis(StrEnum):
    """What a drive time rests on."""

    TYPICAL = "typical"
    """The speeds of this hour of the week."""
    FREE_FLOW = "free_flow"
    """The speeds of light traffic."""
    STRAIGHT_LINE = "straight_line"
    """No road: the straight line, times what roads add to it around here."""


class ExemptedRule(StrEnum):
    """Which rule an emergency drive sets aside (article 53, Road Traffic Safety Law)."""

    CONTRAFLOW = "contraflow"
    RESTRICTED_TURN = "restricted_turn"
    CLOSED_ACCESS = "closed_access"


@dataclass(frozen=True, slots=True)
class Exemption:
    """One stretch on which an emergency drive sets a rule aside.

    Attributes:
        road_name: of the road driven; after the turn, where it is one.
        length_m: 0 for a turn.
        drive_ms: what the stretch takes, its penalty included; for a turn the penalty alone.
        line: positions along it, in order of the drive; of a turn the junction alone.
    """

    rule: ExemptedRule
    road_name: Name | None
    length_m: float
    drive_ms: int
    line: tuple[LonLat, ...]


@dataclass(frozen=True, slots=True)
class OnFoot:
    """The last part of a way that closures leave no drive for.

    Attributes:
        start: where the vehicle is left.
        walk_ms: from there to the person.
        distance_m: from there to the person, along footways where they are known.
        past_closure: every way on foot is closed too: it is that of walking on all the same.
    """

    start: LonLat
    walk_ms: int
    distance_m: float
    past_closure: bool = False


class DriveLeg(NamedTuple):
    """One unit's way to the person; a unit on foot walks it.

    Attributes:
        unit_index: which unit of the fleet.
        drive_ms: from the departure point to the access point, yard included.
        walk_ms: on foot from the access point to the stated position.
        distance_m: metres driven on roads.
        basis: what ``drive_ms`` rests on.
        route: positions along the drive, departure first; None unless asked for.
        exemptions: where an emergency drive sets rules aside, in order of the drive.
        ordinary_ms: drive and walk of the same unit when it keeps every rule; None for a routine
            response, and where there is no such way.
        on_foot: where closures leave no drive: from where the unit walks; ``walk_ms`` is its own.
    """

    unit_index: int
    drive_ms: int
    walk_ms: int
    distance_m: float
    basis: Basis
    route: tuple[LonLat, ...] | None = None
    exemptions: tuple[Exemption, ...] = ()
    ordinary_ms: int | None = None
    on_foot: OnFoot | None = None


@dataclass(frozen=True, slots=True)
class NearestUnits:
    """The answer of one search.

    Attributes:
        graph_version: content hash of the graph that was searched.
        access: the nearest road point to the call; None where no road is near.
        legs: every unit whose total (its own offset + drive + walk) is certain to be at most
            ``certain_to_ms``, by total, then by unit index.
        certain_to_ms: every reachable unit that is not in ``legs`` has a greater total than this.
        unreachable: indexes of units from which no permitted drive leads to the call.
        baseline: the best leg of the units asked for as the baseline; None where none of them can
            come, or none was asked for.
        cut_off: indexes of units that closures alone keep from driving all the way.
        closures_in_force: how many closures held.
        conditions: the hour and the closures that were searched under.
        beyond_m: metres to the nearest road from a call outside the map; else None.
    """

    graph_version: str
    access: RoadAccess | None
    legs: tuple[DriveLeg, ...]
    certain_to_ms: int
    unreachable: tuple[int, ...]
    baseline: DriveLeg | None
    cut_off: tuple[int, ...] = ()
    closures_in_force: int = 0
    conditions: Conditions = LIGHT_TRAFFIC
    beyond_m: float | None = None


@dataclass(frozen=True, slots=True)
class WaysFrom:
    """The ways from one place to several, under the same conditions.

    Attributes:
        graph_version: content hash of the graph that was searched.
        legs: one for each end, ``unit_index`` is 0 in all; None for one that lies outside the map.
        closures_in_force: how many closures held.
    """

    graph_version: str
    legs: tuple[DriveLeg | None, ...]
    closures_in_force: int = 0


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """What is known of the road network of one mode.

    Attributes:
        road_km: length of all its roads, those open to emergency drives alone included.
        largest_component_share: share (0-1) of the road length open to ordinary drives that lies
            in the largest strongly connected part.
        detour_factor: how much longer the way by road is than the straight line: the median over
            drives across this network, 1 or more.
        road_speed_m_s: metres of road in a second of the fastest drive: the median over the same.
    """

    mode: UnitMode
    node_count: int
    edge_count: int
    arc_count: int
    road_km: float
    largest_component_share: float
    restriction_count: int
    detour_factor: float
    road_speed_m_s: float


@dataclass(frozen=True, slots=True)
class GraphSummary:
    """What is known of the road graph in use.

    Attributes:
        version: content hash (``graph_version``).
        data_date: newest date that the source states, RFC 3339; None where it states none.
        built_at: RFC 3339, or None where the build was made reproducible on purpose.
        node_count, edge_count, arc_count, road_km, largest_component_share, restriction_count: of
            the network for cars; see ``NetworkSummary``.
        networks: one for each mode that there are roads for.
    """

    version: str
    source: str
    data_date: str | None
    built_at: str | None
    attribution: str
    synthetic: bool
    bounding_box: BoundingBox
    node_count: int
    edge_count: int
    arc_count: int
    road_km: float
    largest_component_share: float
    restriction_count: int
    networks: tuple[NetworkSummary, ...] = ()

    def network(self, mode: UnitMode) -> NetworkSummary | None:
        """Return what is known of the network of one mode, None where there is none."""
        return next((each for each in self.networks if each.mode is mode), None)
