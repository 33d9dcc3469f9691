"""A database file: one connection that writes, and one that reads beside it."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dispatch_router.domain.errors import InvalidState, StorageUnavailable
from dispatch_router.storage.sqlite.migrations import STEPS
from dispatch_router.storage.sqlite.writers import Writers

# "DsRo": tells our database from another program's.
APPLICATION_ID: Final = 0x4473526F
_BUSY_TIMEOUT_S: Final = 5.0

_log = logging.getLogger(__name__)


class Database:
    """An open database; safe to share between threads."""

    def __init__(self, path: Path, steps: Sequence[Sequence[str]] = STEPS) -> None:
        """Open it, check it, and bring its schema up to date.

        Args:
            path: of the file, made where there is none.
            steps: those that lead to its schema.

        Raises:
            InvalidState: it cannot be used; the detail says why.
        """
        self._path = path
        self._steps = steps
        self._turn_to_read = threading.Lock()
        try:
            # The caller's positions are nobody else's business.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            self._connection = self._connect()
        except (OSError, sqlite3.Error) as error:
            raise _cannot_be_used(path, error) from error
        try:
            self._prepare()
            self._reader = self._connect()
        except (OSError, sqlite3.Error) as error:
            self._connection.close()
            raise _cannot_be_used(path, error) from error
        except InvalidState:
            self._connection.close()
            raise
        self._writers = Writers(self._connection)

    def close(self) -> None:
        """Close it; whatever was committed is on the disk already."""
        with self._turn_to_read:
            self._reader.close()
        self._writers.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Do everything inside, or nothing of it, one writer after the other.

        Raises:
            StorageUnavailable: it could not be done.
        """
        with self._told(), self._writers.writing() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read everything inside as it was committed at one time; no writer is waited for.

        Raises:
            StorageUnavailable: it could not be read.
        """
        with self._told(), self._turn_to_read:
            self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                if self._reader.in_transaction:
                    self._reader.execute("ROLLBACK")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            # Where the state stands is for the operator, not for whoever asks.
            _log.error("%s could not be read or written: %s", self._path, error)
            raise StorageUnavailable(
                "The state could not be read or written, and nothing was changed. The log says "
                "why: look at the disk's room and rights, then try again.",
                "状态无法读写，未作任何更改。原因见日志：请检查磁盘空间和权限后重试。",
            ) from error

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )

    def _roll_back(self) -> None:
        # After some failures SQLite has rolled back by itself.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _prepare(self) -> None:
        execute = self._connection.execute
        # WAL lets readers go on beside the writer; FULL flushes the log at every commit.
        (mode,) = execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise InvalidState(
                f"{self._path}: this file system does not let SQLite keep a write-ahead log. "
                "Choose a folder on a local disk with --state-dir or DISPATCH_STATE_DIR.",
                f"{self._path}：该文件系统不支持SQLite预写日志。"
                "请用--state-dir或DISPATCH_STATE_DIR指定本地磁盘上的目录。",
            )
        execute("PRAGMA synchronous = FULL")
        execute("PRAGMA foreign_keys = ON")
        (found,) = execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise _cannot_be_used(self._path, sqlite3.DatabaseError(found))
        # Notices at once what cannot be written, not at the first closure.
        execute("BEGIN IMMEDIATE")
        try:
            self._migrate()
            execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _migrate(self) -> None:
        execute = self._connection.execute
        (version,) = execute("PRAGMA user_version").fetchone()
        (application_id,) = execute("PRAGMA application_id").fetchone()
        (tables,) = execute("SELECT count(*) FROM sqlite_master").fetchone()
        is_new = (version, application_id, tables) == (0, 0, 0)
        if not is_new and application_id != APPLICATION_ID:
            raise InvalidState(
                f"{self._path}: this is another program's database. Choose another folder with "
                "--state-dir or DISPATCH_STATE_DIR.",
                f"{self._path}：这是其他程序的数据库。"
                "请用--state-dir或DISPATCH_STATE_DIR指定其他目录。",
            )
        known = len(self._steps)
        if version > known:
            raise InvalidState(
                f"{self._path}: a newer version of the service has written this (schema "
                f"{version}, this version knows {known}). Start that version, or restore the "
                "folder from before the upgrade.",
                f"{self._path}：该状态由更新版本的服务写入（结构版本{version}，本版本支持"
                f"{known}）。请启动更新版本，或恢复升级前的目录。",
            )
        for step in self._steps[version:]:
            for statement in step:
                execute(statement)
        execute(f"PRAGMA application_id = {APPLICATION_ID}")
        execute(f"PRAGMA user_version = {known}")


def _cannot_be_used(path: Path, error: Exception) -> InvalidState:
    return InvalidState(
        f"{path}: the state cannot be used: {error}. Look at the disk and the rights of the "
        "folder; where the file is damaged, restore it from a copy, or move it away to start with "
        "no closures.",
        f"{path}：状态文件无法使用：{error}。请检查磁盘和目录权限；如文件损坏，"
        "请从备份恢复，或移走该文件后以无封闭记录的状态启动。",
    )
