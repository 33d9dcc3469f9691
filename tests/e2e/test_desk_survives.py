"""What the desk has acknowledged survives a kill of the service; `make prove-desk` does more."""

from __future__ import annotations

from pathlib import Path

from dispatch_router.config import StateSettings
from tests.e2e.kill_rounds import kill_rounds
from tests.postgres import PostgresServer

ROUNDS = 2


def test_a_kill_under_load_loses_nothing_on_sqlite(tmp_path: Path) -> None:
    incidents, _ = kill_rounds(StateSettings(state_dir=tmp_path / "state"), ROUNDS, seed=7)
    assert incidents > 0


def test_a_kill_under_load_loses_nothing_on_postgres(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    settings = StateSettings(state_dir=tmp_path, database_url=postgres.new_database())
    incidents, _ = kill_rounds(settings, ROUNDS, seed=7)
    assert incidents > 0
