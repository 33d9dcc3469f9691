"""What an engine makes of a graph once, kept beside the graph with the time that it took."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.engines.question import Question

Steps = dict[str, Callable[[Path], object]]


def make_once(question: Question, engine: str, steps: Steps) -> tuple[Path, dict[str, float]]:
    """Run the steps in order, or take what an earlier run made.

    Args:
        question: its graph's folder keeps the result.
        engine: names the folder.
        steps: each gets the folder; it may write there what it likes.

    Returns:
        The folder, and the seconds that each step took when it ran.
    """
    folder = question.comparison.folder / engine
    record = folder / "build.json"
    if record.exists():
        taken: dict[str, float] = json.loads(record.read_text(encoding="utf-8"))
        if list(taken) == list(steps):
            return folder, taken
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    build_s = {}
    for name, step in steps.items():
        begun = time.perf_counter()
        step(folder)
        build_s[name] = time.perf_counter() - begun
    record.write_text(json.dumps(build_s), encoding="utf-8")
    return folder, build_s
