"""The manifest of a graph folder: what it is, and what each array must look like."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.geo import BoundingBox
from dispatch_router.domain.travel import GraphSummary, NetworkSummary
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.refusal import refused

MANIFEST_NAME = "manifest.json"
FORMAT = "dispatch_router road graph"
FORMAT_VERSION = 2
MANIFEST_BYTES_AT_MOST = 1 << 20

HIGHEST_DETOUR_FACTOR = 100.0
LOWEST_ROAD_SPEED_M_S = 0.01
HIGHEST_ROAD_SPEED_M_S = 100.0
"""What a straight line is multiplied with and divided by must leave a time of sense."""


@dataclass(frozen=True, slots=True)
class ArrayEntry:
    """How one array must look: NumPy's dtype string, shape, SHA-256."""

    dtype: str
    shape: tuple[int, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the folder holds; arrays by ``mode.group.field``."""

    summary: GraphSummary
    arrays: dict[str, ArrayEntry]

    def entry(self, name: str, folder: Path) -> ArrayEntry:
        """Return what is said of one array of ``folder``.

        Raises:
            InvalidGraph: nothing; the detail names the file.
        """
        if name not in self.arrays:
            raise _refused(folder / f"{name}.npy", "the manifest does not list it")
        return self.arrays[name]


def render_manifest(manifest: Manifest) -> str:
    """Write the manifest as JSON that a person can read."""
    return json.dumps(
        {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "summary": dataclasses.asdict(manifest.summary),
            "arrays": {name: dataclasses.asdict(entry) for name, entry in manifest.arrays.items()},
        },
        ensure_ascii=False,
        indent=1,
    )


def read_manifest(path: Path) -> Manifest:
    """Read and check a manifest.

    Raises:
        InvalidGraph: missing, too large, not JSON, of another format version, or incomplete.
    """
    document = _read_json(path)
    if document.get("format") != FORMAT:
        raise _refused(path, "it does not describe a road graph")
    if document.get("format_version") != FORMAT_VERSION:
        raise _refused(
            path,
            f"format version {document.get('format_version')!r} is not {FORMAT_VERSION}, "
            "the one that this release reads",
        )
    try:
        summary = _summary(document["summary"])
        arrays = {str(name): _entry(entry) for name, entry in document["arrays"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(path, f"it is incomplete ({error})") from None
    return Manifest(summary=summary, arrays=arrays)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(MANIFEST_BYTES_AT_MOST + 1)
    except FileNotFoundError:
        raise refused(path, "there is no road graph here", "这里没有路网") from None
    except OSError as error:
        raise _refused(path, f"it cannot be read ({error.strerror})") from None
    if len(content) > MANIFEST_BYTES_AT_MOST:
        raise _refused(path, "it is too large for a manifest")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise _refused(path, "it is not valid JSON") from None
    if not isinstance(document, dict):
        raise _refused(path, "it is not a JSON object")
    return document


def _summary(fields: dict[str, Any]) -> GraphSummary:
    box = fields["bounding_box"]
    borders = [_number(box[side]) for side in ("west", "south", "east", "north")]
    return GraphSummary(
        version=_text(fields["version"]),
        source=_text(fields["source"]),
        data_date=_optional_text(fields["data_date"]),
        built_at=_optional_text(fields["built_at"]),
        attribution=_text(fields["attribution"]),
        synthetic=fields["synthetic"] is True,
        bounding_box=BoundingBox(*borders),
        node_count=_count(fields["node_count"]),
        edge_count=_count(fields["edge_count"]),
        arc_count=_count(fields["arc_count"]),
        road_km=_number(fields["road_km"]),
        largest_component_share=_number(fields["largest_component_share"]),
        restriction_count=_count(fields["restriction_count"]),
        networks=_networks(fields["networks"]),
    )


def _networks(rows: list[dict[str, Any]]) -> tuple[NetworkSummary, ...]:
    networks = tuple(_network(row) for row in rows)
    modes = [network.mode for network in networks]
    if len(set(modes)) < len(modes):
        raise ValueError("a mode has two networks")
    if UnitMode.CAR not in modes:
        raise ValueError("there is no network for cars")
    return networks


def _network(fields: dict[str, Any]) -> NetworkSummary:
    return NetworkSummary(
        mode=UnitMode(_text(fields["mode"])),
        node_count=_count(fields["node_count"]),
        edge_count=_count(fields["edge_count"]),
        arc_count=_count(fields["arc_count"]),
        road_km=_number(fields["road_km"]),
        largest_component_share=_number(fields["largest_component_share"]),
        restriction_count=_count(fields["restriction_count"]),
        detour_factor=_number_within(fields["detour_factor"], 1.0, HIGHEST_DETOUR_FACTOR),
        road_speed_m_s=_number_within(
            fields["road_speed_m_s"], LOWEST_ROAD_SPEED_M_S, HIGHEST_ROAD_SPEED_M_S
        ),
    )


def _entry(fields: dict[str, Any]) -> ArrayEntry:
    shape = tuple(_count(size) for size in fields["shape"])
    return ArrayEntry(dtype=_text(fields["dtype"]), shape=shape, sha256=_text(fields["sha256"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} is not a count")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r} is not a finite number")
    return float(value)


def _number_within(value: object, low: float, high: float) -> float:
    number = _number(value)
    if not low <= number <= high:
        raise ValueError(f"{number} is outside {low}..{high}")
    return number


def _refused(path: Path, reason: str) -> InvalidGraph:
    return refused(path, reason, "路网清单无效")
