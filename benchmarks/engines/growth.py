"""How the median grows: the power of the number of nodes, of units and of k that fits it best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.engines.results import Row

USUAL_UNITS, USUAL_K = 100, 5


@dataclass(frozen=True)
class Series:
    """Cells that differ in one number alone.

    Attributes:
        title: what is the same in all of them.
        varies: what is not.
        lines: (value, median in us) by engine, ascending.
    """

    title: str
    varies: str
    lines: dict[str, list[tuple[float, float]]]

    def powers(self) -> dict[str, float]:
        """The slope of each line on logarithmic scales, least squares; of two points or more."""
        return {
            name: float(np.polyfit(*np.log(np.array(line)).T, 1)[0])
            for name, line in self.lines.items()
            if len(line) > 1
        }


def series_of(rows: Sequence[Row]) -> list[Series]:
    """Find what varies in a run: nodes at 100 units, units and k on one graph each."""
    usual_k = [row for row in rows if row.k == USUAL_K]
    usual_units = [row for row in rows if row.units == USUAL_UNITS]
    both = [row for row in usual_k if row.units == USUAL_UNITS]
    found = []
    if len({row.nodes for row in both}) > 1:
        title = f"{USUAL_UNITS} units, k={USUAL_K}"
        found.append(Series(title, "nodes", _lines(both, lambda row: row.nodes)))
    for graph in _where_it_varies(usual_k, lambda row: row.units):
        own = [row for row in usual_k if row.graph == graph]
        found.append(Series(f"{graph}, k={USUAL_K}", "units", _lines(own, lambda row: row.units)))
    for graph in _where_it_varies(usual_units, lambda row: row.k):
        own = [row for row in usual_units if row.graph == graph]
        found.append(Series(f"{graph}, {USUAL_UNITS} units", "k", _lines(own, lambda row: row.k)))
    return found


def _where_it_varies(rows: Sequence[Row], value: Callable[[Row], int]) -> list[str]:
    """The middle one, by size, of the graphs on which this takes several values."""
    values: dict[str, set[int]] = {}
    for row in sorted(rows, key=lambda row: row.nodes):
        values.setdefault(row.graph, set()).add(value(row))
    several = [graph for graph, found in values.items() if len(found) > 1]
    return several[len(several) // 2 :][:1]


def _lines(
    rows: Iterable[Row], value: Callable[[Row], int]
) -> dict[str, list[tuple[float, float]]]:
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        lines.setdefault(row.engine, []).append((value(row), row.median_us))
    return {name: sorted(points) for name, points in lines.items()}
