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
from dispatch_router.domain.travel import GraphSummary
from dispatch_router.routing.refusal import refused

MANIFEST_NAME = "manifest.json"
FORMAT = "dispatch_router road graph"
FORMAT_VERSION = 1
MANIFEST_BYTES_AT_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class ArrayEntry:
    """How one array must look: NumPy's dtype string, shape, SHA-256."""

    dtype: str
    shape: tuple[int, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the folder holds; arrays by ``group.field``."""

    summary: GraphSummary
    arrays: dict[str, ArrayEntry]


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


def _refused(path: Path, reason: str) -> InvalidGraph:
    return refused(path, reason, "路网清单无效")
