"""What the hierarchy refuses, and where a drive is too long for it."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.hierarchy import contract as contract_module
from dispatch_router.routing.hierarchy.contract import OrderDoesNotFit, contract
from dispatch_router.routing.hierarchy.customize import (
    LENGTH_BITS,
    LENGTH_MASK,
    NO_WAY,
    TOO_LONG_MS,
    pack,
)
from dispatch_router.routing.topology import topology_of
from tests.naive.random_network import random_network


def test_an_order_that_would_fill_the_memory_is_refused(monkeypatch) -> None:
    graph = assemble(random_network(random.Random(3), node_count=60, edge_count=200))
    topology = topology_of(graph)
    states = len(graph.states.node)
    monkeypatch.setattr(contract_module, "EDGES_ALLOWED_ANYWAY", 0)
    monkeypatch.setattr(contract_module, "EDGES_PER_VERTEX_AT_MOST", 1)
    with pytest.raises(OrderDoesNotFit, match=f"edges over {states} states"):
        contract(topology, np.random.default_rng(3).permutation(states).astype(np.int32))
    monkeypatch.undo()
    contract(topology, graph.states.rank)


def test_time_weighs_more_than_length_and_equal_times_go_to_the_shorter_way() -> None:
    assert pack(2, 0) > pack(1, LENGTH_MASK)
    assert pack(1, 5) > pack(1, 4)
    assert (pack(7, 9) >> LENGTH_BITS, pack(7, 9) & LENGTH_MASK) == (7, 9)


def test_a_drive_of_six_days_is_none() -> None:
    assert TOO_LONG_MS > 6 * 24 * 3600 * 1000
    assert pack(TOO_LONG_MS, 0) == NO_WAY
    assert pack(TOO_LONG_MS - 1, LENGTH_MASK) < NO_WAY
    assert np.int64(NO_WAY) + np.int64(NO_WAY) > 0
