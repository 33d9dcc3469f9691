"""Whatever is done at the desk, or to all that is kept, it is what the plain model says.

With DESK_EXAMPLES_TIMES=50 fifty times as many courses of things are tried.
"""

from __future__ import annotations

import os
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.sqlite.database import Database
from tests.contract.desk.desk_machine import DeskMachine
from tests.contract.desk.whole_machine import WholeMachine

TIMES: Final = int(os.environ.get("DESK_EXAMPLES_TIMES", "1"))
# What differs between the two databases is them alone; PostgreSQL takes several times as long.
EXAMPLES: Final = {DeskMachine: (40, 15), WholeMachine: (20, 6)}


@pytest.mark.parametrize("machine", EXAMPLES)
def test_what_is_kept_is_what_the_plain_model_says(
    machine: type[DeskMachine], desk_store: SqlDeskStore
) -> None:
    on_sqlite, on_postgres = EXAMPLES[machine]
    is_sqlite = isinstance(desk_store._database, Database)
    run_state_machine_as_test(
        lambda: machine(desk_store),
        settings=settings(
            max_examples=TIMES * (on_sqlite if is_sqlite else on_postgres),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
