"""Draw a run: how the median grows with the graph, with the units, and with k.

``python -m benchmarks.engines.plot RESULTS.json PICTURE.svg`` draws what an earlier run wrote, in
plain SVG with the fonts of the reader's machine. Both axes are logarithmic.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.engines.contenders import CONTENDERS, OURS
from benchmarks.engines.growth import Series, series_of
from benchmarks.engines.results import Results

WIDTH, HEIGHT = 380, 340
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 44, 46
LEGEND_WIDTH = 210
COLOURS = (
    "#c1121f",
    "#f4a261",
    "#e76f51",
    "#9d4edd",
    "#1d3557",
    "#2a9d8f",
    "#76c893",
    "#6c757d",
    "#adb5bd",
    "#457b9d",
    "#8d6b48",
)
COLOUR_OF = dict(zip(CONTENDERS, COLOURS, strict=True))

Point = tuple[float, float]


def draw(results: Results, path: Path) -> None:
    """Write the picture of a run."""
    panels = series_of(results.rows)
    names = [name for name in CONTENDERS if any(name in panel.lines for panel in panels)]
    width = WIDTH * len(panels) + LEGEND_WIDTH
    body = [_panel(panel, WIDTH * number) for number, panel in enumerate(panels)]
    body.append(_legend(names, WIDTH * len(panels) + 8))
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
        f'font-family="DejaVu Sans, Helvetica, sans-serif" font-size="11">\n'
        f'<rect width="{width}" height="{HEIGHT}" fill="#ffffff"/>\n'
        + "\n".join(body)
        + "\n</svg>\n",
        encoding="utf-8",
    )


def _panel(panel: Series, offset: int) -> str:
    points = [point for line in panel.lines.values() for point in line]
    low_x, high_x = _decades(x for x, _ in points)
    low_y, high_y = _decades(y for _, y in points)

    def place(point: Point) -> Point:
        x = (math.log10(point[0]) - low_x) / (high_x - low_x)
        y = (math.log10(point[1]) - low_y) / (high_y - low_y)
        return (
            offset + LEFT + x * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM),
        )

    parts = [_text(offset + LEFT, 22, panel.title, weight="bold")]
    parts.append(_text(offset + (WIDTH + LEFT) / 2, HEIGHT - 8, panel.varies, anchor="middle"))
    for exponent in range(low_x, high_x + 1):
        (x, bottom), (_, top) = (
            place((10.0**exponent, 10.0**low_y)),
            place((10.0**exponent, 10.0**high_y)),
        )
        parts.append(_line(x, bottom, x, top))
        parts.append(_text(x, bottom + 16, f"{10**exponent:,}", anchor="middle"))
    for exponent in range(low_y, high_y + 1):
        (left, y), (right, _) = (
            place((10.0**low_x, 10.0**exponent)),
            place((10.0**high_x, 10.0**exponent)),
        )
        parts.append(_line(left, y, right, y))
        parts.append(_text(left - 6, y + 4, _duration(exponent), anchor="end"))
    for name, line in panel.lines.items():
        parts.append(_curve([place(point) for point in line], name))
    return "\n".join(parts)


def _decades(values: Iterable[float]) -> tuple[int, int]:
    """Whole powers of ten around all values."""
    logarithms = [math.log10(value) for value in values]
    low, high = math.floor(min(logarithms)), math.ceil(max(logarithms))
    return low, max(high, low + 1)


def _duration(exponent: int) -> str:
    """10^exponent microseconds in words."""
    for unit, least in (("s", 6), ("ms", 3), ("us", 0)):
        if exponent >= least:
            return f"{10 ** (exponent - least)} {unit}"
    return f"{10.0**exponent:g} us"


def _curve(points: Sequence[Point], name: str) -> str:
    colour, width = COLOUR_OF[name], 3 if name == OURS else 1.5
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in points
    )
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>{dots}'


def _legend(names: Sequence[str], left: int) -> str:
    parts = []
    for number, name in enumerate(names):
        y = TOP + 18 * number
        parts.append(_curve([(left, y), (left + 22, y)], name))
        parts.append(_text(left + 30, y + 4, name, weight="bold" if name == OURS else "normal"))
    return "\n".join(parts)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def _text(x: float, y: float, words: str, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="#222222">{escape(words)}</text>'
    )


if __name__ == "__main__":
    draw(Results.read(Path(sys.argv[1])), Path(sys.argv[2]))
