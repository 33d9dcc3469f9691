"""Which units have no way to a call at all."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int64
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.legs import Legs
from dispatch_router.routing.kernels.unreached import (
    IN_CORE,
    REACHED_FROM_CORE,
    could_come,
    entry_reach,
)
from dispatch_router.routing.metric import Metric
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
    if found.exhausted:
        return np.flatnonzero((offset_ms >= 0) & (found.bound_ms == NO_TOTAL))
    entries, some, every = entry_reach(view.metric.bundle.handle, view.reach, accesses.edge)
    if entries == 0:
        return np.flatnonzero((offset_ms >= 0) & (found.bound_ms == NO_TOTAL))
    stranded = view.stranded()
    unseen = stranded[(offset_ms[stranded] >= 0) & (found.bound_ms[stranded] == NO_TOTAL)]
    everyone_comes = some & REACHED_FROM_CORE != 0 and len(unseen) == 0
    return unseen if everyone_comes or every == IN_CORE else None


def reachable_if_open(
    view: View, open_metric: Metric, accesses: Accesses, units: np.ndarray
) -> np.ndarray:
    """Say which of some units would have a way over the core if nothing were closed.

    Args:
        view: the units, as closures leave them.
        open_metric: the same roads without closures.
        accesses: the call under it.
        units: unit indexes, ascending.
    """
    return could_come(
        open_metric.bundle.handle,
        view.handle,
        open_metric.reach,
        accesses.edge,
        units.astype(np.int32),
    )
