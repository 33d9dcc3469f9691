"""Copies of a town side by side, joined by bridges."""

from __future__ import annotations

import networkx
import numpy as np
import pytest

from benchmarks.tiles import tile
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork
from dispatch_router.routing.graph import RoadGraph
from tests.ascii_map import ascii_map

TOWN = """
    A->-b---C
    |   |   |
    d---+-<-E
    """


def roads_of(graph: RoadGraph) -> networkx.DiGraph[int]:
    edges, found = graph.edges, networkx.DiGraph()
    for edge, (tail, head) in enumerate(zip(edges.tail.tolist(), edges.head.tolist(), strict=True)):
        for directed, ends in ((2 * edge, (tail, head)), (2 * edge + 1, (head, tail))):
            if edges.free_flow_ms[directed] != NOT_PERMITTED:
                found.add_edge(*ends)
    return found


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return ascii_map(TOWN, forbidden=["AbC"]).network


@pytest.mark.parametrize(("columns", "rows"), [(2, 1), (1, 2), (3, 2)])
def test_from_each_copy_every_other_can_be_driven_to(
    network: RoadNetwork, columns: int, rows: int
) -> None:
    graph = assemble(tile(network, columns, rows))

    assert len(graph.nodes.lon_e7) == columns * rows * len(network.node_lon_e7)
    assert networkx.is_strongly_connected(roads_of(graph))


def test_copies_keep_their_times_and_their_turn_rules(network: RoadNetwork) -> None:
    tiled, edge_count = tile(network, 2, 1), len(network.edge_tail)

    assert network.forbidden
    assert tiled.forbidden[: len(network.forbidden)] == network.forbidden
    assert tiled.forbidden[len(network.forbidden) :] == tuple(
        tuple(edge + 2 * edge_count for edge in sequence) for sequence in network.forbidden
    )
    for copy in range(2):
        of_copy = slice(2 * edge_count * copy, 2 * edge_count * (copy + 1))
        assert np.array_equal(tiled.free_flow_ms[of_copy], network.free_flow_ms)


def test_no_copy_lies_over_another(network: RoadNetwork) -> None:
    tiled, count = tile(network, 2, 2), len(network.node_lon_e7)
    west, east = tiled.node_lon_e7[:count], tiled.node_lon_e7[count : 2 * count]
    south, north = tiled.node_lat_e7[:count], tiled.node_lat_e7[2 * count : 3 * count]

    assert west.max() < east.min()
    assert south.max() < north.min()


def test_what_is_tiled_says_that_it_is_made_up(network: RoadNetwork) -> None:
    source = tile(network, 2, 2).source

    assert source.synthetic
    assert source.name == f"{network.source.name} x 4"


def test_a_single_copy_has_no_bridges(network: RoadNetwork) -> None:
    assert np.array_equal(tile(network, 1, 1).edge_tail, network.edge_tail)
