"""What a contender keeps in memory, measured in a process of its own.

``python -m benchmarks.engines.memory GRAPH CONTENDER`` prints one line of JSON.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.engines.contenders import CONTENDERS
from benchmarks.engines.graphs import SMALL_GRAPH, open_comparison_graph
from benchmarks.engines.question import Contender, Question, Skipped

UNITS, CALLS, K = 100, 20, 5
MIB = 2**20


def resident_mib() -> float:
    """Memory of this process that is in use now."""
    status = Path("/proc/self/statm")
    if not status.exists():
        raise Skipped("memory is read from /proc, which this system does not have")
    pages = int(status.read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def grown_mib(graph: str, name: str) -> float:
    """How much the process grows by a contender that was made, given units, and asked.

    The contender answers on a small graph first, so that libraries and compiled code do not count.
    """
    keep = _answer(Question(open_comparison_graph(SMALL_GRAPH)), name)
    question = Question(open_comparison_graph(graph))
    gc.collect()
    before = resident_mib()
    keep = _answer(question, name)
    gc.collect()
    grown = resident_mib() - before
    del keep
    return grown


def measure_in_child(graph: str, name: str, limit_s: float) -> float:
    """Measure in another process.

    Raises:
        Skipped: it failed or took too long.
    """
    command = [sys.executable, "-m", __spec__.name, graph, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired as late:
        raise Skipped(f"not measured within {limit_s:g} s") from late
    if done.returncode != 0:
        raise Skipped(f"the measurement ended with {done.returncode}: {done.stderr[-200:]}")
    return float(json.loads(done.stdout.splitlines()[-1])["grown_mib"])


def _answer(question: Question, name: str) -> Contender:
    rng = np.random.default_rng(4)
    contender = CONTENDERS[name](question)
    calls = question.nodes(rng, CALLS)
    contender.place(question.nodes(rng, UNITS))
    contender.expect(calls)
    for call in calls:
        contender.nearest(call, K)
    return contender


if __name__ == "__main__":
    print(json.dumps({"grown_mib": grown_mib(sys.argv[1], sys.argv[2])}))
