"""What ``graph build`` and ``graph info`` print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text

from dispatch_router.domain.travel import GraphSummary, NetworkSummary
from dispatch_router.domain.units import UnitMode

_RESTRICTION = "turn restriction"


def summary_table(summary: GraphSummary) -> Table:
    """Describe a graph: where it is from, what it covers."""
    box = summary.bounding_box
    rows = {
        "source": summary.source,
        "attribution": summary.attribution,
        "synthetic": "yes" if summary.synthetic else "no",
        "version": summary.version,
        "data of": summary.data_date or "not stated",
        "built at": summary.built_at or "not recorded",
        "bounding box": f"{box.west:.5f},{box.south:.5f} to {box.east:.5f},{box.north:.5f}",
    }
    return _table("Road graph", rows)


def networks_table(networks: Sequence[NetworkSummary]) -> Table:
    """Describe the network of each mode: size, how much of it hangs together, straight lines."""
    rows = {
        "nodes": [f"{each.node_count:,}" for each in networks],
        "edges": [f"{each.edge_count:,}" for each in networks],
        "arcs": [f"{each.arc_count:,}" for each in networks],
        "road length": [f"{each.road_km:,.1f} km" for each in networks],
        "largest strongly connected part, of the length": [
            f"{each.largest_component_share:.1%}" for each in networks
        ],
        "turn restrictions kept": [f"{each.restriction_count:,}" for each in networks],
        "way by road / straight line": [f"{each.detour_factor:.2f}" for each in networks],
        "speed of such ways": [f"{each.road_speed_m_s * 3.6:.0f} km/h" for each in networks],
    }
    return _table("Networks", rows, [each.mode for each in networks])


def dropped_table(dropped: Mapping[UnitMode, Mapping[str, int]]) -> Table:
    """List what is not in the networks and why: turn restrictions first, then roads and tags."""
    reasons = {reason for counts in dropped.values() for reason in counts}
    ordered = sorted(reasons, key=lambda reason: (not reason.startswith(_RESTRICTION), reason))
    rows = {
        reason: [f"{counts.get(reason, 0):,}" for counts in dropped.values()] for reason in ordered
    }
    nothing = {"nothing": [""] * len(dropped)}
    return _table("Left out, cut or not understood", rows or nothing, list(dropped))


def times_table(seconds: Mapping[str, float]) -> Table:
    """List how long each step took."""
    rows = {step: f"{taken:.1f} s" for step, taken in seconds.items()}
    return _table("Time", {**rows, "together": f"{sum(seconds.values()):.1f} s"})


def _table(
    title: str, rows: Mapping[str, str | Sequence[str]], headings: Sequence[str] = ()
) -> Table:
    table = Table(title=title, title_justify="left", show_header=bool(headings), min_width=60)
    table.add_column(overflow="fold")
    for heading in headings or ("",):
        table.add_column(heading, overflow="fold")
    for label, row in rows.items():
        cells = [row] if isinstance(row, str) else row
        table.add_row(Text(label), *map(Text, cells))
    return table
