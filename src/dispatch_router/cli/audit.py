"""``dispatch-router audit``: look after the event log."""

from __future__ import annotations

from typing import Annotated

import typer

from dispatch_router.application.desk.audit import Audit
from dispatch_router.application.desk.documents import written_time
from dispatch_router.bootstrap_state import verify_log
from dispatch_router.cli.language import Language
from dispatch_router.cli.state_settings import (
    NO_STATE_HELP,
    ConfigOption,
    StateDirOption,
    failures_told,
    state_settings,
)

app = typer.Typer(help="Look after the event log.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """Look after the event log."""


@app.command(
    epilog="Exit codes: 0 nothing was edited, 1 something was, or unexpected failure, 2 wrong "
    f"usage or setting, {NO_STATE_HELP}"
)
def verify(
    *,
    known: Annotated[
        str | None,
        typer.Option(
            metavar="SHA256",
            help="Hash that an earlier run has shown: it has to be in the log still.",
            show_default=False,
        ),
    ] = None,
    state_dir: StateDirOption = None,
    config: ConfigOption = None,
    lang: Annotated[Language, typer.Option(help="Language of the messages.")] = Language.BOTH,
) -> None:
    """Verify the whole event log, and that the desk is as the log tells.

    Reads beside the running service. Note the hash of the last event down where nobody can change
    it, and give it to a later run with --known: then even a log that was written anew is found out.

    dispatch-router audit verify
    """
    settings = state_settings(state_dir, config)
    with failures_told():
        audit = verify_log(settings, known)
    for finding in audit.findings:
        typer.echo(lang.say(f"edited: {finding.en}", f"已被改动：{finding.zh}"))
    typer.echo(lang.say(*_summed_up(audit)))
    raise typer.Exit(1 if audit.findings else 0)


def _summed_up(audit: Audit) -> tuple[str, str]:
    if audit.last is None:
        return "The log is empty.", "事件日志为空。"
    last = f"{audit.last.sha256} ({written_time(audit.last.at)})"
    if audit.findings:
        return (
            f"{audit.events} events; the log or the desk was edited.",
            f"共{audit.events}个事件；日志或数据已被改动。",
        )
    return (
        f"{audit.events} events, nothing was edited. The last one: {last}",
        f"共{audit.events}个事件，未发现改动。最后一个事件：{last}",
    )
