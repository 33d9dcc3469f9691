"""A database that takes everything and says nothing: nobody waits for it for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.storage.postgres import PostgresState, open_postgres_state
from dispatch_router.storage.postgres.connection import (
    ANSWER_WITHIN_S,
    CONNECT_WITHIN_S,
    BoundedConnection,
)
from dispatch_router.storage.postgres.contact import AWAY_AFTER_S
from tests.cut_off import Way, way_to
from tests.desk import SmallDesk, SortedIds, small_desk
from tests.postgres import PostgresServer

AT_ONCE_S = 0.5
IMPATIENT_S = 1.5
BACK_WITHIN_S = 5.0


class CutOff:
    """A service that may be cut off from the database, and one that is not."""

    def __init__(self, way: Way, state: PostgresState, other: PostgresState) -> None:
        self.way, self.state = way, state
        self.desk = small_desk(state.desk)
        self.elsewhere = small_desk(other.desk, ids=SortedIds("elsewhere"))


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.new_database()


@pytest.fixture
def pair(url: str) -> Iterator[CutOff]:
    with way_to(url) as (way, by_way):
        states = open_postgres_state(by_way), open_postgres_state(url)
        yield CutOff(way, *states)
        way.mend()
        for state in states:
            state.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let services give a server up sooner than they do, so that this takes less time."""
    monkeypatch.setattr(BoundedConnection, "answer_within_s", IMPATIENT_S)


def filing_takes_s(desk: SmallDesk) -> float:
    begun = time.monotonic()
    with suppress(StorageUnavailable):
        desk.file()
    return time.monotonic() - begun


def eventually(holds: Callable[[], bool], within_s: float = BACK_WITHIN_S) -> None:
    until = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def is_filed(desk: SmallDesk) -> bool:
    try:
        desk.file()
    except StorageUnavailable:
        return False
    return True


@pytest.mark.usefixtures("impatient")
def test_the_first_wait_seconds_and_all_others_are_refused_at_once(pair: CutOff) -> None:
    pair.desk.file()
    pair.way.cut()
    # More than there are connections: those that get none do not wait for those that hang.
    waited: list[float] = []
    threads = [
        threading.Thread(target=lambda: waited.append(filing_takes_s(pair.desk))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(waited) < IMPATIENT_S + CONNECT_WITHIN_S + 1.0
    assert pair.state.is_away()
    afterwards = sorted(filing_takes_s(pair.desk) for _ in range(10))
    # One request at a time tries whether the server is back.
    assert afterwards[5] < AT_ONCE_S
    assert afterwards[-1] < CONNECT_WITHIN_S + 1.0
    pair.way.mend()
    eventually(lambda: is_filed(pair.desk))
    assert not pair.state.is_away()


@pytest.mark.usefixtures("impatient")
def test_whoever_asks_often_knows_soon_that_it_is_away(pair: CutOff) -> None:
    with pair.state._database.reading():
        assert not pair.state.is_away()
    pair.way.cut()
    thread = threading.Thread(target=filing_takes_s, args=(pair.desk,))
    thread.start()
    eventually(pair.state.is_away, within_s=AWAY_AFTER_S + 1.0)
    pair.way.mend()
    thread.join()


def test_who_is_cut_off_in_the_midst_of_a_change_does_not_hold_up_the_others(pair: CutOff) -> None:
    incident = pair.desk.file().incident.id
    with suppress(StorageUnavailable), pair.state.desk.writing():
        pair.way.cut()
        # The other service waits for the lock until the server ends the change of the first.
        begun = time.monotonic()
        pair.elsewhere.file()
        assert time.monotonic() - begun < ANSWER_WITHIN_S
    pair.elsewhere.reserve(incident, "p1")
    pair.way.mend()
    eventually(lambda: is_filed(pair.desk))
    assert pair.desk.busy() == {"p1": incident}


@pytest.mark.usefixtures("impatient")
def test_it_is_heard_of_commits_again_after_a_cut(pair: CutOff) -> None:
    told = threading.Event()
    pair.state.watch(told.set)
    assert told.wait(BACK_WITHIN_S)
    told.clear()
    pair.way.cut()
    time.sleep(1.0)
    pair.elsewhere.file()
    assert not told.wait(1.0)
    pair.way.mend()
    # By the old connection, whose bytes come late, or by a new one.
    assert told.wait(BACK_WITHIN_S)
    told.clear()
    pair.elsewhere.file()
    assert told.wait(BACK_WITHIN_S)


@pytest.mark.usefixtures("impatient")
def test_the_connection_that_listens_is_given_up_when_it_hangs(pair: CutOff) -> None:
    told = threading.Event()
    pair.state.watch(told.set)
    assert told.wait(BACK_WITHIN_S)
    told.clear()
    pair.way.cut()
    contact = pair.state._database.contact
    eventually(lambda: contact.is_lost, within_s=ANSWER_WITHIN_S + 3.0)
    pair.way.mend()
    # What was committed meanwhile is asked for.
    assert told.wait(BACK_WITHIN_S)
