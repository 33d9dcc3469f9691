"""Arrays with the right hash and wrong content are refused: no index may leave its array."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.format import open_graph, write_graph
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.version import content_version
from tests.ascii_map import ascii_map
from tests.district_roads import as_built

TOWN = ascii_map("A->-b---C\n    |\n    x", forbidden=["Abx"])
Change = Callable[[np.ndarray], np.ndarray | None]


def forged(graph: RoadGraph, group: str, field: str, change: Change) -> RoadGraph:
    array = np.array(getattr(getattr(graph, group), field))
    changed = change(array)
    replacement = array if changed is None else changed
    part = dataclasses.replace(getattr(graph, group), **{field: replacement})
    graph = dataclasses.replace(graph, **{group: part})
    summary = dataclasses.replace(graph.summary, version=content_version({UnitMode.CAR: graph}))
    return dataclasses.replace(graph, summary=summary)


def put(index: int, value: int) -> Change:
    return lambda array: array.__setitem__(index, value)


@pytest.mark.parametrize(
    ("group", "field", "change"),
    [
        ("nodes", "lat_e7", lambda a: a[:-1]),
        ("nodes", "lon_e7", lambda a: a.astype(np.int64)),
        ("edges", "tail", put(0, 99)),
        ("edges", "head", put(0, -1)),
        ("edges", "length_mm", put(0, 0)),
        ("edges", "length_mm", put(0, 2**62)),
        ("edges", "free_flow_ms", put(0, 0)),
        ("edges", "free_flow_ms", put(0, -7)),
        ("edges", "free_flow_ms", lambda a: a[:-2]),
        ("edges", "emergency", put(0, 1)),
        ("edges", "emergency", put(1, 3)),
        ("edges", "emergency", lambda a: a[:-1]),
        ("edges", "signals", lambda a: a[:-1]),
        ("edges", "signals", lambda a: a.astype(np.int32)),
        ("states", "breaks_rule", put(0, 2)),
        ("states", "breaks_rule", lambda a: a[:-1]),
        ("edges", "shape_first", put(-1, 10**6)),
        ("edges", "shape_first", put(1, 1)),
        ("edges", "point_along_mm", put(1, 5)),
        ("edges", "point_edge", put(0, 1)),
        ("edges", "point_lat_e7", put(0, 2**31 - 1)),
        ("edges", "name", put(0, 1)),
        ("edges", "name_first", put(0, 1)),
        ("edges", "name_utf8", lambda a: np.array([0xFF], dtype=np.uint8)),
        ("states", "node", put(0, 10**6)),
        ("states", "node", put(1, 0)),
        ("states", "first_in", put(1, 10**6)),
        ("states", "first_in", lambda a: a.__setitem__(2, a[2] + 1)),
        ("states", "tail", put(0, -5)),
        ("states", "tail", lambda a: np.roll(a, 1)),
        ("states", "directed_edge", put(0, 10**6)),
        ("states", "head_state", put(0, 10**6)),
        ("states", "head_state", put(0, -1)),
        ("states", "head_state", lambda a: np.where(a < 0, a, 0).astype(np.int32)),
        ("states", "first_arc", put(0, 3)),
        ("states", "arc_of_edge", put(0, 10**6)),
        ("states", "arc_of_edge", lambda a: a[::-1]),
        ("states", "rank", put(0, -1)),
        ("states", "rank", put(0, 2)),
        ("grid", "frame", put(2, 0)),
        ("grid", "frame", put(2, 1)),
        ("grid", "frame", put(4, 10**6)),
        ("grid", "first", put(0, 7)),
        ("grid", "segment", put(0, 10**6)),
        ("grid", "segment", put(0, -3)),
        ("grid", "segment", put(0, 1)),
    ],
)
def test_a_forged_array_is_refused_by_name(
    tmp_path: Path, group: str, field: str, change: Change
) -> None:
    write_graph(
        as_built(forged(TOWN.graph, group, field, change)), tmp_path / "graph", replace=False
    )
    with pytest.raises(InvalidGraph, match=r"\.npy"):
        open_graph(tmp_path / "graph")


def test_a_graph_with_fewer_states_than_junctions_is_refused(tmp_path: Path) -> None:
    graph = ascii_map("A--b--C").graph
    states = graph.states
    one_state = dataclasses.replace(
        states,
        node=states.node[:1],
        first_in=np.array([0, len(states.tail)], dtype=np.int32),
        tail=np.zeros_like(states.tail),
        head_state=np.zeros_like(states.head_state),
    )
    graph = dataclasses.replace(graph, states=one_state)
    summary = dataclasses.replace(graph.summary, version=content_version({UnitMode.CAR: graph}))
    write_graph(
        as_built(dataclasses.replace(graph, summary=summary)), tmp_path / "graph", replace=False
    )
    with pytest.raises(InvalidGraph, match=r"states\.node\.npy"):
        open_graph(tmp_path / "graph")
