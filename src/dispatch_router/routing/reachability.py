"""Which units have no way to a call at all."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int64
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.kernels.unreached import units_without_way
from dispatch_router.routing.view import View


def unreachable(view: View, accesses: Accesses, offset_ms: Int64, found: Legs) -> np.ndarray | None:
    """Say which of the units asked for have no way to the call.

    Args:
        view: the units.
        accesses: the call.
        offset_ms: what was asked.
        found: the answer of either search under the metric of the view.

    Returns:
        Unit indexes, ascending; None where the largest connected part (the core) does not decide
        it and an unbounded search must.
    """
    if found.exhausted[0]:
        return np.flatnonzero((offset_ms >= 0) & (found.bound_ms == NO_TOTAL))
    metric = view.metric
    is_decided, units = units_without_way(
        metric.roads,
        metric.reach,
        view.starts,
        view.slots,
        accesses.edge,
        offset_ms,
        found.bound_ms,
    )
    return units if is_decided else None
