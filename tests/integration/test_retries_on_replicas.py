"""The same request at two services on one database at once: it is carried out once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import psycopg
import pytest

from dispatch_router.application.close_roads import CloseRoads
from dispatch_router.application.closure_drafts import ClosureDraft
from dispatch_router.application.crews import Crews
from dispatch_router.application.retries import Answer, AnsweredOnce
from dispatch_router.application.road_conditions import RoadConditions
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.closures import NamedRoad
from dispatch_router.domain.errors import IdempotencyKeyReused, StorageUnavailable
from dispatch_router.storage.postgres import PostgresState, open_postgres_state
from tests.desk import SortedIds, key, small_desk
from tests.fake_roads import StraightRoads
from tests.postgres import PostgresServer
from tests.small_district import SMALL_DISTRICT, StoppedClock

AT_ONCE = 8


@pytest.fixture
def states(postgres: PostgresServer) -> Iterator[list[PostgresState]]:
    url = postgres.new_database()
    opened = [open_postgres_state(url) for _ in range(2)]
    yield opened
    for state in opened:
        state.close()


def at_once(asks: list[Callable[[], bytes]]) -> list[bytes | Exception]:
    """Ask all at the same time, each from a thread of its own."""
    begin = threading.Barrier(len(asks))
    answers: list[bytes | Exception] = []

    def ask(do: Callable[[], bytes]) -> None:
        begin.wait(10)
        try:
            answers.append(do())
        except Exception as error:  # noqa: BLE001  # looked at by whoever has asked
            answers.append(error)

    threads = [threading.Thread(target=ask, args=(do,)) for do in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def closing(state: PostgresState, name: str) -> CloseRoads:
    in_use = RoadsInUse(StraightRoads(), Crews(SMALL_DISTRICT))
    conditions = RoadConditions(in_use, (), ZoneInfo(SMALL_DISTRICT.timezone))
    return CloseRoads(in_use, conditions, state.closures, StoppedClock(), SortedIds(name))


def test_a_road_is_closed_once_and_both_services_answer_with_that_closure(
    states: list[PostgresState],
) -> None:
    draft = ClosureDraft(NamedRoad("直路"), "塌方")
    closings = [closing(states[n % 2], f"s{n}") for n in range(AT_ONCE)]

    def ask(roads: CloseRoads) -> bytes:
        return roads.close([draft], Answer(lambda made: made[0].id.encode(), key("k")), batch=False)

    answers = at_once([lambda roads=roads: ask(roads) for roads in closings])
    assert len(set(answers)) == 1
    (kept,) = states[0].closures.open_at(StoppedClock().at)
    assert answers[0] == kept.id.encode()


def test_an_incident_is_filed_once_and_both_services_answer_with_it(
    states: list[PostgresState],
) -> None:
    desks = [small_desk(states[n % 2].desk, ids=SortedIds(f"s{n}")) for n in range(AT_ONCE)]

    def ask(number: int) -> bytes:
        desks[number].file(request=key("k"))
        return desks[number].reply

    answers = at_once([lambda number=number: ask(number) for number in range(AT_ONCE)])
    assert len(set(answers)) == 1
    with states[0].desk.reading() as view:
        (incident,) = view.incidents(after=None, limit=9, status=None)
    assert isinstance(answers[0], bytes)
    assert incident.id.encode() in answers[0]


def test_what_changes_nothing_is_answered_alike_by_both_services(
    states: list[PostgresState],
) -> None:
    services = [AnsweredOnce(state.replies, StoppedClock()) for state in states]

    def ask(number: int) -> bytes:
        return services[number](key("k"), lambda: b"answer %d" % number)

    answers = at_once([lambda: ask(0), lambda: ask(1)])
    assert len(set(answers)) == 1
    assert ask(0) == ask(1) == answers[0]


def test_a_key_of_a_question_and_of_a_change_at_once_is_given_to_one_of_them(
    states: list[PostgresState],
) -> None:
    desk, once = small_desk(states[0].desk), AnsweredOnce(states[1].replies, StoppedClock())

    def file() -> bytes:
        desk.file(request=key("k", "a call"))
        return b""

    answers = at_once([file, lambda: once(key("k", "a question"), lambda: b"")])
    (refused,) = [each for each in answers if isinstance(each, Exception)]
    assert isinstance(refused, IdempotencyKeyReused)


def test_what_the_server_tells_of_rows_is_not_logged(
    states: list[PostgresState], caplog: pytest.LogCaptureFixture
) -> None:
    insert = (
        "INSERT INTO replies (caller, key, request_sha256, is_change, created_at, reply) "
        "VALUES ('', 'somebody', '', 0, '', '')"
    )

    def insert_twice() -> None:
        with states[0]._database.writing() as connection:
            connection.execute(insert)
            connection.execute(insert)

    with pytest.raises(StorageUnavailable) as refused:
        insert_twice()
    assert isinstance(refused.value.__context__, psycopg.errors.UniqueViolation)
    assert "somebody" in str(refused.value.__context__)
    logging.getLogger(__name__).error("as a ticker would", exc_info=refused.value)
    assert "23505 duplicate key value violates unique constraint" in caplog.text
    assert "somebody" not in caplog.text
