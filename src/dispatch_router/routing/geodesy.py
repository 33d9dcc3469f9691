"""Local metres on the WGS-84 ellipsoid."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from dispatch_router.routing.jit import kernel

EQUATORIAL_RADIUS_M = 6_378_137.0
ECCENTRICITY_SQUARED = 6.694_379_990_141_316e-3
DEGREE = math.pi / 180.0

Degrees = TypeVar("Degrees", float, npt.NDArray[np.float64])


@kernel
def metres_per_degree(lat: Degrees) -> tuple[Degrees, Degrees]:
    """Metres of one degree of longitude and of latitude at ``lat`` (degrees).

    From the radii of curvature in the prime vertical and in the meridian (Torge & Mueller,
    Geodesy, 4th ed., 4.1); exact for short lines, better than 1e-6 within 10 km.
    """
    latitude = lat * DEGREE
    w_squared = 1.0 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    prime_vertical_m = EQUATORIAL_RADIUS_M / np.sqrt(w_squared)
    meridian_m = prime_vertical_m * (1.0 - ECCENTRICITY_SQUARED) / w_squared
    return DEGREE * prime_vertical_m * np.cos(latitude), DEGREE * meridian_m


def segment_lengths_mm(
    lon_e7: npt.NDArray[np.int32], lat_e7: npt.NDArray[np.int32]
) -> npt.NDArray[np.float64]:
    """Length of the straight line from every point to the next, in millimetres.

    Args:
        lon_e7: shape (points,), degrees times 10^7.
        lat_e7: shape (points,), the same.

    Returns:
        Shape (points - 1,).
    """
    lon = lon_e7.astype(np.float64) * 1e-7
    lat = lat_e7.astype(np.float64) * 1e-7
    lon_m, lat_m = metres_per_degree((lat[:-1] + lat[1:]) / 2)
    return np.asarray(np.hypot(np.diff(lon) * lon_m, np.diff(lat) * lat_m) * 1000.0)


def shape_lengths_mm(
    shape_first: npt.NDArray[np.int32],
    lon_e7: npt.NDArray[np.int32],
    lat_e7: npt.NDArray[np.int32],
) -> npt.NDArray[np.int64]:
    """Length of every polyline in whole millimetres, at least 1.

    Args:
        shape_first: shape (edges + 1,), offsets into the points; two points or more per edge.
        lon_e7: shape (points,), degrees times 10^7.
        lat_e7: shape (points,), the same.

    Returns:
        Shape (edges,), int64.
    """
    travelled_mm = np.concatenate(([0.0], np.cumsum(segment_lengths_mm(lon_e7, lat_e7))))
    length_mm = travelled_mm[shape_first[1:] - 1] - travelled_mm[shape_first[:-1]]
    whole_mm: npt.NDArray[np.int64] = np.maximum(1, np.rint(length_mm)).astype(np.int64)
    return whole_mm
