"""Write docs/cli.md from the command line itself: `python -m tools.make_cli_reference`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from dispatch_router.cli.main import app

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
PROGRAM = "dispatch-router"
INTRODUCTION = """\
# Command line

Written from the commands' own help by `make docs`; `--help` after any command says the same.
"""


def reference() -> str:
    """Return the whole page."""
    root = typer.main.get_command(app)
    return "\n".join([INTRODUCTION, *(_section(name, command) for name, command in leaves(root))])


# Typer's commands are click's or its own copy of them, by version: they are used by what they do.
def leaves(command: Any, path: str = PROGRAM) -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, with the words to type for it."""
    inner_commands = getattr(command, "commands", None)
    if inner_commands is None:
        yield path, command
        return
    for name in sorted(inner_commands):
        yield from leaves(inner_commands[name], f"{path} {name}")


def parameters(command: Any) -> list[Any]:
    """Return what can be given to a command, its own `--help` excepted."""
    return [parameter for parameter in command.params if parameter.name != "help"]


def _section(name: str, command: Any) -> str:
    with command.make_context(name, [], resilient_parsing=True) as context:
        usage = " ".join([name, *command.collect_usage_pieces(context)])
        records = [parameter.get_help_record(context) for parameter in parameters(command)]
    parts = [f"## {name}\n", f"```text\n{usage}\n```\n", f"{_paragraphs(command.help)}\n"]
    rows = [
        f"| `{_one_line(record[0])}` | {_one_line(record[1])} |" for record in records if record
    ]
    if rows:
        parts.append("\n".join(["| | |", "|---|---|", *rows]) + "\n")
    if command.epilog:
        parts.append(f"{_paragraphs(command.epilog)}\n")
    return "\n".join(parts)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _paragraphs(text: str | None) -> str:
    return "\n\n".join(_one_line(part) for part in (text or "").split("\n\n"))


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
