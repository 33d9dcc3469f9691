"""The content hash of a graph (``graph_version``)."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping

import numpy as np

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.graph import Edges, Nodes, RoadGraph, SegmentGrid, States

GROUPS: dict[str, type[Nodes | Edges | States | SegmentGrid]] = {
    "nodes": Nodes,
    "edges": Edges,
    "states": States,
    "grid": SegmentGrid,
}
VERSION_DIGITS = 16


def array_names(mode: UnitMode) -> Iterator[tuple[str, str, str]]:
    """Name every array of one network, in a fixed order: group, field, ``mode.group.field``."""
    for group, kind in GROUPS.items():
        for field in dataclasses.fields(kind):
            yield group, field.name, f"{mode}.{group}.{field.name}"


def named_arrays(networks: Mapping[UnitMode, RoadGraph]) -> Iterator[tuple[str, np.ndarray]]:
    """Every array of all networks as (``mode.group.field``, array), in a fixed order."""
    for mode in sorted(networks):
        for group, field, name in array_names(mode):
            yield name, getattr(getattr(networks[mode], group), field)


def array_digest(array: np.ndarray) -> str:
    """SHA-256 over dtype, shape and bytes, in hexadecimal."""
    digest = hashlib.sha256(f"{array.dtype.str}{array.shape}".encode())
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def content_version(networks: Mapping[UnitMode, RoadGraph]) -> str:
    """Hash everything that a search reads; equal graphs have equal versions everywhere."""
    return version_of_digests({name: array_digest(array) for name, array in named_arrays(networks)})


def version_of_digests(digests: dict[str, str]) -> str:
    """Combine the digests of all arrays, in order of their names."""
    lines = "\n".join(f"{name} {digests[name]}" for name in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()[:VERSION_DIGITS]
