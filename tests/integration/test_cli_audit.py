"""``dispatch-router audit verify`` and ``db migrate`` on both databases."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dispatch_router.cli.main import app
from dispatch_router.storage.postgres import open_postgres_state
from dispatch_router.storage.sqlite import open_state
from dispatch_router.storage.sqlite.state import DATABASE
from tests.desk import small_desk
from tests.postgres import PostgresServer

RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A state with three events; the service that made them has stopped."""
    state = open_state(tmp_path / "state")
    desk = small_desk(state.desk)
    desk.reserve(desk.file().incident.id, "p1")
    desk.file()
    state.close()
    return tmp_path / "state"


def verify(folder: Path, *arguments: str) -> tuple[int, str]:
    done = RUN.invoke(app, ["audit", "verify", "--state-dir", str(folder), *arguments])
    return done.exit_code, done.output


def test_a_log_that_nobody_edited_verifies_beside_the_running_service(folder: Path) -> None:
    running = open_state(folder)
    small_desk(running.desk)
    code, said = verify(folder, "--lang", "en")
    assert (code, said.startswith("3 events, nothing was edited. The last one: ")) == (0, True)
    sha256 = said.split()[-2]
    assert verify(folder, "--known", sha256)[0] == 0
    code, said = verify(folder, "--known", "0" * 64)
    assert (code, "no event has the hash" in said) == (1, True)
    running.close()


def test_an_edit_is_named_in_both_languages(folder: Path) -> None:
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("UPDATE events SET details = '{\"a\":1}' WHERE number = 2")
    connection.close()
    code, said = verify(folder)
    assert code == 1
    assert "edited: event 2 was changed after it was written" in said
    assert "已被改动：第2号事件在写入后被改动" in said
    assert "event 2" not in verify(folder, "--lang", "zh")[1]


def test_a_folder_without_state_is_named(tmp_path: Path) -> None:
    code, said = verify(tmp_path)
    assert (code, "there is no state here" in said) == (5, True)


def test_a_state_of_another_version_is_refused_until_it_is_migrated(folder: Path) -> None:
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    code, said = verify(folder)
    assert (code, "db migrate" in said) == (5, True)


def test_a_new_folder_is_migrated_and_has_an_empty_log(tmp_path: Path) -> None:
    migrated = RUN.invoke(app, ["db", "migrate", "--state-dir", str(tmp_path / "new")])
    assert (migrated.exit_code, "up to date" in migrated.output) == (0, True)
    assert verify(tmp_path / "new", "--lang", "en") == (0, "The log is empty.\n")


def test_the_same_on_postgres(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres.new_database()
    monkeypatch.setenv("DISPATCH_DATABASE_URL", url)
    assert RUN.invoke(app, ["audit", "verify"]).exit_code == 5
    assert RUN.invoke(app, ["db", "migrate"]).exit_code == 0
    state = open_postgres_state(url)
    small_desk(state.desk).file()
    state.close()
    done = RUN.invoke(app, ["audit", "verify", "--lang", "en"])
    assert (done.exit_code, done.output.startswith("1 events, nothing was edited")) == (0, True)


def test_a_url_of_another_kind_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPATCH_DATABASE_URL", "mysql://x")
    assert RUN.invoke(app, ["db", "migrate"]).exit_code == 2
