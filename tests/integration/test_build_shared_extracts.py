"""Real extracts: what is read agrees with what was counted in them by other means."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.format import open_graph
from dispatch_router.routing.road_classes import RoadClass, RoadFlag
from tests.shared_data import shared_extract

BAYREUTH = "north-bayreuth.osm.gz"
LIECHTENSTEIN = "liechtenstein-latest.osm.pbf"
PORTO = "porto_portugal.osm.pbf"

SRC = str(Path(__file__).resolve().parents[2] / "src")

# Not rusage: a child's maximum there begins with the size of the process that it was forked from.
RUN_AND_SAY_PEAK = """
import atexit, pathlib, re, runpy
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: print(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]))
runpy.run_module("dispatch_router", run_name="__main__")
"""

# From the README beside the extracts; it does not count tracks.
NODES_ON_ROADS = {BAYREUTH: 6_150, LIECHTENSTEIN: 16_912, PORTO: 276_049}
TURN_RESTRICTIONS = {BAYREUTH: 40, LIECHTENSTEIN: 3, PORTO: 357}
ARCS = {PORTO: 527_213}
ONE_WAY_WAYS = {PORTO: 11_013}
LIMITED_WAYS = {PORTO: 2_090}


@cache
def network(name: str) -> RoadNetwork:
    return read_network(shared_extract(name))


def without_tracks(read: RoadNetwork) -> np.ndarray:
    return read.edge_class != RoadClass.TRACK


@pytest.mark.parametrize("name", NODES_ON_ROADS)
def test_the_nodes_on_roads_are_as_many_as_were_counted(name):
    read = network(name)
    points = np.repeat(without_tracks(read), np.diff(read.shape_first))
    places = np.stack((read.shape_lon_e7[points], read.shape_lat_e7[points]), axis=1)
    assert len(np.unique(places, axis=0)) == pytest.approx(NODES_ON_ROADS[name], rel=0.02)


@pytest.mark.parametrize("name", TURN_RESTRICTIONS)
def test_every_turn_restriction_is_kept_or_dropped_with_a_reason(name):
    read = network(name)
    dropped = sum(n for reason, n in read.dropped.items() if reason.startswith("turn restriction"))
    assert read.restrictions_kept + dropped == TURN_RESTRICTIONS[name]


def test_most_turn_restrictions_are_kept():
    assert network(PORTO).restrictions_kept >= 0.9 * TURN_RESTRICTIONS[PORTO]
    assert network(BAYREUTH).restrictions_kept >= 0.9 * TURN_RESTRICTIONS[BAYREUTH]


def test_porto_has_as_many_arcs_one_way_streets_and_limits_as_were_counted():
    read = network(PORTO)
    kept = without_tracks(read)
    segments = np.diff(read.shape_first) - 1
    permitted = (read.free_flow_ms != NOT_PERMITTED).reshape(-1, 2)
    arcs = (permitted * segments[:, np.newaxis])[kept].sum()
    assert arcs == pytest.approx(ARCS[PORTO], rel=0.01)
    for flag, expected in (
        (RoadFlag.ONEWAY, ONE_WAY_WAYS[PORTO]),
        (RoadFlag.SPEED_FROM_TAG, LIMITED_WAYS[PORTO]),
    ):
        ways = np.unique(read.edge_way_id[kept & (read.edge_flags & int(flag) > 0)])
        assert len(ways) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("name", NODES_ON_ROADS)
def test_what_is_read_hangs_together(name):
    read = network(name)
    first, last = read.shape_first[:-1], read.shape_first[1:] - 1
    assert (read.node_lon_e7[read.edge_tail] == read.shape_lon_e7[first]).all()
    assert (read.node_lat_e7[read.edge_head] == read.shape_lat_e7[last]).all()
    ends = np.stack((read.edge_tail, read.edge_head), axis=1)
    for word in read.forbidden:
        for before, after in itertools.pairwise(word):
            assert ends[before // 2, 1 - before % 2] == ends[after // 2, after % 2]
    speeds = read.edge_length_mm[:, np.newaxis] * 3.6 / read.free_flow_ms.reshape(-1, 2)
    long_enough = (read.edge_length_mm > 20_000)[:, np.newaxis]
    driven = speeds[(read.free_flow_ms.reshape(-1, 2) != NOT_PERMITTED) & long_enough]
    assert 3 <= driven.min() <= driven.max() <= 135


def test_liechtenstein_says_when_it_is_from_and_whose_it_is():
    source = network(LIECHTENSTEIN).source
    assert source.data_date == "2015-07-27T21:14:01Z"
    assert "OpenStreetMap" in source.attribution
    assert not source.synthetic


def test_bollards_in_porto_cut_roads_and_are_counted():
    read = network(PORTO)
    assert read.dropped[Dropped.BARRIER] > 10
    places = np.stack((read.node_lon_e7, read.node_lat_e7), axis=1)
    twice = len(places) - len(np.unique(places, axis=0))
    assert twice >= 10


def test_porto_builds_whole_and_within_a_gigabyte(tmp_path):
    source = shared_extract(PORTO)
    out = tmp_path / "porto"
    command = [sys.executable, "-c", RUN_AND_SAY_PEAK, "graph", "build", str(source), str(out)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": SRC}
    )
    assert int(done.stdout.splitlines()[-1]) * 1024 < 1_000_000_000
    assert open_graph(out).summary.largest_component_share > 0.95
    assert [path.name for path in tmp_path.iterdir()] == ["porto"]
