"""The ``dispatch-router`` command."""

from __future__ import annotations

import typer

from dispatch_router.cli import access, district, graph
from dispatch_router.cli.exit_codes import RECOMMEND_HELP, SERVE_HELP, WARM_UP_HELP
from dispatch_router.cli.recommend import recommend
from dispatch_router.cli.serve import serve
from dispatch_router.cli.warm_up import warm_up

app = typer.Typer(
    name="dispatch-router",
    help="Closest-post dispatch: who can stand beside the caller first, and why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


app.command(epilog=RECOMMEND_HELP)(recommend)
app.command(epilog=SERVE_HELP)(serve)
app.command(epilog=WARM_UP_HELP)(warm_up)
app.add_typer(graph.app, name="graph")
app.add_typer(district.app, name="district")
app.add_typer(access.app, name="access")


@app.callback()
def root() -> None:
    """Closest-post dispatch: who can stand beside the caller first, and why."""


def main() -> None:
    """Run the command line."""
    app()
