"""Order along the Hilbert curve."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int32, Int64

CURVE_BITS = 16


def hilbert_rank(x: Int32, y: Int32) -> Int64:
    """Place every point on a Hilbert curve over the points' bounding square.

    The classical bitwise conversion (Warren, Hacker's Delight, 2nd ed., 16-3), over all points at
    once.

    Args:
        x: shape (points,).
        y: shape (points,).

    Returns:
        Shape (points,), rank along the curve; equal where two points share a cell.
    """
    side = 1 << CURVE_BITS
    span = max(int(x.max()) - int(x.min()), int(y.max()) - int(y.min()), 1) + 1
    column = (x.astype(np.int64) - int(x.min())) * side // span
    row = (y.astype(np.int64) - int(y.min())) * side // span
    rank = np.zeros(len(x), dtype=np.int64)
    square = side >> 1
    while square:
        right = (column & square) > 0
        upper = (row & square) > 0
        rank += square * square * ((3 * right) ^ upper)
        mirrored = right & ~upper
        column = np.where(mirrored, side - 1 - column, column)
        row = np.where(mirrored, side - 1 - row, row)
        column, row = np.where(upper, column, row), np.where(upper, row, column)
        square >>= 1
    return rank
