"""The run: graph by graph, cell by cell, everything printed as soon as it is known."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engines.closures import close_roads
from benchmarks.engines.contenders import CONTENDERS, REFERENCE
from benchmarks.engines.graphs import SMALL_GRAPH, open_comparison_graph
from benchmarks.engines.measure import (
    Limits,
    agreement,
    expected_s,
    probe_s,
    refuse_slower_than,
    take_turns,
)
from benchmarks.engines.memory import measure_in_child
from benchmarks.engines.ours import compile_kernels
from benchmarks.engines.plot import draw
from benchmarks.engines.print_tables import print_cell, print_growth, print_machine, print_notes
from benchmarks.engines.question import Contender, Question, Skipped
from benchmarks.engines.results import Note, Results, Row, median_and_p99_us, this_machine

USUAL_K = 5
UNITS_FOR_K = 100
MEMORY_LIMIT_S = 300.0


@dataclass(frozen=True)
class Plan:
    """What is measured, and how long it may take; the arguments of the program."""

    graphs: Sequence[str]
    engines: Sequence[str]
    units: Sequence[int]
    ks: Sequence[int]
    k_graphs: Sequence[str]
    memory_graphs: Sequence[str]
    calls: int
    turn_s: float
    question_s: float
    closures: int
    closures_s: float

    def but(self, **changes: Any) -> Plan:
        """The same with other values."""
        return dataclasses.replace(self, **changes)

    def cells(self, graph: str) -> list[tuple[int, int]]:
        """Numbers of units and k."""
        further = self.ks if graph in self.k_graphs else ()
        return [(units, USUAL_K) for units in self.units] + [(UNITS_FOR_K, k) for k in further]


def run(plan: Plan, written: Path | None, drawn: Path | None) -> None:
    """Measure everything, print it, and write it down after every graph."""
    begun = time.perf_counter()
    results = Results(machine=this_machine())
    print_machine(results)
    compile_kernels(Question(open_comparison_graph(SMALL_GRAPH)))
    for graph in plan.graphs:
        _GraphRun(plan, graph, results).measure()
        print_notes(results, graph)
        if written is not None:
            results.write(written)
    print_growth(results)
    if drawn is not None:
        draw(results, drawn)
    print(f"all of it took {time.perf_counter() - begun:,.0f} s")
    if results.wrong:
        raise SystemExit("not what the reference says:\n" + "\n".join(results.wrong))


class _GraphRun:
    """All contenders on one graph."""

    def __init__(self, plan: Plan, graph: str, results: Results) -> None:
        self._plan, self._graph, self._results = plan, graph, results
        self._question = Question(open_comparison_graph(graph))
        self._rng = np.random.default_rng(110)
        self._contenders = self._build()
        # Seconds a question, by contender and number of units.
        self._known_s: dict[str, dict[int, float]] = {name: {} for name in self._contenders}

    def measure(self) -> None:
        """Measure cells, closures and memory, in this order."""
        for units, k in self._plan.cells(self._graph):
            self._cell(units, k)
        if self._plan.closures:
            self._closures()
        if self._graph in self._plan.memory_graphs:
            self._memory()

    def _build(self) -> dict[str, Contender]:
        contenders = {}
        # The reference is needed whoever else is wanted.
        for name in dict.fromkeys([*self._plan.engines, REFERENCE]):
            try:
                contenders[name] = CONTENDERS[name](self._question)
            except Skipped as reason:
                self._note(name, "build", "", None, str(reason))
                continue
            for step, seconds in contenders[name].build_s.items():
                self._note(name, "build", step, seconds)
        return contenders

    def _cell(self, unit_count: int, k: int) -> None:
        units = self._question.nodes(self._rng, unit_count)
        calls = self._question.nodes(self._rng, self._plan.calls)
        limits = Limits(self._plan.turn_s, self._plan.question_s)
        question_s = {}
        for name, contender in self._contenders.items():
            try:
                if name != REFERENCE:
                    refuse_slower_than(
                        limits.question_s, expected_s(self._known_s[name], unit_count)
                    )
                contender.place(units)
                contender.expect(calls)
                question_s[name] = probe_s(contender, calls, k, limits.question_s)
                if name != REFERENCE:
                    refuse_slower_than(limits.question_s, question_s[name])
            except Skipped as reason:
                self._note(name, f"{unit_count} units, k={k}", "", None, str(reason))
                continue
        asked = {name: self._contenders[name] for name in question_s}
        cells = take_turns(asked, calls, k, question_s, limits)
        rows = []
        for name, cell in cells.items():
            median_us, p99_us = median_and_p99_us(cell.times_us)
            self._known_s[name][unit_count] = median_us / 1e6
            found = agreement(cell, cells[REFERENCE])
            if asked[name].exact and found.same < 1:
                self._results.wrong.append(f"{self._graph}, {unit_count} units: {name}, {found}")
            rows.append(
                Row(
                    graph=self._graph,
                    nodes=self._question.node_count,
                    units=unit_count,
                    k=k,
                    engine=name,
                    calls=len(cell.times_us),
                    median_us=median_us,
                    p99_us=p99_us,
                    same=found.same,
                    near=found.near,
                    median_ratio=found.median_ratio,
                )
            )
        self._results.rows.extend(rows)
        print_cell(rows)

    def _closures(self) -> None:
        seconds, skipped, wrong = close_roads(
            self._question, self._contenders, self._plan.closures, self._plan.closures_s
        )
        self._results.wrong.extend(f"{self._graph}, {sentence}" for sentence in wrong)
        for name in self._contenders:
            if name in seconds:
                self._note(
                    name, "closure", f"{len(seconds[name])}", float(np.median(seconds[name]))
                )
            else:
                self._note(name, "closure", "", None, skipped[name])

    def _memory(self) -> None:
        for name in self._contenders:
            try:
                grown_mib = measure_in_child(self._graph, name, MEMORY_LIMIT_S)
            except Skipped as reason:
                self._note(name, "memory", "", None, str(reason))
                continue
            self._note(name, "memory", "", grown_mib)

    def _note(
        self, engine: str, what: str, detail: str, value: float | None, skipped: str | None = None
    ) -> None:
        self._results.notes.append(Note(self._graph, engine, what, detail, value, skipped))
