"""Driving times of edges in whole milliseconds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dispatch_router.routing.build.network import NOT_PERMITTED

LONGEST_DRIVE_MS = np.iinfo(np.int32).max
MM_MS_PER_KMH = 3.6
"""One millimetre at one km/h takes 3.6 milliseconds."""


def driving_ms(
    length_mm: npt.NDArray[np.int64], speed_kmh: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the time of every directed edge, rounded to whole milliseconds, at least 1.

    Args:
        length_mm: shape (edges,).
        speed_kmh: shape (edges, 2), along and against the shape; NaN where not permitted.

    Returns:
        Shape (edges, 2); NaN where not permitted.
    """
    return np.maximum(1.0, np.rint(length_mm[:, np.newaxis] * MM_MS_PER_KMH / speed_kmh))


def stored_ms(drive_ms: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Return times as a network stores them: one after the other, ``NOT_PERMITTED`` for NaN.

    Raises:
        OverflowError: an edge takes longer than ``LONGEST_DRIVE_MS``; its index is the argument.
    """
    too_long = np.flatnonzero((drive_ms > LONGEST_DRIVE_MS).any(axis=1))
    if len(too_long):
        raise OverflowError(int(too_long[0]))
    permitted = np.where(np.isnan(drive_ms), NOT_PERMITTED, drive_ms)
    return permitted.astype(np.int32).ravel()
