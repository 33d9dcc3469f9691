"""`dispatch-router serve` and `warm-up`: what stops them before they begin."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from dispatch_router.cli import serve
from dispatch_router.cli.exit_codes import ExitCode
from dispatch_router.cli.main import app

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(app, arguments, env=environ)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave pytest's logging alone, and let no setting of the machine in."""
    monkeypatch.setattr(serve, "configure_logging", lambda _: None)
    for name in [name for name in os.environ if name.startswith("DISPATCH_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("arguments", "environ", "code", "says"),
    [
        (["--port", "99999"], {}, 2, "--port: "),
        (["--port", "many"], {}, 2, "--port"),
        ([], {"DISPATCH_PORT": "eighty"}, 2, "DISPATCH_PORT: "),
        ([], {"DISPATCH_CONFIG": "/nowhere.toml"}, 2, "/nowhere.toml: "),
        (["--host", "0.0.0.0"], {}, 2, "DISPATCH_OPEN_ACCESS"),
        (["--host", "::"], {}, 2, "DISPATCH_OPEN_ACCESS"),
        (["--host", "dispatch.example"], {}, 2, "DISPATCH_OPEN_ACCESS"),
        (["--host", "0.0.0.0"], {}, 2, "access add ID --scope dispatcher"),
        (["--host", "0.0.0.0", "--open-access"], {}, 2, "for loopback alone"),
        (["--host", "0.0.0.0"], {"DISPATCH_OPEN_ACCESS": "true"}, 2, "for loopback alone"),
        ([], {"DISPATCH_ACCESS_FILE": "/nowhere.yaml"}, 2, "DISPATCH_ACCESS_FILE: "),
        ([], {"DISPATCH_JWT_KEYS_FILE": "/nowhere.json"}, 2, "DISPATCH_JWT_ISSUER"),
        (
            [],
            {
                "DISPATCH_JWT_KEYS_FILE": "/nowhere.json",
                "DISPATCH_JWT_ISSUER": "https://id.example",
                "DISPATCH_JWT_AUDIENCE": "dispatch-router",
            },
            2,
            "/nowhere.json: ",
        ),
    ],
)
def test_a_start_that_cannot_be_says_why(
    arguments: list[str], environ: dict[str, str], code: int, says: str
) -> None:
    result = run("serve", *arguments, **environ)
    assert result.exit_code == code
    assert says in result.output


def test_with_a_key_another_address_than_loopback_may_be_listened_on(tmp_path: Path) -> None:
    state = ["--state-dir", str(tmp_path)]
    assert run("access", "add", "desk-1", "--scope", "dispatcher", *state).exit_code == 0
    result = run("serve", "--host", "256.1.1.1", *state)
    assert result.exit_code == 1
    assert "256.1.1.1:8000: " in result.output


def test_a_file_of_keys_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "access.yaml").write_text("keys: 7\n")
    result = run("serve", "--port", "0", "--state-dir", str(tmp_path))
    assert result.exit_code == 2
    assert "access.yaml:1: keys: This has to be a list" in result.output
    assert "须为列表" in result.output


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.exit_code == 1
    assert f"127.0.0.1:{port}: Address already in use" in result.output


def test_warming_up_opens_the_district_and_ends() -> None:
    result = run("warm-up")
    assert result.exit_code == 0
    assert "Xipeng" in result.output


def test_warming_up_says_what_is_wrong_with_a_district(tmp_path: Path) -> None:
    assert run("warm-up", "--district", str(tmp_path)).exit_code == 4
    assert run("warm-up", DISPATCH_PORT="eighty").exit_code == 2


@pytest.mark.parametrize("command", [["serve"], ["warm-up"], ["recommend", "--place", "迎新村"]])
def test_a_bad_setting_is_told_in_both_languages(command: list[str]) -> None:
    result = run(*command, DISPATCH_PORT="eighty", COLUMNS="300")
    assert result.exit_code == 2
    assert "valid integer" in result.output
    assert "DISPATCH_PORT：必须是整数，当前值为'eighty'" in result.output


@pytest.mark.parametrize("command", ["serve", "warm-up", "recommend"])
def test_the_help_says_which_exit_code_a_bad_district_has(command: str) -> None:
    said = " ".join(run(command, "--help", COLUMNS="300").output.split())
    assert "Exit codes: 0 " in said
    assert "4 the district or its road graph cannot be used." in said


def test_the_operations_page_lists_the_exit_codes_of_a_start() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d) \|", page, re.MULTILINE)}
    assert listed == {0, *ExitCode} - {ExitCode.NO_ANSWER}
