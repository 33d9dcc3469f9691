"""State on disk: kept over a restart, owned by one service, and refused when it cannot be used."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch_router.application.retries import KeptReply, RequestKey
from dispatch_router.domain.closures import AlongLine, ClosureRecord, NamedRoad
from dispatch_router.domain.errors import InvalidState, StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode
from dispatch_router.storage.sqlite import State, open_state
from dispatch_router.storage.sqlite.migrations import STEPS
from dispatch_router.storage.sqlite.state import DATABASE
from tests.closures import MORNING, box, closure

HOUR = timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "made" / "on demand"


@pytest.fixture
def state(folder: Path) -> Iterator[State]:
    opened = open_state(folder)
    yield opened
    opened.close()


def record(closure_id: str, **changes: object) -> ClosureRecord:
    shape = changes.pop("shape", NamedRoad("迎新路 Yingxin"))
    return ClosureRecord(closure(shape, id=closure_id, **changes), MORNING)


EVERY_SHAPE = (
    record("a", shape=box(106.1, 29.2, 106.123456789, 29.3), ends_at=MORNING + HOUR),
    record("b", shape=AlongLine((LonLat(1.5, 2), LonLat(3, -4)), 12.5), along_line=True),
    record("c", heading_deg=271.5, speed_permille=300, modes=frozenset({UnitMode.FOOT})),
)


def test_closures_of_every_shape_are_there_after_a_restart(folder: Path) -> None:
    first = open_state(folder)
    first.closures.add(EVERY_SHAPE, None, b"")
    first.close()
    second = open_state(folder)
    assert second.closures.open_at(MORNING) == EVERY_SHAPE
    second.close()


def test_what_was_accepted_is_there_after_a_kill(folder: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from dispatch_router.storage.sqlite import open_state\n"
        "from tests.unit.test_sqlite_state import EVERY_SHAPE\n"
        "open_state(Path(sys.argv[1])).closures.add(EVERY_SHAPE, None, b'')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        env={"PYTHONPATH": f"{root / 'src'}:{root}"},
        timeout=60,
    )
    assert killed.returncode == -9
    state = open_state(folder)
    assert state.closures.open_at(MORNING) == EVERY_SHAPE
    state.close()


def test_what_is_over_or_lifted_is_not_open_and_can_still_be_found(state: State) -> None:
    state.closures.add(EVERY_SHAPE, None, b"")
    state.closures.lift("b", MORNING + HOUR)
    assert [each.id for each in state.closures.open_at(MORNING + HOUR)] == ["c"]
    lifted = replace(EVERY_SHAPE[1], lifted_at=MORNING + HOUR)
    assert state.closures.find("b") == lifted
    assert state.closures.find("a") == EVERY_SHAPE[0]
    assert state.closures.find("nope") is None


def test_lifting_twice_keeps_the_first_time(state: State) -> None:
    state.closures.add(EVERY_SHAPE, None, b"")
    state.closures.lift("b", MORNING + HOUR)
    state.closures.lift("b", MORNING + 2 * HOUR)
    found = state.closures.find("b")
    assert found is not None
    assert found.lifted_at == MORNING + HOUR


def test_of_several_closures_all_are_kept_or_none(state: State) -> None:
    with pytest.raises(StorageUnavailable, match="nothing was changed"):
        state.closures.add((*EVERY_SHAPE, EVERY_SHAPE[0]), None, b"")
    assert state.closures.open_at(MORNING) == ()
    state.closures.add(EVERY_SHAPE, None, b"")


def test_a_request_is_known_by_its_key_for_a_week(state: State) -> None:
    first, second = RequestKey("me", "k1", "hash"), RequestKey("me", "k2", "other")
    state.closures.add(EVERY_SHAPE, first, b"first")
    assert state.closures.kept_reply(first) == KeptReply("hash", b"first")
    assert state.closures.kept_reply(second) is None
    assert state.closures.kept_reply(replace(first, caller="you")) is None
    later = ClosureRecord(closure(NamedRoad("x"), id="d"), MORNING + timedelta(days=7) + HOUR)
    state.closures.add((later,), second, b"second")
    assert state.closures.kept_reply(first) is None


def test_a_folder_belongs_to_one_service(state: State, folder: Path) -> None:
    with pytest.raises(InvalidState, match="another service keeps its state"):
        open_state(folder)


def test_a_folder_that_was_closed_can_be_opened_again(folder: Path) -> None:
    open_state(folder).close()
    open_state(folder).close()


def test_only_the_service_may_read_the_folder(state: State, folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / DATABASE).stat().st_mode & 0o777 == 0o600


def test_a_commit_is_flushed_before_it_is_acknowledged(state: State, folder: Path) -> None:
    with state._databases[0].reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidState, match="cannot be made or written") as caught:
        open_state(tmp_path / "file" / "state")
    assert "--state-dir" in caught.value.detail_zh


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"SQLite format 3\0" + b"x" * 4000]
)
def test_a_damaged_file_is_refused_and_left_as_it_is(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / DATABASE).write_bytes(content)
    with pytest.raises(InvalidState, match=re.escape(str(folder / DATABASE))):
        open_state(folder)
    assert (folder / DATABASE).read_bytes() == content
    (folder / DATABASE).unlink()
    open_state(folder).close()


def test_damage_inside_a_database_is_noticed_at_the_start(folder: Path) -> None:
    state = open_state(folder)
    state.closures.add([record(f"c{n}", reason="r" * 3000) for n in range(50)], None, b"")
    state.close()
    content = bytearray((folder / DATABASE).read_bytes())
    content[4096 * 5 : 4096 * 9] = b"\xff" * 4096 * 4
    (folder / DATABASE).write_bytes(content)
    with pytest.raises(InvalidState, match="restore it from a copy"):
        open_state(folder)


def test_another_programs_database_is_refused(folder: Path) -> None:
    folder.mkdir(parents=True)
    with sqlite3.connect(folder / DATABASE) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    with pytest.raises(InvalidState, match="another program's"):
        open_state(folder)


def test_the_state_of_a_newer_version_is_refused(folder: Path) -> None:
    open_state(folder).close()
    newer = sqlite3.connect(folder / DATABASE)
    newer.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    newer.close()
    with pytest.raises(InvalidState, match="newer version"):
        open_state(folder)


def test_a_database_that_cannot_be_written_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_state(folder).close()
    connect = sqlite3.connect

    def read_only(path: Path, **options: object) -> sqlite3.Connection:
        return connect(f"file:{path.as_posix().replace(' ', '%20')}?mode=ro", uri=True, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with pytest.raises(InvalidState, match="readonly"):
        open_state(folder)


def test_a_failure_while_running_is_told_and_changes_nothing(
    state: State, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state._databases[0]._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageUnavailable) as caught:
        state.closures.add(EVERY_SHAPE, None, b"")
    assert str(folder) in caplog.text
    assert str(folder) not in caught.value.detail + caught.value.detail_zh
    with pytest.raises(StorageUnavailable):
        state.closures.lift("a", MORNING)
    state._databases[0]._connection.execute("PRAGMA query_only = OFF")
    assert state.closures.open_at(MORNING) == ()
