"""What ``graph build`` and ``graph info`` print."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from dispatch_router.domain.travel import GraphSummary

_RESTRICTION = "turn restriction"


def summary_table(summary: GraphSummary) -> Table:
    """Describe a graph: size, extent, how much of it hangs together."""
    box = summary.bounding_box
    table = _two_columns("Road graph")
    rows = {
        "source": summary.source,
        "attribution": summary.attribution,
        "synthetic": "yes" if summary.synthetic else "no",
        "version": summary.version,
        "data of": summary.data_date or "not stated",
        "built at": summary.built_at or "not recorded",
        "nodes": f"{summary.node_count:,}",
        "edges": f"{summary.edge_count:,}",
        "arcs": f"{summary.arc_count:,}",
        "road length": f"{summary.road_km:,.1f} km",
        "bounding box": f"{box.west:.5f},{box.south:.5f} to {box.east:.5f},{box.north:.5f}",
        "largest strongly connected part": f"{summary.largest_component_share:.1%} of the length",
        "turn restrictions kept": f"{summary.restriction_count:,}",
    }
    for label, value in rows.items():
        table.add_row(label, Text(value))
    return table


def dropped_table(dropped: Mapping[str, int]) -> Table:
    """List what is not in the graph and why: turn restrictions first, then roads and tags."""
    table = _two_columns("Left out, cut or not understood")
    ordered = sorted(dropped.items(), key=lambda item: (not item[0].startswith(_RESTRICTION), item))
    for reason, count in ordered:
        table.add_row(Text(reason), f"{count:,}")
    if not dropped:
        table.add_row("nothing", "")
    return table


def times_table(seconds: Mapping[str, float]) -> Table:
    """List how long each step took."""
    table = _two_columns("Time")
    for step, taken in seconds.items():
        table.add_row(step, f"{taken:.1f} s")
    table.add_row("together", f"{sum(seconds.values()):.1f} s")
    return table


def _two_columns(title: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=False, min_width=60)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    return table
