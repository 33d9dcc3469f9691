"""Driving times of a profile, against a plain reading of the policy edge by edge."""

from __future__ import annotations

import dataclasses
import random
from datetime import time
from fractions import Fraction

import numpy as np
import pytest

from dispatch_router.domain.response import Response
from dispatch_router.domain.road_classes import RoadClass
from dispatch_router.domain.traffic import EmergencyPolicy, SpeedPeriod, TrafficPolicy
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.graph import NOT_PERMITTED, Edges
from dispatch_router.routing.metric import DrivingTimes
from dispatch_router.routing.pricing import (
    Pricing,
    Slowed,
    exempt_access,
    open_times,
    slowed_edges,
    slowed_otherwise,
    under_closures,
)
from dispatch_router.routing.road_classes import EmergencyOnly, RoadFlag
from tests.ascii_map import ascii_map

RUSH_HOUR = SpeedPeriod(
    days=frozenset(range(5)),
    start=time(7, 30),
    end=time(9, 0),
    permille={RoadClass.PRIMARY: 450, RoadClass.RESIDENTIAL: 900},
    other_permille=700,
)
TRAFFIC = TrafficPolicy(periods=(RUSH_HOUR,), signal_ms=12_000)
EMERGENCY = EmergencyPolicy(
    permille={RoadClass.PRIMARY: 1_250},
    other_permille=1_100,
    signal_ms=3_000,
    contraflow_kmh=15.0,
    contraflow_ms=8_000,
    turn_ms=5_000,
    access_kmh=30.0,
    access_ms=4_000,
)


def random_edges(rng: random.Random, count: int) -> Edges:
    """Edges of which only what prices depend on means anything."""
    flags, free_flow_ms, emergency = [], [], []
    for _ in range(count):
        flags.append(rng.choice([0, RoadFlag.RESTRICTED_ACCESS]))
        ms = rng.choice([1, rng.randrange(1, 90_000)])
        kind = rng.choice(["both ways", "one-way", "closed", "never"])
        if kind == "both ways":
            free_flow_ms += [ms, ms + 3]
            emergency += [EmergencyOnly.NO, EmergencyOnly.NO]
        elif kind == "one-way":
            free_flow_ms += [ms, NOT_PERMITTED]
            emergency += [EmergencyOnly.NO, EmergencyOnly.CONTRAFLOW]
        else:
            free_flow_ms += [NOT_PERMITTED, NOT_PERMITTED]
            only = EmergencyOnly.CLOSED_ACCESS if kind == "closed" else EmergencyOnly.NO
            emergency += [only, only]
    template = ascii_map("A--b").graph.edges
    return dataclasses.replace(
        template,
        tail=np.zeros(count, dtype=np.int32),
        length_mm=np.array([rng.randrange(1, 2_000_000) for _ in range(count)], dtype=np.int64),
        free_flow_ms=np.array(free_flow_ms, dtype=np.int32),
        emergency=np.array(emergency, dtype=np.uint8),
        signals=np.array([rng.choice([0, 0, 1, 2]) for _ in range(2 * count)], dtype=np.uint8),
        road_class=np.array([rng.choice(list(RoadClass)) for _ in range(count)], dtype=np.uint8),
        flags=np.array(flags, dtype=np.uint16),
    )


def plain_ms(edges: Edges, directed_edge: int, pricing: Pricing) -> int:
    """What the policy says in words, one directed edge at a time."""
    edge = directed_edge >> 1
    road_class = RoadClass(int(edges.road_class[edge]))
    ms, only = int(edges.free_flow_ms[directed_edge]), int(edges.emergency[directed_edge])
    if pricing.mode is UnitMode.FOOT:
        return ms
    is_emergency = pricing.response is Response.EMERGENCY
    emergency, length_mm = pricing.emergency, int(edges.length_mm[edge])
    waiting = int(edges.signals[directed_edge]) * (
        emergency.signal_ms if is_emergency else pricing.traffic.signal_ms
    )
    slow = max(1, round(length_mm * (3.6 / emergency.access_kmh))) + emergency.access_ms
    if ms != NOT_PERMITTED:
        speed = Fraction(1)
        if road_class is not RoadClass.FERRY:
            if pricing.period is not None:
                period = pricing.period
                speed *= Fraction(period.permille.get(road_class, period.other_permille), 1000)
            if is_emergency:
                factor = emergency.permille.get(road_class, emergency.other_permille)
                speed *= Fraction(factor, 1000)
        ordinary = max(1, int(ms / speed + Fraction(1, 2))) + waiting
        restricted = int(edges.flags[edge]) & RoadFlag.RESTRICTED_ACCESS
        return min(ordinary, slow + waiting) if is_emergency and restricted else ordinary
    if not is_emergency or only == EmergencyOnly.NO:
        return NOT_PERMITTED
    if only == EmergencyOnly.CLOSED_ACCESS:
        return slow + waiting
    if road_class in (RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK):
        return NOT_PERMITTED
    if road_class not in emergency.contraflow_classes:
        return NOT_PERMITTED
    against = max(1, round(length_mm * (3.6 / emergency.contraflow_kmh)))
    with_traffic = int(edges.free_flow_ms[directed_edge ^ 1])
    return emergency.contraflow_ms + max(against, with_traffic) + waiting


@pytest.mark.parametrize("mode", list(UnitMode))
@pytest.mark.parametrize("response", list(Response))
@pytest.mark.parametrize("period", [None, RUSH_HOUR], ids=["light traffic", "rush hour"])
def test_every_directed_edge_costs_what_the_policy_says(
    mode: UnitMode, response: Response, period: SpeedPeriod | None
) -> None:
    edges = random_edges(random.Random(53), 2_000)
    pricing = Pricing(mode, response, period, TRAFFIC, EMERGENCY)
    times = open_times(edges, pricing)
    expected = [plain_ms(edges, directed_edge, pricing) for directed_edge in range(4_000)]
    assert times.edge_ms.tolist() == expected
    assert times.leave_ms.tolist() == expected
    exempt = response is Response.EMERGENCY and mode is not UnitMode.FOOT
    assert times.turn_ms == (EMERGENCY.turn_ms if exempt else None)


def test_a_motorway_is_never_driven_against_traffic_whatever_the_policy_says() -> None:
    edges = random_edges(random.Random(110), 500)
    daring = dataclasses.replace(EMERGENCY, contraflow_classes=frozenset(RoadClass))
    pricing = Pricing(UnitMode.CAR, Response.EMERGENCY, None, TRAFFIC, daring)
    motorways = np.repeat(np.isin(edges.road_class, [RoadClass.MOTORWAY, 2]), 2)
    against = motorways & (edges.emergency == EmergencyOnly.CONTRAFLOW)
    assert against.any()
    assert (open_times(edges, pricing).edge_ms[against] == NOT_PERMITTED).all()


def test_what_is_private_counts_as_exempt_only_where_the_emergency_price_is_lower() -> None:
    edges = random_edges(random.Random(7), 500)
    pricing = Pricing(UnitMode.CAR, Response.EMERGENCY, None, TRAFFIC, EMERGENCY)
    exempt = exempt_access(edges, pricing)
    times_ms = open_times(edges, pricing).edge_ms
    dear = dataclasses.replace(EMERGENCY, access_ms=10**8)
    ordinary_ms = open_times(edges, dataclasses.replace(pricing, emergency=dear)).edge_ms
    open_to_all = edges.free_flow_ms != NOT_PERMITTED
    assert (exempt[open_to_all] == (times_ms < ordinary_ms)[open_to_all]).all()
    assert exempt[edges.emergency == EmergencyOnly.CLOSED_ACCESS].all()


def some_times(*ms: int) -> DrivingTimes:
    times_ms = np.array(ms, dtype=np.int32)
    return DrivingTimes(edge_ms=times_ms, leave_ms=times_ms, turn_ms=None)


def closing(*concerned: tuple[list[int], int]) -> Slowed:
    slowed = slowed_edges([(np.array(edges, dtype=np.int32), left) for edges, left in concerned])
    assert slowed is not None
    return slowed


def test_a_closed_road_is_not_entered_but_a_unit_on_it_can_leave() -> None:
    times, edges = some_times(100, 200, 300, NOT_PERMITTED), np.arange(4, dtype=np.int32)
    closed = under_closures(times, closing(([1, 2], 0)), edges)
    assert closed.edge_ms.tolist() == [100, NOT_PERMITTED, NOT_PERMITTED, NOT_PERMITTED]
    assert closed.leave_ms.tolist() == [100, 200, 300, NOT_PERMITTED]


def test_of_several_closures_the_slowest_holds() -> None:
    times, edges = some_times(100, 100, 101, 100), np.arange(4, dtype=np.int32)
    slowed = under_closures(times, closing(([0, 1], 500), ([1, 2], 250)), edges)
    assert slowed.edge_ms.tolist() == [200, 400, 404, 100]
    assert slowed.leave_ms.tolist() == [200, 400, 404, 100]


def test_only_edges_that_are_slowed_otherwise_get_other_times() -> None:
    before, after = closing(([0, 1], 500), ([5], 0)), closing(([1], 250), ([5], 0), ([7], 0))
    assert slowed_otherwise(before, after).tolist() == [0, 1, 7]
    assert slowed_otherwise(None, before).tolist() == [0, 1, 5]
    assert slowed_otherwise(before, None).tolist() == [0, 1, 5]
    assert slowed_otherwise(before, before).tolist() == []
    assert slowed_otherwise(None, None).tolist() == []


def test_what_is_open_again_takes_its_own_time() -> None:
    edges = np.array([0, 2], dtype=np.int32)
    opened = under_closures(some_times(100, 200, 300, NOT_PERMITTED), None, edges)
    assert opened.edge_ms.tolist() == opened.leave_ms.tolist() == [100, 300]


def test_a_closure_far_from_every_road_concerns_nothing() -> None:
    assert slowed_edges([(np.empty(0, dtype=np.int32), 0)]) is None
