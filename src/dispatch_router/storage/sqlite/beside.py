"""Reading a state folder beside the service that uses it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dispatch_router.domain.errors import InvalidState, StorageUnavailable
from dispatch_router.storage.sqlite.migrations import STEPS


class ReadOnlyDatabase:
    """A database of which nothing can be changed; no lock is needed, nor held for long."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            InvalidState: there is none, it cannot be read, or has another version's schema.
        """
        self._path = path
        if not path.is_file():
            raise InvalidState(
                f"{path}: there is no state here. Name its folder with --state-dir or "
                "DISPATCH_STATE_DIR.",
                f"{path}：此处没有状态文件。请用--state-dir或DISPATCH_STATE_DIR指定目录。",
            )
        try:
            self._connection = sqlite3.connect(path, timeout=5.0, isolation_level=None)
            # Not opened as read-only: SQLite has to make the files that it shares with the writer.
            self._connection.execute("PRAGMA query_only = ON")
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error as error:
            raise _cannot_be_read(path, error) from error
        if version != len(STEPS):
            raise InvalidState(
                f"{path}: the state has the schema {version}, this version knows {len(STEPS)}. "
                "Run 'dispatch-router db migrate', or use the version that has written it.",
                f"{path}：状态的结构版本为{version}，本版本支持{len(STEPS)}。"
                "请运行dispatch-router db migrate，或使用写入该状态的版本。",
            )

    def close(self) -> None:
        """Let it go."""
        self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read everything inside as it is at one time."""
        try:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            found = _cannot_be_read(self._path, error)
            raise StorageUnavailable(found.detail, found.detail_zh) from error


def _cannot_be_read(path: Path, error: Exception) -> InvalidState:
    return InvalidState(
        f"{path}: the state cannot be read: {error}.", f"{path}：状态文件无法读取：{error}。"
    )
