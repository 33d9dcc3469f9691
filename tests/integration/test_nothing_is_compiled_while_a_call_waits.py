"""After the warm-up no call, whatever search it takes, needs a kernel that is not there yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

# In a process of its own: other tests have kernels compiled as well.
PROGRAM = """
import sys
from datetime import UTC, datetime
import numpy
from numba.core.dispatcher import Dispatcher
from dispatch_router.bootstrap import open_district
from dispatch_router.bootstrap_roads import warm_up
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.closures import Closure, NamedRoad
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.response import Response
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from tests.xipeng import XIPENG


def kernels_ready():
    return {
        (kernel.py_func.__module__, kernel.py_func.__name__, str(signature))
        for name, module in sys.modules.items() if name.startswith("dispatch_router.routing")
        for kernel in vars(module).values() if isinstance(kernel, Dispatcher)
        for signature in kernel.signatures
    }


opened = open_district(XIPENG)
if "warm" in sys.argv:
    warm_up(opened.engine, opened.now, with_hierarchy=True)
ready = kernels_ready()
places = [place.position for place in opened.district.places]
fleet = opened.engine.place_fleet(places)
offset_ms = numpy.zeros(len(places), dtype=numpy.int64)
closed = Closure(
    "bridge", NamedRoad("迎新路"), None, False, 0, frozenset(UnitMode),
    datetime(2026, 1, 1, tzinfo=UTC), None, "",
)
for conditions in (Conditions(), Conditions(closures=(closed,)), Conditions()):
    opened.engine.adopt(conditions)
    for search in (BoundedSearch, LabelSearch):
        for response in Response:
            for place in places:
                opened.engine.nearest(
                    fleet, place, offset_ms=offset_ms, k=9, band_ms=5, baseline=[1, 2],
                    with_routes=True, response=response, search=search,
                )
    fleet.move({0: places[1]})
for place in places:
    opened.recommender.recommend(CallQuestion(place), top=50, with_routes=True)
print("compiled late:", len(kernels_ready() - ready))
"""


@pytest.mark.parametrize(("arguments", "late"), [(["warm"], False), ([], True)])
def test_the_warm_up_leaves_nothing_to_compile(arguments: list[str], late: bool) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": f"{REPOSITORY / 'src'}{os.pathsep}{REPOSITORY}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (run.stdout.strip() != "compiled late: 0") == late, run.stdout
