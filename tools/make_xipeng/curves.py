"""Polylines: smoothing, offsetting, bending."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot, sqrt

import numpy as np

from tools.make_xipeng.noise import value_noise
from tools.make_xipeng.plane import Point, between, distance

Polyline = Sequence[Point]


def length_m(line: Polyline) -> float:
    """Metres along a polyline."""
    return sum(distance(a, b) for a, b in pairwise(line))


def smoothed(line: Polyline, rounds: int = 2) -> list[Point]:
    """Cut the corners and keep the ends (Chaikin, 1974)."""
    points = list(line)
    for _ in range(rounds):
        if len(points) < 3:
            return points
        cut = [points[0]]
        for a, b in pairwise(points):
            cut += [between(a, b, 0.25), between(a, b, 0.75)]
        points = [*cut[:1], *cut[2:-1], points[-1]]
    return points


def resampled(line: Polyline, spacing_m: float) -> list[Point]:
    """Points about ``spacing_m`` apart along the line, ends kept."""
    total = length_m(line)
    count = max(1, round(total / spacing_m))
    return [line[0], *(point_along(line, total * i / count) for i in range(1, count)), line[-1]]


def point_along(line: Polyline, along_m: float) -> Point:
    """Return the point ``along_m`` metres from the start, clamped to the ends."""
    left = along_m
    for a, b in pairwise(line):
        step = distance(a, b)
        if left <= step and step > 0:
            return between(a, b, max(0.0, left) / step)
        left -= step
    return line[-1]


def normals(line: Polyline) -> list[Point]:
    """Return unit vectors to the left of the line at every point."""
    found: list[Point] = []
    for i in range(len(line)):
        a, b = line[max(0, i - 1)], line[min(len(line) - 1, i + 1)]
        dx, dy = b[0] - a[0], b[1] - a[1]
        size = hypot(dx, dy) or 1.0
        found.append((-dy / size, dx / size))
    return found


def offset(line: Polyline, left_m: float) -> list[Point]:
    """Return the parallel line, ``left_m`` to the left (negative: right)."""
    return [
        (p[0] + n[0] * left_m, p[1] + n[1] * left_m)
        for p, n in zip(line, normals(line), strict=True)
    ]


def wobbled(line: Polyline, *, amplitude_m: float, scale_m: float, seed: int) -> list[Point]:
    """Bend a line sideways by smooth noise that fades out towards both ends."""
    count = len(line)
    x = np.array([p[0] for p in line])
    y = np.array([p[1] for p in line])
    push = value_noise(x, y, scale_m=scale_m, seed=seed) * amplitude_m
    fade = [min(1.0, 4.0 * i / count, 4.0 * (count - 1 - i) / count) for i in range(count)]
    return [
        (p[0] + n[0] * float(push[i]) * fade[i], p[1] + n[1] * float(push[i]) * fade[i])
        for i, (p, n) in enumerate(zip(line, normals(line), strict=True))
    ]


def bezier(a: Point, b: Point, c: Point, d: Point, steps: int = 12) -> list[Point]:
    """Points along a cubic Bezier curve, ends included."""
    points = []
    for i in range(steps + 1):
        t = i / steps
        w = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        points.append(
            (
                w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0],
                w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1],
            )
        )
    return points


class Course:
    """A line that many distances are measured to."""

    def __init__(self, line: Polyline) -> None:
        points = np.array(line)
        self._x, self._y = points[:-1, 0], points[:-1, 1]
        self._dx, self._dy = np.diff(points[:, 0]), np.diff(points[:, 1])
        self._square = self._dx * self._dx + self._dy * self._dy

    def distance_to(self, point: Point) -> float:
        """Metres from a point to the nearest place of the line."""
        east, north = point[0] - self._x, point[1] - self._y
        share = np.clip((east * self._dx + north * self._dy) / self._square, 0.0, 1.0)
        east, north = east - share * self._dx, north - share * self._dy
        return sqrt(float((east * east + north * north).min()))


def share_nearest(point: Point, a: Point, b: Point) -> float:
    """Where on the segment the foot of the perpendicular lies, 0 at ``a`` and 1 at ``b``."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    if square == 0.0:
        return 0.0
    return min(1.0, max(0.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square))
