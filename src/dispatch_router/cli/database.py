"""``dispatch-router db``: look after the database of the state."""

from __future__ import annotations

import typer

from dispatch_router.bootstrap_state import migrate_state
from dispatch_router.cli.state_settings import (
    NO_STATE_HELP,
    ConfigOption,
    StateDirOption,
    failures_told,
    state_settings,
)

app = typer.Typer(help="Look after the database of the state.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """Look after the database of the state."""


@app.command(
    epilog="Exit codes: 0 the schema is up to date, 1 unexpected failure, 2 wrong usage or "
    f"setting, {NO_STATE_HELP}"
)
def migrate(*, state_dir: StateDirOption = None, config: ConfigOption = None) -> None:
    """Bring the schema of the database up to date, as every start of the service does.

    For those who let the service use PostgreSQL with a user that may not change tables: run this
    as one that may. Several may run at once; they wait for each other.

    dispatch-router db migrate
    """
    settings = state_settings(state_dir, config)
    with failures_told():
        migrate_state(settings)
    typer.echo("The schema is up to date.\n数据库结构已是最新。")
