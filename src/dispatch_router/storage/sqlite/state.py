"""The folder that one service keeps its state in."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from dispatch_router.domain.errors import InvalidState
from dispatch_router.storage.closures import SqlClosures
from dispatch_router.storage.decisions import SqlDecisions, SqlDeskDecisions
from dispatch_router.storage.decisions.schema import STEPS as DECISION_STEPS
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.kept_for import KeptFor
from dispatch_router.storage.replies import SqlReplies
from dispatch_router.storage.sqlite.database import Database
from dispatch_router.storage.sqlite.migrations import STEPS
from dispatch_router.storage.units import SqlUnits

DATABASE: Final = "state.sqlite3"
# Apart: decisions are many, and losing the last second of them loses nobody's incident.
DECISIONS: Final = "decisions.sqlite3"
LOCK: Final = "lock"


@dataclass(slots=True)
class State:
    """An open folder; nobody else can open it until it is closed.

    Attributes:
        closures: what is kept of closures.
        units: what is kept of units.
        desk: what is kept of incidents and assignments.
        decisions: the records of mere recommendations.
        desk_decisions: the records of decisions for incidents.
        replies: to requests under a key that have changed nothing.
        is_shared: no other service can change what is kept.
    """

    is_shared: ClassVar[bool] = False

    closures: SqlClosures
    units: SqlUnits
    desk: SqlDeskStore
    decisions: SqlDecisions
    desk_decisions: SqlDeskDecisions
    replies: SqlReplies
    _databases: tuple[Database, ...]
    _lock: int

    def is_away(self) -> bool:
        """Whether other services' changes may be missing: there are no other services."""
        return False

    def watch(
        self, on_desk: Callable[[], None], on_units: Callable[[], None] = lambda: None
    ) -> None:
        """Do nothing: the folder has no other service whose commits could be heard of."""

    def close(self) -> None:
        """Let another service have the folder."""
        for database in self._databases:
            database.close()
        os.close(self._lock)


def open_state(folder: Path, kept_for: KeptFor | None = None) -> State:
    """Open the state, and make it where there is none yet.

    Args:
        folder: that nobody else uses.
        kept_for: how long what would else grow without an end is kept.

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
    opened: list[Database] = []
    try:
        _take(lock, folder)
        for name, steps in ((DATABASE, STEPS), (DECISIONS, DECISION_STEPS)):
            opened.append(Database(folder / name, steps))
    except InvalidState:
        for database in opened:
            database.close()
        os.close(lock)
        raise
    state, decisions = opened
    return State(
        closures=SqlClosures(state, kept_for),
        units=SqlUnits(state),
        desk=SqlDeskStore(state, kept_for),
        decisions=SqlDecisions(decisions),
        desk_decisions=SqlDeskDecisions(state),
        replies=SqlReplies(state, kept_for),
        _databases=(state, decisions),
        _lock=lock,
    )


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
