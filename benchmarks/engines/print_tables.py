"""The tables of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.engines.contenders import OURS
from benchmarks.engines.growth import series_of
from benchmarks.engines.results import Note, Results, Row

UNIT_OF = {"build": "s", "closure": "ms", "memory": "MiB"}


def print_machine(results: Results) -> None:
    """Print where this runs."""
    print("; ".join(f"{name}: {value}" for name, value in results.machine.items()))


def print_cell(rows: Sequence[Row]) -> None:
    """Print all contenders of one cell, with ratios to ours."""
    first = rows[0]
    print(f"\n{first.graph}, {first.nodes:,} nodes, {first.units:,} units, k={first.k}")
    print(
        f"  {'engine':<30}{'median us':>13}{'p99 us':>13}{'ratio':>10}{'calls':>7}"
        f"{'same time':>11}{'within 1 %':>12}{'time/exact':>12}"
    )
    ours_us = next((row.median_us for row in rows if row.engine == OURS), None)
    for row in rows:
        ratio = "" if ours_us is None else f"{row.median_us / ours_us:,.1f}x"
        p99 = "-" if row.p99_us is None else f"{row.p99_us:,.0f}"
        print(
            f"  {row.engine:<30}{row.median_us:>13,.0f}{p99:>13}{ratio:>10}{row.calls:>7}"
            f"{row.same:>11.1%}{row.near:>12.1%}{row.median_ratio:>12.3f}",
            flush=True,
        )


def print_notes(results: Results, graph: str) -> None:
    """Print builds, closures, memory and what was skipped on one graph."""
    notes = [note for note in results.notes if note.graph == graph]
    print(f"\n{graph}: before the first question, one closed road, memory")
    for name in dict.fromkeys(note.engine for note in notes):
        own = [note for note in notes if note.engine == name and note.value is not None]
        parts = (_build(own), _single(own, "closure"), _single(own, "memory"))
        print(f"  {name:<30} {'; '.join(part for part in parts if part)}")
    for note in notes:
        if note.skipped is not None:
            print(f"  skipped: {note.engine}, {note.what}: {note.skipped}")
    print(flush=True)


def print_growth(results: Results) -> None:
    """Print how the medians grow with nodes, units and k."""
    for series in series_of(results.rows):
        powers = series.powers()
        print(f"\n{series.title}: the median grows as this power of {series.varies}")
        for name, power in powers.items():
            low, high = series.lines[name][0][0], series.lines[name][-1][0]
            print(f"  {name:<30}{power:>8.2f}   ({low:,.0f} to {high:,.0f} {series.varies})")


def _build(notes: Iterable[Note]) -> str:
    steps = [
        f"{note.detail} {note.value:,.2f} s"
        for note in notes
        if note.what == "build" and note.value is not None
    ]
    return ", ".join(steps)


def _single(notes: Iterable[Note], what: str) -> str:
    for note in notes:
        if note.what == what and note.value is not None:
            value = note.value * 1e3 if what == "closure" else note.value
            times = f" (median of {note.detail})" if note.detail else ""
            return f"{what} {value:,.2f} {UNIT_OF[what]}{times}"
    return ""
