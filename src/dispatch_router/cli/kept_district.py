"""``dispatch-router district import`` and ``export``: between files and what the state keeps."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from dispatch_router.bootstrap import SystemClock, district_folder
from dispatch_router.bootstrap_district import export_district, import_district
from dispatch_router.cli.exit_codes import ExitCode
from dispatch_router.cli.language import Language
from dispatch_router.cli.options import DistrictOption
from dispatch_router.cli.state_settings import (
    ConfigOption,
    StateDirOption,
    failures_told,
    state_settings,
)
from dispatch_router.config import InvalidSetting, load_settings
from dispatch_router.domain.event_log import EventKind

_EXIT_CODES: Final = (
    "2 wrong usage or setting, 4 the district's files have mistakes or are in the way, 5 the state "
    "cannot be used."
)
IMPORT_EPILOG: Final = (
    f"Exit codes: 0 it is kept, 1 a unit is on an assignment, or unexpected failure, {_EXIT_CODES}"
)
EXPORT_EPILOG: Final = f"Exit codes: 0 it is written, 1 unexpected failure, {_EXIT_CODES}"


def import_files(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="The district's folder.", show_default=False),
    ],
    *,
    state_dir: StateDirOption = None,
    config: ConfigOption = None,
    lang: Annotated[Language, typer.Option(help="Language of the messages.")] = Language.BOTH,
) -> None:
    """Keep what a district's files say in place of what the state keeps.

    Posts, units, zones, hospitals, rosters and the calendar become what the files say; a resource
    that they do not name is deleted. Files with mistakes are refused. A state in a folder has to
    be used by no service meanwhile; services on a database take the change over at once.

    dispatch-router district import /srv/my-district
    """
    settings = state_settings(state_dir, config)
    with failures_told():
        counts = import_district(folder, settings, SystemClock())
    added, changed, removed = (
        counts.get(kind, 0)
        for kind in (
            EventKind.RESOURCE_ADDED,
            EventKind.RESOURCE_CHANGED,
            EventKind.RESOURCE_REMOVED,
        )
    )
    typer.echo(
        lang.say(
            f"{added} added, {changed} changed, {removed} removed.",
            f"新增{added}项，修改{changed}项，删除{removed}项。",
        )
    )


def export_files(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Where to write; made if need be.", show_default=False),
    ],
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there.")
    ] = False,
    district: DistrictOption = None,
    state_dir: StateDirOption = None,
    config: ConfigOption = None,
    lang: Annotated[Language, typer.Option(help="Language of the messages.")] = Language.BOTH,
) -> None:
    """Write what the state keeps of the district as files, beside the running service.

    The folder is then a whole district: district.yaml, policy.yaml, gazetteer.yaml and the road
    graph are copied from the one that is served, where they are not there yet.

    dispatch-router district export /srv/backup/my-district
    """
    settings = state_settings(state_dir, config)
    try:
        served = load_settings(os.environ, {"district": district, "config": config}).district
    except InvalidSetting as error:
        typer.echo(f"{error.detail}\n{error.detail_zh}", err=True)
        raise typer.Exit(int(ExitCode.WRONG_USAGE)) from None
    with failures_told():
        export_district(district_folder(served), folder, settings, overwrite=overwrite)
    typer.echo(lang.say(f"{folder}: written.", f"{folder}：已写入。"))
