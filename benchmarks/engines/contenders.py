"""All engines by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks.engines.osrm_peer import OsrmCh, OsrmMld
from benchmarks.engines.ours import BOUNDED, CHOSEN, LABELS, OurEngine, OurSearch
from benchmarks.engines.python_peers import Networkx, Scipy
from benchmarks.engines.question import Contender, Question
from benchmarks.engines.routingkit_peer import RoutingKit
from benchmarks.engines.valhalla_peer import ValhallaCost, ValhallaTime

OURS = CHOSEN
REFERENCE = Scipy.name
"""What exact contenders must agree with: the plainest of all searches."""

CONTENDERS: dict[str, Callable[[Question], Contender]] = {
    CHOSEN: partial(OurSearch, name=CHOSEN),
    BOUNDED: partial(OurSearch, name=BOUNDED),
    LABELS: partial(OurSearch, name=LABELS),
    OurEngine.name: OurEngine,
    RoutingKit.name: RoutingKit,
    OsrmCh.name: OsrmCh,
    OsrmMld.name: OsrmMld,
    ValhallaCost.name: ValhallaCost,
    ValhallaTime.name: ValhallaTime,
    Scipy.name: Scipy,
    Networkx.name: Networkx,
}
