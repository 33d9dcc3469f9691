"""Blocks of YAML, JSON, TOML and shell in the documentation can be used as they stand."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.docs.pages import all_pages

PARSERS: dict[str, Callable[[str], Any]] = {
    "json": json.loads,
    "yaml": yaml.safe_load,
    "toml": tomllib.loads,
}
BLOCKS = [
    pytest.param(language, block, id=f"{page.name} {language} {number}")
    for page in all_pages()
    for language in PARSERS
    for number, block in enumerate(page.blocks(language), 1)
]
SCRIPTS = [
    pytest.param(block, id=f"{page.name} {number}")
    for page in all_pages()
    for number, block in enumerate(page.blocks("sh"), 1)
]


@pytest.mark.parametrize(("language", "block"), BLOCKS)
def test_the_block_is_valid(language: str, block: str) -> None:
    assert PARSERS[language](block)


@pytest.mark.parametrize("block", SCRIPTS)
def test_the_shell_understands_the_block(block: str) -> None:
    checked = subprocess.run(["sh", "-n"], input=block, text=True, capture_output=True, check=False)

    assert checked.returncode == 0, checked.stderr
