"""Smooth seeded noise from arithmetic alone, so that every machine draws the same map."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def value_noise(x: Array, y: Array, *, scale_m: float, seed: int) -> Array:
    """Noise between -1 and 1 that changes over about ``scale_m`` metres.

    Random values on a square lattice, blended with the quintic 6t^5 - 15t^4 + 10t^3
    (Perlin, "Improving Noise", SIGGRAPH 2002).
    """
    column, row = np.floor(x / scale_m), np.floor(y / scale_m)
    across, up = _blend(x / scale_m - column), _blend(y / scale_m - row)
    i, j = column.astype(np.int64), row.astype(np.int64)
    south = _lattice(i, j, seed) * (1 - across) + _lattice(i + 1, j, seed) * across
    north = _lattice(i, j + 1, seed) * (1 - across) + _lattice(i + 1, j + 1, seed) * across
    return south * (1 - up) + north * up


def _blend(t: Array) -> Array:
    return t * t * t * (t * (t * 6.0 - 15.0) + 10.0)


def _lattice(i: npt.NDArray[np.int64], j: npt.NDArray[np.int64], seed: int) -> Array:
    """Hash lattice coordinates to [-1, 1): the finalizer of SplitMix64 (Steele et al., 2014)."""
    with np.errstate(over="ignore"):
        bits = (
            i.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            + j.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
            + np.uint64(seed) * np.uint64(0x165667B19E3779F9)
        )
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        bits = bits ^ (bits >> np.uint64(31))
    return (bits >> np.uint64(11)).astype(np.float64) / float(1 << 52) - 1.0
