"""The tables of docs/performance.md, from what a run wrote.

``python -m benchmarks.engines.markdown RESULTS.json`` prints them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.engines.growth import USUAL_K, USUAL_UNITS, series_of
from benchmarks.engines.results import Note, Results, Row

NOT_MEASURED = "-"


def tables(results: Results) -> str:
    """Return medians by units and by k, what comes before, and how it grows."""
    graphs = list(dict.fromkeys(row.graph for row in results.rows))
    parts = []
    for graph in graphs:
        own = [row for row in results.rows if row.graph == graph]
        usual = [row for row in own if row.k == USUAL_K]
        nodes = f"{graph}, {own[0].nodes:,} nodes"
        title = f"**{nodes}**, k={USUAL_K}, median / p99 us by number of units"
        parts.append(title + "\n\n" + _times(usual, [(row.units, row.k) for row in usual], 0))
        further = [row for row in own if row.units == USUAL_UNITS]
        if len({row.k for row in further}) > 1:
            title = f"**{nodes}**, {USUAL_UNITS} units, median / p99 us by k"
            parts.append(title + "\n\n" + _times(further, [(r.units, r.k) for r in further], 1))
        notes = [note for note in results.notes if note.graph == graph]
        parts.append(f"**{nodes}**, beside questions\n\n" + _beside(notes))
    parts += [
        f"**{series.title}**: the median grows as this power of {series.varies}\n\n"
        + _table(["engine", "power"], [[n, f"{p:.2f}"] for n, p in series.powers().items()])
        for series in series_of(results.rows)
    ]
    return "\n\n".join(parts)


def _times(rows: Sequence[Row], cells: Iterable[tuple[int, int]], shown: int) -> str:
    columns = sorted(set(cells))
    found = {(row.engine, row.units, row.k): row for row in rows}
    engines = dict.fromkeys(row.engine for row in rows)
    body = [[name, *(_time(found.get((name, *cell))) for cell in columns)] for name in engines]
    return _table(["engine", *(f"{cell[shown]:,}" for cell in columns)], body)


def _time(row: Row | None) -> str:
    if row is None:
        return NOT_MEASURED
    p99 = "" if row.p99_us is None else f" / {row.p99_us:,.0f}"
    return f"{row.median_us:,.0f}{p99}"


def _beside(notes: Sequence[Note]) -> str:
    body = [
        [name, _build_s(notes, name), _closure_ms(notes, name), _memory_mib(notes, name)]
        for name in dict.fromkeys(note.engine for note in notes)
    ]
    return _table(["engine", "before the first question", "one closure", "memory"], body)


def _build_s(notes: Sequence[Note], name: str) -> str:
    steps = [
        f"{note.detail} {note.value:,.2f} s" for note in _of(notes, name, "build") if note.value
    ]
    return ", ".join(steps) or NOT_MEASURED


def _closure_ms(notes: Sequence[Note], name: str) -> str:
    for note in _of(notes, name, "closure"):
        return note.skipped or f"{(note.value or 0) * 1e3:,.2f} ms"
    return NOT_MEASURED


def _memory_mib(notes: Sequence[Note], name: str) -> str:
    for note in _of(notes, name, "memory"):
        return note.skipped or f"{note.value:,.0f} MiB"
    return NOT_MEASURED


def _of(notes: Iterable[Note], name: str, what: str) -> list[Note]:
    return [note for note in notes if note.engine == name and note.what == what]


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    print(tables(Results.read(Path(sys.argv[1]))))
