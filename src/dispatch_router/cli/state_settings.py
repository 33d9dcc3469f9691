"""What the commands share that look after the state."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from dispatch_router.cli.exit_codes import ExitCode
from dispatch_router.config import InvalidSetting, StateSettings, load_settings
from dispatch_router.domain.errors import DispatchError

StateDirOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of the state. [default: .state]", show_default=False),
]
ConfigOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="TOML file with settings.", show_default=False),
]
NO_STATE_HELP: Final = "5 the state cannot be used."


def state_settings(state_dir: Path | None, config: Path | None) -> StateSettings:
    """Read where the state is."""
    try:
        return load_settings(os.environ, {"state_dir": state_dir, "config": config}).state
    except InvalidSetting as error:
        typer.echo(f"{error.detail}\n{error.detail_zh}", err=True)
        raise typer.Exit(int(ExitCode.WRONG_USAGE)) from None


@contextmanager
def failures_told() -> Iterator[None]:
    """Say in both languages what is wrong with the state, and end with its exit code."""
    try:
        yield
    except DispatchError as error:
        typer.echo(f"{error.detail}\n{error.detail_zh}", err=True)
        raise typer.Exit(int(ExitCode.of(error))) from None
