"""Which k of N units reach this call first: our engine beside its peers, in one run.

``make bench-engines`` runs it with all peers; ``python -m benchmarks.engines`` with those that are
installed. It prints, and asserts nothing but that all who were given the same times say the same.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

# One thread for everybody; libraries read these while they are imported.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

from benchmarks.engines.contenders import CONTENDERS  # noqa: E402
from benchmarks.engines.graphs import RECIPES  # noqa: E402
from benchmarks.engines.run import Plan, run  # noqa: E402

QUICK = Plan(
    graphs=["liechtenstein"],
    engines=list(CONTENDERS),
    units=[10, 100, 1000],
    ks=[1, 20],
    k_graphs=["liechtenstein"],
    memory_graphs=[],
    calls=100,
    turn_s=0.5,
    question_s=1.0,
    closures=5,
    closures_s=3.0,
)
FULL = Plan(
    graphs=list(RECIPES),
    engines=list(CONTENDERS),
    units=[10, 100, 1000, 5000],
    ks=[1, 20, 50],
    k_graphs=["porto"],
    memory_graphs=["porto", "porto-x16"],
    calls=500,
    turn_s=1.5,
    question_s=5.0,
    closures=20,
    closures_s=10.0,
)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.engines", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="one or two minutes, a small graph")
    parser.add_argument("--graphs", nargs="+", choices=list(RECIPES))
    parser.add_argument("--engines", nargs="+", choices=list(CONTENDERS))
    parser.add_argument("--units", nargs="+", type=int, help="numbers of units, with k=5")
    parser.add_argument("--ks", nargs="+", type=int, help="further k, with 100 units")
    parser.add_argument("--k-graphs", nargs="*", choices=list(RECIPES), help="graphs for these")
    parser.add_argument("--memory-graphs", nargs="*", choices=list(RECIPES))
    parser.add_argument("--calls", type=int, help="questions in a cell at the most")
    parser.add_argument("--turn-s", type=float, help="seconds of one engine in a cell, about")
    parser.add_argument("--question-s", type=float, help="slower engines are left out")
    parser.add_argument("--closures", type=int)
    parser.add_argument("--closures-s", type=float, help="seconds of one engine for closures")
    parser.add_argument("--json", type=Path, help="write everything measured to this file")
    parser.add_argument("--plot", type=Path, help="draw it into this SVG file")
    arguments = vars(parser.parse_args())
    written, drawn = arguments.pop("json"), arguments.pop("plot")
    plan = QUICK if arguments.pop("quick") else FULL
    wanted = {name: value for name, value in arguments.items() if value is not None}
    run(plan.but(**wanted), written, drawn)


if __name__ == "__main__":
    main()
