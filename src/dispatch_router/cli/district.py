"""``dispatch-router district``: look after a district's files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dispatch_router.bootstrap_roads import GRAPH_FOLDER
from dispatch_router.cli.kept_district import (
    EXPORT_EPILOG,
    IMPORT_EPILOG,
    export_files,
    import_files,
)
from dispatch_router.cli.language import Language
from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.format import open_graph
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.snapping import snap
from dispatch_router.storage.district_files import Mistake, check_district

app = typer.Typer(
    help="Look after a district: its files, and what the state keeps of it.", no_args_is_help=True
)
app.command(name="import", epilog=IMPORT_EPILOG)(import_files)
app.command(name="export", epilog=EXPORT_EPILOG)(export_files)


@app.callback()
def root() -> None:
    """Look after a district: its files, and what the state keeps of it."""


@app.command(epilog="Exit codes: 0 the district can be served, 1 it has mistakes, 2 wrong usage.")
def check(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="The district's folder: district.yaml, posts.yaml, units.yaml, zones.geojson, "
            "gazetteer.yaml, policy.yaml, rosters.yaml, hospitals.yaml and graph/.",
            show_default=False,
        ),
    ],
    lang: Annotated[Language, typer.Option(help="Language of the messages.")] = Language.BOTH,
) -> None:
    """Say every mistake in a district's files, with file and line.

    Warnings are things that were perhaps not meant; the district can be served with them.
    docs/district-files.md explains every file and key.

    dispatch-router district check data/road_graphs/xipeng
    """
    found: list[Mistake] = []
    graph = _check_graph(folder, found) if folder.is_dir() else None
    found = check_district(folder, None if graph is None else partial(_near_road, graph)) + found
    console = Console(markup=False, highlight=False, emoji=False)
    for mistake in found:
        console.print(_said(folder, mistake, lang), soft_wrap=True)
    errors = sum(not mistake.warning for mistake in found)
    console.print(_summed_up(errors, len(found) - errors, lang), soft_wrap=True)
    raise typer.Exit(1 if errors else 0)


def _check_graph(folder: Path, found: list[Mistake]) -> RoadGraph | None:
    graph = folder / GRAPH_FOLDER
    if not graph.is_dir():
        found.append(
            Mistake(
                GRAPH_FOLDER,
                None,
                "",
                "There is no road graph: make it with 'dispatch-router graph build SOURCE "
                f"{graph}'.",
                f"缺少路网，请用dispatch-router graph build SOURCE {graph}生成。",
            )
        )
        return None
    try:
        return open_graph(graph).networks[UnitMode.CAR]
    except InvalidGraph as error:
        found.append(Mistake(GRAPH_FOLDER, None, "", error.detail, error.detail_zh))
        return None


def _near_road(graph: RoadGraph, position: LonLat, within_m: float) -> bool:
    return len(snap(graph, position, max_m=within_m, within_m=0.0)) > 0


def _said(folder: Path, mistake: Mistake, lang: Language) -> str:
    """Write one mistake as compilers do, so that terminals and editors find the line."""
    message, message_zh = mistake.message, mistake.message_zh
    if mistake.warning:
        message, message_zh = f"warning: {message}", f"警告：{message_zh}"
    file = str(folder / mistake.file) if folder.is_dir() else mistake.file
    return mistake.said(lang.say(message, message_zh, between="\n    "), file)


def _summed_up(errors: int, warnings: int, lang: Language) -> str:
    english = f"{_counted(errors, 'mistake')}, {_counted(warnings, 'warning')}."
    return lang.say(english, f"{errors}处错误，{warnings}处警告。", between=" ")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
