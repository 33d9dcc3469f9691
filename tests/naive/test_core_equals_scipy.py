"""The core of a network under closures is what scipy says of the arcs that are left."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dispatch_router.routing import reach as reach_module
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.graph import NOT_PERMITTED, Int32, UInt8
from dispatch_router.routing.reach import IN_CORE, core_reach, core_reach_under
from dispatch_router.routing.topology import Topology, topology_of
from tests.ascii_map import ascii_map
from tests.naive.random_network import random_network


def by_scipy(topology: Topology, weight_ms: Int32) -> UInt8:
    is_open = weight_ms != NOT_PERMITTED
    return core_reach(topology.state_count, topology.tail[is_open], topology.arc_head[is_open])


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_closed_at_random(seed: int) -> None:
    rng = random.Random(seed)
    nodes = rng.choice([10, 40, 200])
    graph = assemble(random_network(rng, node_count=nodes, edge_count=3 * nodes))
    topology = topology_of(graph)
    closing = np.random.default_rng(seed)
    for share in (0.0, 0.1, 0.4, 0.8):
        weight_ms = np.ones(len(topology.tail), dtype=np.int32)
        weight_ms[closing.random(len(weight_ms)) < share] = NOT_PERMITTED
        found, expected = core_reach_under(topology, weight_ms), by_scipy(topology, weight_ms)
        assert found.tolist() == expected.tolist()


def test_where_most_states_are_in_one_part_nothing_else_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reach_module, "core_reach", None)
    topology = topology_of(
        ascii_map(
            """
            A---b---C->-d
            |   |   |
            e---f---g
            """
        ).graph
    )
    weight_ms = np.ones(len(topology.tail), dtype=np.int32)
    assert int((core_reach_under(topology, weight_ms) == IN_CORE).sum()) == 6
