"""Driving times of edges in whole milliseconds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.graph import LONGEST_DRIVE_MS, LONGEST_EDGE_MM, NOT_PERMITTED

MM_MS_PER_KMH = 3.6
"""One millimetre at one km/h takes 3.6 milliseconds."""
TOO_LONG = "is longer than 4,000 km or takes longer than 11 days; correct it in the source."
TOO_LONG_ZH = "长度超过4000公里或行驶时间超过11天，请修正数据源。"


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


def stored_ms(
    length_mm: npt.NDArray[np.int64], drive_ms: npt.NDArray[np.float64], mode: UnitMode
) -> npt.NDArray[np.int32]:
    """Return times as a network stores them: one after the other, ``NOT_PERMITTED`` for NaN.

    Args:
        length_mm: shape (edges,).
        drive_ms: shape (edges, directions), whole numbers, NaN where not permitted.
        mode: on foot, ``LONGEST_DRIVE_MS`` is as good as more.

    Raises:
        OverflowError: an edge is longer than ``LONGEST_EDGE_MM`` or takes longer than
            ``LONGEST_DRIVE_MS``; its index is the argument.
    """
    if mode is UnitMode.FOOT:
        drive_ms = np.minimum(drive_ms, float(LONGEST_DRIVE_MS))
    too_long = (length_mm > LONGEST_EDGE_MM) | (drive_ms > LONGEST_DRIVE_MS).any(axis=1)
    if too_long.any():
        raise OverflowError(int(too_long.argmax()))
    permitted = np.where(np.isnan(drive_ms), NOT_PERMITTED, drive_ms)
    return permitted.astype(np.int32).ravel()
