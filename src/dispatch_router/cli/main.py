"""The ``dispatch-router`` command."""

from __future__ import annotations

import typer

from dispatch_router.cli import district, graph
from dispatch_router.cli.recommend import EXIT_CODES_HELP, recommend
from dispatch_router.cli.serve import serve
from dispatch_router.cli.warm_up import warm_up

app = typer.Typer(
    name="dispatch-router",
    help="Closest-post dispatch: who can stand beside the caller first, and why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


app.command(epilog=EXIT_CODES_HELP)(recommend)
app.command()(serve)
app.command()(warm_up)
app.add_typer(graph.app, name="graph")
app.add_typer(district.app, name="district")


@app.callback()
def root() -> None:
    """Closest-post dispatch: who can stand beside the caller first, and why."""


def main() -> None:
    """Run the command line."""
    app()
