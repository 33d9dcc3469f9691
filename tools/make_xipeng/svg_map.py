"""A picture of the sheet in plain SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from tools.make_xipeng import landscape
from tools.make_xipeng.contours import contour
from tools.make_xipeng.curves import Polyline, share_nearest
from tools.make_xipeng.draw import Drawing
from tools.make_xipeng.places import TAOJIA, VILLAGES
from tools.make_xipeng.plane import (
    BOX_HEIGHT_M,
    BOX_WIDTH_M,
    SHEET_EAST_M,
    SHEET_NORTH_M,
    SHEET_SOUTH_M,
    SHEET_WEST_M,
    Point,
    between,
    distance,
    point_at_lon_lat,
)
from tools.make_xipeng.terrain import Terrain

METRES_PER_PIXEL = 13.0
DETAIL_M = 3.0
CONTOURS_M = range(150, 700, 50)
FONT = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif"


@dataclass(frozen=True, slots=True)
class Style:
    """How the roads of some classes are drawn: pixels and colours; casing 0 is none."""

    classes: tuple[str, ...]
    width: float
    colour: str
    casing: float = 0.0


STYLES: tuple[Style, ...] = (
    Style(("footway", "path", "steps"), 0.5, "#8fae7c"),
    Style(("pedestrian",), 1.2, "#8fae7c"),
    Style(("track",), 0.5, "#b59b78"),
    Style(("service", "living_street"), 0.5, "#b9b9b9"),
    Style(("residential",), 0.9, "#8f8f8f"),
    Style(("unclassified",), 1.6, "#ffffff", 2.6),
    Style(("tertiary",), 2.0, "#fdf6c3", 3.2),
    Style(("secondary",), 2.4, "#f9d97c", 3.6),
    Style(("primary",), 2.8, "#f3a64c", 4.0),
    Style(("motorway_link",), 1.4, "#d9628f", 2.2),
    Style(("motorway",), 2.0, "#d9437f", 2.8),
)


def svg_map(drawing: Drawing, district: Path) -> str:
    """Return the picture; posts and beats are read from the district's folder."""
    width, height = _pixel((SHEET_EAST_M, SHEET_SOUTH_M))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="{FONT}" '
        'stroke-linecap="round" stroke-linejoin="round">'
    )
    return "\n".join(
        [
            head,
            "<title>西彭（合成路网） Xipeng, synthetic roads</title>",
            '<rect width="100%" height="100%" fill="#eef3e6"/>',
            _contours(drawing.terrain),
            *_water(),
            _town_box(),
            *_roads(drawing),
            *_names(),
            *_departure_points(district),
            *_legend(height),
            "</svg>\n",
        ]
    )


def _pixel(point: Point) -> Point:
    return (
        (point[0] - SHEET_WEST_M) / METRES_PER_PIXEL,
        (SHEET_NORTH_M - point[1]) / METRES_PER_PIXEL,
    )


def _path(lines: Iterable[Polyline]) -> str:
    """Return path data in tenths of a pixel, each step relative to the one before."""
    data = []
    for line in lines:
        tenths = [(round(x * 10), round(y * 10)) for x, y in map(_pixel, _simplified(line))]
        data.append(f"M{_tenths(*tenths[0])}l")
        steps = ((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(tenths) if a != b)
        data.append(" ".join(_tenths(x, y) for x, y in steps))
    return "".join(data)


def _tenths(x: int, y: int) -> str:
    first, second = (f"{value / 10:g}" for value in (x, y))
    return f"{first}{second}" if second.startswith("-") else f"{first} {second}"


def _simplified(line: Polyline) -> list[Point]:
    """Leave out points that lie within ``DETAIL_M`` of the line (Douglas and Peucker, 1973)."""
    keep = {0, len(line) - 1}
    stack = [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        gap, index = max(
            ((_gap(line[i], line[first], line[last]), i) for i in range(first + 1, last)),
            default=(0.0, first),
        )
        if gap > DETAIL_M:
            keep.add(index)
            stack += [(first, index), (index, last)]
    return [line[i] for i in sorted(keep)]


def _gap(point: Point, a: Point, b: Point) -> float:
    return distance(point, between(a, b, share_nearest(point, a, b)))


def _contours(terrain: Terrain) -> str:
    lines = [line for height in CONTOURS_M for line in contour(terrain, float(height))]
    return f'<path d="{_path(lines)}" fill="none" stroke="#d8cdb4" stroke-width="0.7"/>'


def _water() -> list[str]:
    rivers = (
        (landscape.YANGTZE, landscape.YANGTZE_HALF_WIDTH_M),
        (landscape.DAXI, landscape.DAXI_HALF_WIDTH_M),
    )
    return [
        f'<path d="{_path([line])}" fill="none" stroke="#a9cfe8" '
        f'stroke-width="{2 * half_width / METRES_PER_PIXEL:.1f}"/>'
        for line, half_width in rivers
    ]


def _town_box() -> str:
    west, north = _pixel((0.0, BOX_HEIGHT_M))
    east, south = _pixel((BOX_WIDTH_M, 0.0))
    return (
        f'<path d="M{west:.1f} {north:.1f}H{east:.1f}V{south:.1f}H{west:.1f}Z" fill="none" '
        'stroke="#8a8a8a" stroke-width="0.8" stroke-dasharray="6 5"/>'
    )


def _roads(drawing: Drawing) -> list[str]:
    drawn = []
    by_class = {
        style: _path(r.points for r in drawing.sheet.roads if r.tags["highway"] in style.classes)
        for style in STYLES
    }
    for style, data in by_class.items():
        if style.casing:
            drawn.append(_stroke(data, "#77706a", style.casing))
    drawn += [_stroke(data, style.colour, style.width) for style, data in by_class.items()]
    return drawn


def _stroke(data: str, colour: str, width: float) -> str:
    return f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _names() -> list[str]:
    labels = [(v.centre, f"{v.name.zh} {v.name.en}", 11) for v in VILLAGES]
    labels += [((5350.0, 4720.0), "西彭 Xipeng", 19), (TAOJIA, "陶家 Taojia", 14)]
    labels += [((6300.0, -220.0), "长江 Yangtze", 15), ((5000.0, 7650.0), "大溪河 Daxi", 11)]
    labels += [((400.0, 6280.0), "G5001 绕城高速", 10)]
    return [_label(point, text, size) for point, text, size in labels]


def _label(point: Point, text: str, size: int, weight: str = "normal") -> str:
    x, y = _pixel(point)
    return (
        f'<text x="{x:.0f}" y="{y - 6:.0f}" font-size="{size}" font-weight="{weight}" '
        'text-anchor="middle" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">'
        f"{escape(text)}</text>"
    )


def _departure_points(district: Path) -> list[str]:
    posts: Sequence[dict[str, Any]] = yaml.safe_load((district / "posts.yaml").read_text("utf-8"))
    units: Sequence[dict[str, Any]] = yaml.safe_load((district / "units.yaml").read_text("utf-8"))
    marks = [(post["position"], post["name"]["zh"], "#1b4f9c") for post in posts]
    marks += [(unit["beat"], unit["name"]["zh"], "#1e8a4c") for unit in units if "beat" in unit]
    drawn = []
    for position, name, colour in marks:
        point = point_at_lon_lat(position["lon"], position["lat"])
        x, y = _pixel(point)
        drawn.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="6" fill="{colour}" stroke="#fff" '
            'stroke-width="2"/>'
        )
        drawn.append(_label((point[0], point[1] + 40), name, 12, "bold"))
    return drawn


def _legend(height: float) -> list[str]:
    kilometre = 1000 / METRES_PER_PIXEL
    lines = (
        "合成路网，并非真实道路 Synthetic: these roads do not exist",
        "● 派出所与警务站 posts（蓝 blue）　● 巡逻 patrols（绿 green）",
        "西彭、陶家位置 anchors: © GeoNames, CC BY 4.0",
    )
    top = height - 74
    texts = [
        f'<text x="22" y="{top + 18 * i:.0f}" font-size="12" fill="#333">{escape(line)}</text>'
        for i, line in enumerate(lines)
    ]
    return [
        f'<rect x="12" y="{top - 20:.0f}" width="420" height="84" fill="#fff" opacity="0.85"/>',
        *texts,
        f'<path d="M22 {height - 16:.0f}h{kilometre:.1f}" stroke="#333" stroke-width="3"/>',
        f'<text x="{30 + kilometre:.0f}" y="{height - 12:.0f}" font-size="12">1 km</text>',
    ]
