"""Draw small OpenStreetMap files as text.

    a--b--c
       |
       d

Letters are nodes, one character apart is 100 m; everything else in the drawing is decoration.
Ways are named by the letters that they pass: ``way("abc", highway="primary")``. The file is
written to disk and read back by the reader under test.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.road_classes import EmergencyOnly

WEST, NORTH = 106.30, 29.30
STEP_M = 100.0
Place = tuple[int, int]


@dataclass(frozen=True)
class Way:
    """A way along nodes, such as ``abc``."""

    letters: str
    tags: dict[str, str]


@dataclass(frozen=True)
class Rule:
    """A relation; members as ``("way", "ab", "from")`` or ``("node", "b", "via")``."""

    members: Sequence[tuple[str, str, str]]
    tags: dict[str, str]


def way(letters: str, **tags: str) -> Way:
    """A way; ``_`` in a key stands for ``:``, and it is a residential street unless told."""
    return Way(letters, {"highway": "residential", **_tags(tags)})


def line(letters: str, **tags: str) -> Way:
    """A way with these tags alone."""
    return Way(letters, _tags(tags))


def turn(kind: str, start: str, via: str, end: str, **tags: str) -> Rule:
    """A turn restriction; ``via`` is a node, or ways with spaces between."""
    over = [("node", via, "via")] if len(via) == 1 else [("way", w, "via") for w in via.split()]
    members = [("way", start, "from"), *over, ("way", end, "to")]
    return Rule(members, {"type": "restriction", "restriction": kind, **_tags(tags)})


def _tags(tags: dict[str, str]) -> dict[str, str]:
    return {key.replace("__", ":"): value for key, value in tags.items()}


@dataclass(frozen=True)
class OsmTown:
    """A town as read back from its file."""

    network: RoadNetwork
    places: dict[str, Place] = field(repr=False)

    def ms(self, letters: str) -> int | None:
        """Driving time of the one directed edge along ``letters``; None where there is none."""
        times = [
            int(self.network.free_flow_ms[directed])
            for directed in range(2 * len(self.network.edge_tail))
            if self.letters(directed) == letters
            and self.network.free_flow_ms[directed] != NOT_PERMITTED
        ]
        assert len(times) <= 1, f"{letters} twice"
        return times[0] if times else None

    def kmh(self, letters: str) -> float:
        """Speed on the one directed edge along ``letters``."""
        ms = self.ms(letters)
        assert ms is not None, f"{letters} cannot be driven"
        edge = next(d // 2 for d in self.directed_edges() if self.letters(d) == letters)
        return float(self.network.edge_length_mm[edge]) * 3.6 / ms

    def drivable(self) -> set[str]:
        """Every directed edge that may be driven, by its letters."""
        return {self.letters(d) for d in self.directed_edges() if self.may_drive(d)}

    def in_an_emergency(self) -> dict[str, EmergencyOnly]:
        """Every directed edge that only an emergency drive may take, by its letters, and why."""
        return {
            self.letters(d): EmergencyOnly(int(self.network.emergency[d]))
            for d in self.directed_edges()
            if self.network.emergency[d] != EmergencyOnly.NO
        }

    def signals(self) -> dict[str, int]:
        """How many signals every directed edge that has any passes, by its letters."""
        counts = self.network.signals.tolist()
        return {self.letters(d): counts[d] for d in self.directed_edges() if counts[d]}

    def edges(self) -> set[str]:
        """Every edge along its shape, by its letters."""
        return {self.letters(2 * edge) for edge in range(len(self.network.edge_tail))}

    def forbidden(self) -> set[str]:
        """Every forbidden sequence: its letters, edges apart by spaces."""
        return {" ".join(self.letters(d) for d in word) for word in self.network.forbidden}

    def neighbours(self, letter: str) -> int:
        """How many nodes of the graph stand at ``letter``."""
        nodes = zip(self.network.node_lon_e7, self.network.node_lat_e7, strict=True)
        return sum((int(lon), int(lat)) == self.places[letter] for lon, lat in nodes)

    def directed_edges(self) -> range:
        return range(2 * len(self.network.edge_tail))

    def may_drive(self, directed: int) -> bool:
        return int(self.network.free_flow_ms[directed]) != NOT_PERMITTED

    def letters(self, directed: int) -> str:
        edge = directed // 2
        points = slice(self.network.shape_first[edge], self.network.shape_first[edge + 1])
        lon, lat = self.network.shape_lon_e7[points], self.network.shape_lat_e7[points]
        named = {place: letter for letter, place in self.places.items()}
        read = "".join(named[int(x), int(y)] for x, y in zip(lon, lat, strict=True))
        return read if directed % 2 == 0 else read[::-1]

    def edge(self, letters: str) -> int:
        """Index of the edge drawn along ``letters``."""
        return next(e for e in range(len(self.network.edge_tail)) if self.letters(2 * e) == letters)


def draw_places(drawing: str) -> dict[str, Place]:
    """Where every letter of a drawing is, in degrees times 10^7."""
    lon_m, lat_m = (float(m[0]) for m in metres_per_degree(np.array([NORTH])))
    rows = textwrap.dedent(drawing).strip("\n").split("\n")
    return {
        letter: (
            round((WEST + column * STEP_M / lon_m) * 1e7),
            round((NORTH - row * STEP_M / lat_m) * 1e7),
        )
        for row, text in enumerate(rows)
        for column, letter in enumerate(text)
        if letter.isalpha()
    }


def read_town(
    folder: Path,
    drawing: str,
    *parts: Way | Rule,
    nodes: dict[str, dict[str, str]] | None = None,
    missing: str = "",
    mode: UnitMode = UnitMode.CAR,
) -> OsmTown:
    """Write a drawing as an OSM file, read it, and return what came out.

    Args:
        folder: where the file goes.
        drawing: see the module.
        parts: ways and relations.
        nodes: tags of nodes, by letter.
        missing: letters that the file has no node for, as at the border of an extract.
        mode: whose roads to return.
    """
    places = draw_places(drawing)
    path = folder / "town.osm"
    path.write_text(write_osm(places, parts, nodes or {}, missing), encoding="utf-8")
    return OsmTown(read_network(path, mode), places)


def write_osm(
    places: dict[str, Place],
    parts: Sequence[Way | Rule],
    node_tags: dict[str, dict[str, str]],
    missing: str = "",
) -> str:
    """Return the text of an OSM file."""
    ways = [part for part in parts if isinstance(part, Way)]
    way_ids = {part.letters: 100 + index for index, part in enumerate(ways)}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="drawing">']
    for letter, (lon, lat) in places.items():
        if letter not in missing:
            place = f'id="{ord(letter)}" lon="{lon / 1e7:.7f}" lat="{lat / 1e7:.7f}"'
            lines += [f"<node {place}>", *_tag_lines(node_tags.get(letter, {})), "</node>"]
    for part in ways:
        refs = [f'<nd ref="{ord(letter)}"/>' for letter in part.letters]
        lines += [f'<way id="{way_ids[part.letters]}">', *refs, *_tag_lines(part.tags), "</way>"]
    rules = [part for part in parts if isinstance(part, Rule)]
    for index, rule in enumerate(rules):
        lines += [f'<relation id="{500 + index}">']
        for kind, name, role in rule.members:
            ref = ord(name) if kind == "node" else way_ids.get(name, 999)
            lines.append(f'<member type="{kind}" ref="{ref}" role="{role}"/>')
        lines += [*_tag_lines(rule.tags), "</relation>"]
    return "\n".join([*lines, "</osm>", ""])


def _tag_lines(tags: dict[str, str]) -> list[str]:
    return [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]
