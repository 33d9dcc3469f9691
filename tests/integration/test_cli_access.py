"""`dispatch-router access`: keys are made, listed and revoked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from dispatch_router.cli.main import app
from dispatch_router.domain.access import Scope
from dispatch_router.domain.api_keys import split_key
from dispatch_router.storage.access.key_file import read_keys


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DISPATCH_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "made" / "access.yaml"


def access(file: Path, *arguments: str) -> Result:
    environ = {"DISPATCH_ACCESS_FILE": str(file), "COLUMNS": "300"}
    return CliRunner().invoke(app, ["access", *arguments], env=environ)


def test_a_key_is_printed_once_alone_and_opens(file: Path) -> None:
    result = access(file, "add", "desk-1", "--scope", "dispatcher", "--scope", "ops")
    assert result.exit_code == 0
    key_id, secret = split_key(result.stdout.strip())
    (kept,) = read_keys(file)
    assert key_id == kept.caller.id == "desk-1"
    assert kept.secret.fits(secret)
    assert kept.caller.scopes == {Scope.DISPATCHER, Scope.OPS}
    assert kept.expires_at is None
    assert "仅显示这一次" in result.stderr
    assert "shown this once" in result.stderr
    assert secret not in file.read_text() + access(file, "list").output


def test_two_keys_have_nothing_in_common(file: Path) -> None:
    first, second = (
        split_key(access(file, "add", name, "--scope", "ops").stdout.strip())[1]
        for name in ("one", "two")
    )
    assert first != second
    one, two = read_keys(file)
    assert one.secret.salt != two.secret.salt


def test_the_list_says_who_may_what_and_until_when(file: Path) -> None:
    access(file, "add", "cars", "--scope", "unit_feed", "--requests-per-s", "1000")
    access(file, "add", "guest", "--scope", "read_only", "--district", "xipeng", "--days", "1")
    head, cars, guest = (line.split() for line in access(file, "list").stdout.splitlines())
    assert head == ["id", "scopes", "district", "requests_per_s", "expires"]
    assert cars == ["cars", "unit_feed", "-", "1000", "-"]
    assert guest[:4] == ["guest", "read_only", "xipeng", "100"]
    assert guest[4].startswith("20")


def test_a_revoked_key_is_gone(file: Path) -> None:
    access(file, "add", "desk-1", "--scope", "ops")
    result = access(file, "revoke", "desk-1")
    assert result.exit_code == 0
    assert "已吊销" in result.stderr
    assert read_keys(file) == ()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["add", "desk-1", "--scope", "ops"], 1, "already"),
        (["revoke", "desk-2"], 1, "no key desk-2"),
        (["add", "desk-2"], 2, "--scope"),
        (["add", "desk-2", "--scope", "boss"], 2, "boss"),
        (["add", "Desk", "--scope", "ops"], 2, "small letters"),
        (["add", "desk-", "--scope", "ops"], 2, "small letters"),
        (["add", "x" * 65, "--scope", "ops"], 2, "small letters"),
        (["add", "desk-2", "--scope", "ops", "--days", "0"], 2, "--days"),
        (["add", "desk-2", "--scope", "ops", "--district", "X y"], 2, "--district"),
        (["add", "desk-2", "--scope", "ops", "--requests-per-s", "0"], 2, "--requests-per-s"),
    ],
)
def test_what_cannot_be_done_is_said(
    file: Path, arguments: list[str], code: int, says: str
) -> None:
    access(file, "add", "desk-1", "--scope", "ops")
    before = file.read_text()
    result = access(file, *arguments)
    assert result.exit_code == code, result.output
    assert says in result.output
    assert file.read_text() == before


def test_a_broken_file_is_named_and_left_as_it_is(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("keys: 7")
    for arguments in (["list"], ["add", "desk-1", "--scope", "ops"], ["revoke", "desk-1"]):
        result = access(file, *arguments)
        assert result.exit_code == 1
        assert f"{file}:1: " in result.output
    assert file.read_text() == "keys: 7"
