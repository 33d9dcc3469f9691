"""Every command that the documentation shows exists, with the options shown."""

from __future__ import annotations

from typing import Any

import pytest
import typer.main

from dispatch_router.cli.main import app
from tests.docs.pages import ROOT, Page, all_pages
from tools.make_cli_reference import PAGE, PROGRAM, leaves, parameters, reference

COMMANDS = dict(leaves(typer.main.get_command(app)))
SHOWN = [
    pytest.param(words, id=f"{page.name}: {' '.join(words)}")
    for page in all_pages()
    for words in page.commands()
    if words[0] == PROGRAM
]


def test_the_command_reference_says_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run `make docs`"


@pytest.mark.parametrize(
    ("command", "parameter"),
    [
        pytest.param(command, parameter, id=f"{name} {parameter.name}")
        for name, command in COMMANDS.items()
        for parameter in parameters(command)
    ],
)
def test_every_parameter_of_a_command_is_explained(command: Any, parameter: Any) -> None:
    assert parameter.help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_explained(name: str) -> None:
    assert COMMANDS[name].help


@pytest.mark.parametrize("words", SHOWN)
def test_the_shown_command_exists_with_its_options(words: list[str]) -> None:
    name = next((n for n in _beginnings(words) if n in COMMANDS), None)
    assert name is not None
    known = {o for p in COMMANDS[name].params for o in (*p.opts, *p.secondary_opts)} | {"--help"}

    assert {word.split("=")[0] for word in words if word.startswith("-")} <= known


def test_commands_are_found_in_the_documentation() -> None:
    assert [PROGRAM, "graph", "build", "my-town/roads.osm", "my-town/graph"] in Page(
        ROOT / "docs" / "tutorial.md"
    ).commands()


def _beginnings(words: list[str]) -> list[str]:
    return [" ".join(words[:length]) for length in range(len(words), 0, -1)]
