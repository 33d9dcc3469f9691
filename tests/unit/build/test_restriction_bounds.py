"""One relation cannot make the build run out of memory."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.restriction_relations import TurnRelation
from dispatch_router.routing.build.restrictions import MAX_SEQUENCES, RestrictedEdges

INTO, ONTO = 0, 1
"""Ways of one edge each: the one that the rule leads from, and the one that it leads to."""


def star(roads_off: int) -> RestrictedEdges:
    """A junction 0 with a one-way street into it, and one-way streets out of it."""
    leaving = np.arange(2, 2 + roads_off + 1)
    edge_count = 1 + len(leaving)
    return RestrictedEdges(
        edge_tail=np.append(1, np.zeros(len(leaving), dtype=np.int64)),
        edge_head=np.append(0, leaving),
        is_permitted=np.tile([True, False], edge_count),
        edges_of_way={INTO: np.array([0]), ONTO: np.array([1])},
        node_of_id={7: 0},
        way_ids_in_source=range(edge_count),
    )


@pytest.mark.parametrize("roads_off", [1, MAX_SEQUENCES])
def test_only_this_way_forbids_every_other_way(roads_off: int) -> None:
    rule = TurnRelation(True, False, (INTO,), (ONTO,), via_node=7, via_ways=())
    forbidden = star(roads_off).forbid(rule)
    assert forbidden == tuple((0, 2 * edge) for edge in range(2, 2 + roads_off))


def test_only_this_way_among_absurdly_many_is_dropped() -> None:
    rule = TurnRelation(True, False, (INTO,), (ONTO,), via_node=7, via_ways=())
    assert star(MAX_SEQUENCES + 1).forbid(rule) is Dropped.RESTRICTION_TOO_LARGE
