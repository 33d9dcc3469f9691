"""``dispatch-router graph``: build road graphs and look at them."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeAlias

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from typer.core import TyperCommand

from dispatch_router.cli.graph_tables import (
    dropped_table,
    networks_table,
    summary_table,
    times_table,
)
from dispatch_router.domain.errors import DispatchError
from dispatch_router.domain.travel import GraphSummary
from dispatch_router.routing.build.names import clean_name
from dispatch_router.routing.build.network import Networks
from dispatch_router.routing.build.progress import Progress as ReportProgress
from dispatch_router.routing.build.progress import no_progress
from dispatch_router.routing.format import open_graph, write_graph
from dispatch_router.routing.manifest import MANIFEST_NAME

Reader: TypeAlias = Callable[[ReportProgress], Networks]

app = typer.Typer(help="Build road graphs and look at them.", no_args_is_help=True)


class ExitCode(IntEnum):
    """What the shell is told; also in docs/graph-build.md."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    BAD_SOURCE = 3
    PLACE_UNAVAILABLE = 4
    CANNOT_WRITE = 5


_EXIT_CODES_HELP = (
    "Exit codes: 0 done, 1 unexpected failure, 2 wrong usage, 3 the source cannot be used, "
    "4 no internet or place not found, 5 OUT cannot be written."
)


class _BuildCommand(TyperCommand):
    """Shows SOURCE as optional: with --place there is none."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return ["[OPTIONS]", "[SOURCE]", "OUT"]


@app.command(cls=_BuildCommand, epilog=_EXIT_CODES_HELP)
def build(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="[SOURCE] OUT",
            help="SOURCE: OpenStreetMap data (.osm.pbf, .osm, .osm.gz, .osm.bz2) or GraphML; "
            "left out with --place. OUT: the folder that will hold the graph.",
            show_default=False,
        ),
    ],
    place: Annotated[
        str | None,
        typer.Option(help='Fetch this place from OpenStreetMap, such as "九龙坡区, 重庆".'),
    ] = None,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the graph that stands at OUT.")
    ] = False,
    name: Annotated[
        str | None,
        typer.Option(help="What the graph calls its source; the file or place by default."),
    ] = None,
) -> None:
    """Build a road graph: every way that a police unit can use, by car, motorcycle or on foot.

    Nothing half-written is left behind: OUT appears whole or not at all.

    dispatch-router graph build chongqing.osm.pbf graphs/chongqing

    dispatch-router graph build --place "九龙坡区, 重庆" graphs/jiulongpo
    """
    # Imported here: it takes half a second, which no other command should wait for.
    from dispatch_router.routing.build.assemble import assemble_district

    read, out = _reader_and_out(paths, place)
    if name is not None and not clean_name(name):
        raise typer.BadParameter("--name is blank.")
    _check_out(out, force=force)
    seconds: dict[str, float] = {}
    with _reported_errors(out), _progress_bar() as report:
        with _timed("reading", seconds):
            networks = _renamed(read(report), name)
        with _timed("assembling", seconds, report):
            roads = assemble_district(networks, built_at=_build_time())
        with _timed("writing", seconds, report):
            write_graph(roads, out, replace=force)
    console = _console()
    _show(console, roads.summary)
    console.print(dropped_table({mode: each.dropped for mode, each in networks.items()}))
    console.print(times_table(seconds))


@app.command(epilog="Exit codes: 0 the graph is sound, 1 unexpected failure, 2 usage, 3 it is not.")
def info(
    folder: Annotated[Path, typer.Argument(help="A graph that 'graph build' wrote.")],
) -> None:
    """Check a graph, hashes and all, and say what is in it."""
    with _reported_errors(folder):
        roads = open_graph(folder)
    _show(_console(), roads.summary)


def _show(console: Console, summary: GraphSummary) -> None:
    console.print(summary_table(summary))
    console.print(networks_table(summary.networks))


def _reader_and_out(paths: list[Path], place: str | None) -> tuple[Reader, Path]:
    # Imported here, see ``build``.
    from dispatch_router.routing.build.place_reader import read_place
    from dispatch_router.routing.build.sources import read_networks

    if place is not None:
        if len(paths) != 1 or not place.strip():
            raise typer.BadParameter("with --place NAME, name OUT alone.")
        return partial(read_place, place), paths[0]
    if len(paths) != 2:
        raise typer.BadParameter("name SOURCE and OUT, or --place NAME and OUT.")
    return partial(read_networks, paths[0]), paths[1]


def _check_out(out: Path, *, force: bool) -> None:
    """Fail before the long work rather than after it."""
    if not out.absolute().parent.is_dir():
        _fail(
            ExitCode.CANNOT_WRITE,
            f"{out}: the folder around it does not exist.",
            f"{out}：上级文件夹不存在。",
        )
    if not out.exists():
        return
    if not (out / MANIFEST_NAME).is_file():
        _fail(
            ExitCode.CANNOT_WRITE,
            f"{out}: exists and is not a road graph; choose another name.",
            f"{out}：已存在且不是路网，请换一个名称。",
        )
    if not force:
        _fail(
            ExitCode.CANNOT_WRITE,
            f"{out}: exists; give --force to replace it.",
            f"{out}：路网已存在；如需替换，请加 --force。",
        )


def _renamed(networks: Networks, name: str | None) -> Networks:
    if name is None:
        return networks
    source = next(iter(networks.values())).source
    renamed = dataclasses.replace(source, name=clean_name(name))
    return {mode: dataclasses.replace(each, source=renamed) for mode, each in networks.items()}


def _build_time() -> str:
    """Return now, or SOURCE_DATE_EPOCH (reproducible-builds.org), as RFC 3339."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def _reported_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except DispatchError as error:
        # By its code: the error of a place is known to what is not imported.
        is_place = error.code == "place_unavailable"
        code = ExitCode.PLACE_UNAVAILABLE if is_place else ExitCode.BAD_SOURCE
        _fail(code, error.detail, error.detail_zh)
    except OSError as error:
        _fail(ExitCode.CANNOT_WRITE, f"{folder}: {error.strerror or error}.")


@contextmanager
def _timed(
    step: str, seconds: dict[str, float], report: ReportProgress = no_progress
) -> Iterator[None]:
    report(step, 0.0)
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
    report(step, 1.0)


@contextmanager
def _progress_bar() -> Iterator[ReportProgress]:
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as progress:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, share: float) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=1.0)
            progress.update(tasks[stage], completed=share)

        yield report


def _console(*, stderr: bool = False) -> Console:
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def _fail(code: ExitCode, *messages: str) -> NoReturn:
    console = _console(stderr=True)
    for message in messages:
        console.print(message, soft_wrap=True)
    raise typer.Exit(int(code))
