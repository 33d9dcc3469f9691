"""The folder that one service keeps its state in."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dispatch_router.domain.errors import InvalidState
from dispatch_router.storage.sqlite.closures import SqliteClosures
from dispatch_router.storage.sqlite.database import Database
from dispatch_router.storage.sqlite.units import SqliteUnits

DATABASE: Final = "state.sqlite3"
LOCK: Final = "lock"


@dataclass(slots=True)
class State:
    """An open folder; nobody else can open it until it is closed.

    Attributes:
        closures: what is kept of closures.
        units: what is kept of units.
    """

    closures: SqliteClosures
    units: SqliteUnits
    _database: Database
    _lock: int

    def close(self) -> None:
        """Let another service have the folder."""
        self._database.close()
        os.close(self._lock)


def open_state(folder: Path) -> State:
    """Open the state, and make it where there is none yet.

    Raises:
        InvalidState: the folder cannot be made or used, or another service uses it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InvalidState(
            f"{folder}: the folder for the state cannot be made or written: "
            f"{error.strerror or error}. Choose another with --state-dir or DISPATCH_STATE_DIR.",
            f"{folder}：无法创建或写入状态目录。请用--state-dir或DISPATCH_STATE_DIR指定其他目录。",
        ) from error
    try:
        _take(lock, folder)
        database = Database(folder / DATABASE)
    except InvalidState:
        os.close(lock)
        raise
    return State(SqliteClosures(database), SqliteUnits(database), database, lock)


def _take(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise InvalidState(
            f"{folder}: another service keeps its state in this folder. Stop it, or choose "
            "another folder with --state-dir or DISPATCH_STATE_DIR.",
            f"{folder}：另一个服务正在使用该状态目录。请先停止它，"
            "或用--state-dir或DISPATCH_STATE_DIR指定其他目录。",
        ) from error
