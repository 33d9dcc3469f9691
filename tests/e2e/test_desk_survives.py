"""What the desk has acknowledged survives a kill of the service; `make prove-desk` does more."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from dispatch_router.config import StateSettings
from tests.e2e.kept_log import is_in_order
from tests.e2e.kill_rounds import KillRounds
from tests.e2e.service import Service, running
from tests.postgres import PostgresServer

ROUNDS = 2


@contextmanager
def from_the_shell(environ: Mapping[str, str]) -> Iterator[Service]:
    """As users start it; the many rounds of `make prove-desk` load Python's modules once."""
    with running("--port", "0", **environ) as service:
        yield service


def test_a_kill_under_load_loses_nothing_on_sqlite(tmp_path: Path) -> None:
    settings = StateSettings(state_dir=tmp_path / "state")
    rounds = KillRounds(settings, random.Random(7), from_the_shell)
    rounds.run(ROUNDS)
    assert rounds.in_all.incidents


def test_a_kill_under_load_loses_nothing_on_postgres(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    settings = StateSettings(state_dir=tmp_path, database_url=postgres.new_database())
    rounds = KillRounds(settings, random.Random(7))
    rounds.run(ROUNDS)
    assert rounds.in_all.incidents


@pytest.mark.parametrize(
    ("acknowledged", "kept", "is_there"),
    [
        (["dispatched", "cancelled"], ["dispatched", "en_route", "cancelled"], True),
        (["dispatched", "en_route"], ["dispatched"], False),
        (["en_route", "dispatched"], ["dispatched", "en_route"], False),
    ],
)
def test_a_missing_change_is_noticed(
    acknowledged: list[str], kept: list[str], is_there: bool
) -> None:
    assert is_in_order(acknowledged, kept) is is_there
