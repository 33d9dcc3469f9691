"""Driving times as they change over a day: closures, slowdowns, hours, emergency drives."""

from __future__ import annotations

import random

import numpy as np

from dispatch_router.routing.graph import NOT_PERMITTED, RoadGraph
from dispatch_router.routing.metric import DrivingTimes


def random_times(
    rng: random.Random, graph: RoadGraph, before: DrivingTimes | None = None
) -> DrivingTimes:
    """Times of any kind, or ``before`` with a few roads closed, opened, slower or faster."""
    head_state = graph.states.head_state
    if before is None or rng.random() < 0.3:
        is_emergency = rng.random() < 0.5
        allowed = np.array(graph.edges.free_flow_ms)
        if is_emergency:
            spared = [rng.randrange(1, 60_000) for _ in allowed]
            allowed = np.where(allowed == NOT_PERMITTED, spared, allowed)
        allowed[head_state == NOT_PERMITTED] = NOT_PERMITTED
        turn_ms = rng.choice([0, 1, 10_000]) if is_emergency else None
        leave_ms = allowed.astype(np.int32)
        return _closed(rng, leave_ms, turn_ms, share=rng.choice([0.0, 0.1, 0.4, 1.0]))
    leave_ms, edge_ms = before.leave_ms.copy(), before.edge_ms.copy()
    for _ in range(rng.randrange(4)):
        edge = rng.randrange(len(edge_ms))
        if leave_ms[edge] == NOT_PERMITTED:
            continue
        if rng.random() < 0.5:
            leave_ms[edge] = rng.choice([1, 20, 60_000, int(leave_ms[edge]) + 1])
        edge_ms[edge] = rng.choice([NOT_PERMITTED, leave_ms[edge]])
        is_open = edge_ms != NOT_PERMITTED
        edge_ms[is_open] = leave_ms[is_open]
    return DrivingTimes(edge_ms, leave_ms, before.turn_ms)


def _closed(
    rng: random.Random, leave_ms: np.ndarray, turn_ms: int | None, *, share: float
) -> DrivingTimes:
    closed = np.array([rng.random() < share for _ in leave_ms])
    edge_ms = np.where(closed, NOT_PERMITTED, leave_ms).astype(np.int32)
    return DrivingTimes(edge_ms, leave_ms, turn_ms)
