"""What was known of the units is kept by what has changed, and reads as if all were kept."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.domain.decision_record import DecisionRecord
from dispatch_router.domain.errors import InvalidState
from dispatch_router.domain.packed_record import Piece
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.unit_status import NOTHING_STATED, StatedStatus, UnitStatus
from dispatch_router.domain.units_then import UnitsThen
from dispatch_router.storage.decisions import SqlDecisions, units_pieces
from dispatch_router.storage.decisions.encoding import Encoder, decode
from dispatch_router.storage.decisions.schema import STEPS
from dispatch_router.storage.decisions.units_pieces import MAX_PIECES, UnitsEncoder, read_units
from dispatch_router.storage.sql import SqlDatabase
from dispatch_router.storage.sqlite.database import Database
from tests.contract.test_stored_decisions import AT, DAY, as_it_is_read, counts, record, with_own

RESTING = StatedStatus(UnitStatus.REST, AT, AT + DAY, "用餐")
UNITS = 9


@dataclass
class Town:
    """Units that go about, state things and are sent somewhere.

    Attributes:
        then: what is known of them now.
    """

    then: UnitsThen
    moves: int = 0

    def move(self, units: Iterator[int] | list[int]) -> UnitsThen:
        """Let some be somewhere else."""
        fixes = list(self.then.fixes)
        for unit in units:
            self.moves += 1
            fixes[unit] = Fix(106 + self.moves / 7, 29 + unit / 3, 1_700_000_000_000 + self.moves)
        return self.becomes(fixes=tuple(fixes))

    def becomes(self, **changes: object) -> UnitsThen:
        """Let something else be known."""
        self.then = replace(self.then, **changes)  # type: ignore[arg-type]
        return self.then


def town(units: int = UNITS) -> Town:
    return Town(UnitsThen((None,) * units, (NOTHING_STATED,) * units))


def read(pieces: tuple[Piece, ...]) -> UnitsThen:
    return read_units(pieces[-1].digest, {piece.digest: piece.content for piece in pieces})


COUNTS = st.integers(0, UNITS)
FIXES = st.none() | st.builds(Fix, st.floats(-180, 180), st.floats(-90, 90), st.integers(0, 2**42))
STATED = st.sampled_from([NOTHING_STATED, RESTING, StatedStatus(UnitStatus.OUT_OF_SERVICE, AT)])
BUSY = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["i1", "i2"]))


@st.composite
def courses(draw: st.DrawFn) -> list[UnitsThen]:
    """What was known at one decision after the other; mostly as before, but for a little."""
    size = draw(st.integers(1, UNITS))
    then = UnitsThen((None,) * size, (NOTHING_STATED,) * size)
    course = [then]
    for what in draw(st.lists(st.sampled_from(["fix", "state", "busy", "away", "same", "other"]))):
        fixes, statuses = list(then.fixes), list(then.statuses)
        unit = draw(st.integers(0, len(fixes) - 1))
        if what == "fix":
            fixes[unit] = draw(FIXES)
        elif what == "state":
            statuses[unit] = draw(STATED)
        elif what == "other":
            fixes, statuses = [*fixes, None], [*statuses, draw(STATED)]
        then = UnitsThen(
            tuple(fixes) if what in ("fix", "other") else then.fixes,
            tuple(statuses),
            draw(BUSY) if what == "busy" else then.busy,
            draw(st.booleans()) if what == "away" else then.from_memory,
        )
        course.append(then)
    return course


@given(courses())
@settings(max_examples=300)
def test_what_is_told_by_changes_reads_as_what_is_told_in_full(course: list[UnitsThen]) -> None:
    encoder = UnitsEncoder()
    told = [encoder.encode(then) for then in course]
    for then, pieces in zip(course, told, strict=True):
        assert read(pieces) == read(UnitsEncoder().encode(then)) == then
        assert [piece.follows for piece in pieces] == [None, *(p.digest for p in pieces[:-1])]


@given(courses(), st.randoms(use_true_random=False))
def test_it_makes_no_difference_in_which_order_decisions_are_kept(
    course: list[UnitsThen], dice: random.Random
) -> None:
    encoder, shuffled = UnitsEncoder(), list(course)
    dice.shuffle(shuffled)
    assert [read(encoder.encode(then)) for then in shuffled] == shuffled


def test_a_few_that_moved_cost_what_they_are_and_not_what_all_are() -> None:
    encoder, place = UnitsEncoder(), town(1_000)
    (everyone,) = encoder.encode(place.move(list(range(1_000))))
    *_, change = encoder.encode(place.move([7, 500]))
    assert len(change.content) < 200 < len(everyone.content) / 40


def test_what_has_to_be_read_for_one_decision_is_bounded() -> None:
    encoder, place = UnitsEncoder(), town(1_000)
    lengths, told = [], []
    for number in range(3 * MAX_PIECES):
        pieces = encoder.encode(place.move([number % 1_000]))
        lengths.append(len(pieces))
        told.append(sum(len(piece.content) for piece in pieces[1:]))
    assert max(lengths) == MAX_PIECES
    assert lengths.count(1) == 3
    for number in range(40):
        pieces = encoder.encode(
            place.move(list(range(100 * (number % 10), 100 * (number % 10) + 100)))
        )
        assert len(pieces) <= 2 * units_pieces.MAX_CHANGES_PER_UNIT * 10 + 1


def test_where_most_have_moved_all_are_told() -> None:
    encoder, place = UnitsEncoder(), town()
    encoder.encode(place.move([0]))
    assert len(encoder.encode(place.move(list(range(UNITS))))) == 1


def test_what_is_known_anew_and_says_the_same_is_the_same_piece() -> None:
    encoder, place = UnitsEncoder(), town()
    pieces = encoder.encode(place.move([0, 3]))
    assert encoder.encode(replace(place.then)) == pieces
    assert encoder.encode(place.becomes(busy={"x1": "i1"}))[:-1] == pieces


@pytest.fixture
def store(decision_database: SqlDatabase) -> SqlDecisions:
    return SqlDecisions(decision_database)


def moving(place: Town, names: list[str]) -> list[DecisionRecord]:
    return [
        record(name, at=AT + timedelta(seconds=n), units=place.move([n % UNITS, (3 * n) % UNITS]))
        for n, name in enumerate(names)
    ]


def test_every_record_that_is_kept_reads_the_same_however_many_before_it_are_forgotten(
    store: SqlDecisions, decision_database: SqlDatabase
) -> None:
    records = moving(town(), [f"d{number:02}" for number in range(60)])
    for first in range(0, 60, 4):
        store.put(records[first : first + 4])
    other = SqlDecisions(decision_database)
    for gone in range(0, 60, 3):
        assert [other.get(each.decision_id) for each in records] == [None] * gone + records[gone:]
        store.prune(AT - DAY, 60 - gone - 3, 3)


def test_what_nothing_follows_any_more_is_forgotten_with_all_before_it(
    store: SqlDecisions, decision_database: SqlDatabase
) -> None:
    records = moving(town(), [f"d{number:02}" for number in range(60)])
    store.put(records)
    store.prune(AT - DAY, 1, 60)
    (last,) = records[-1:]
    assert store.get(last.decision_id) == last
    # District and conditions, and what the last one's units are told by.
    encoder = Encoder()
    pieces = [encoder.encode(each).units for each in records][-1]
    assert counts(decision_database) == (1, 2 + len(pieces))
    store.put([record("new", at=last.at)])
    store.prune(AT - DAY, 1, 60)
    assert counts(decision_database) == (1, 3)


def test_what_could_not_be_kept_is_kept_with_the_next_that_follows_it(
    store: SqlDecisions, decision_database: SqlDatabase
) -> None:
    records = moving(town(), ["a", "b", "c"])
    with pytest.raises(LookupError), decision_database.writing():
        raise LookupError
    # The first two were encoded, as for a transaction that failed; nothing of them was kept.
    for each in records[:2]:
        store._encoder.encode(each)
    store.put(records[2:])
    assert SqlDecisions(decision_database).get("c") == records[2]


def test_services_whose_units_move_lose_no_piece_that_others_follow(
    decision_database: SqlDatabase,
) -> None:
    stores = [SqlDecisions(decision_database) for _ in range(3)]
    courses = [moving(town(), [f"{name}-{number:02}" for number in range(20)]) for name in "abc"]
    failures: list[BaseException] = []

    def work(store: SqlDecisions, course: list[DecisionRecord]) -> None:
        try:
            for each in course:
                store.put([each])
                store.prune(AT - DAY, 9, 3)
                assert store.get(each.decision_id) in (each, None)
        except BaseException as error:  # noqa: BLE001  # told below
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=each) for each in zip(stores, courses, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    records = [each for course in courses for each in course]
    kept = [(each, stores[0].get(each.decision_id)) for each in records]
    assert all(found in (each, None) for each, found in kept)
    assert sum(found is not None for _, found in kept) == 9


def test_records_of_before_read_as_ever(tmp_path: Path) -> None:
    whole = record(units=town().move([1, 2]))
    row, contents = as_it_is_read(Encoder().encode(whole))
    old = with_own(row, version=1)
    assert decode(old, contents) == whole
    path = tmp_path / "decisions.sqlite3"
    with closing(Database(path, STEPS[:1])) as database, database.writing() as connection:
        for piece in contents.items():
            connection.execute("INSERT INTO pieces (digest, content) VALUES (?, ?)", piece)
        connection.execute(
            "INSERT INTO decisions (id, at, own, reply, district, conditions, units) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (old[0], old.at.isoformat(timespec="microseconds"), *old[2:]),
        )
    with closing(Database(path, STEPS)) as database:
        store = SqlDecisions(database)
        assert store.get("d1") == whole
        (later,) = moving(Town(whole.units), ["d2"])
        store.put([later])
        assert (store.get("d1"), store.get("d2")) == (whole, later)
        assert store.prune(later.at + DAY, 0, 10) == 2
        assert counts(database) == (0, 0)


@pytest.mark.parametrize("damage", ["gone", "circle", "unit"])
def test_a_record_whose_units_cannot_be_read_is_named(damage: str) -> None:
    encoder, place = Encoder(), town()
    encoder.encode(record(units=place.move([0])))
    row, contents = as_it_is_read(encoder.encode(record(units=place.move([1]))))
    (before,) = encoder.encode(record(units=place.then)).units[:1]
    if damage == "gone":
        del contents[before.digest]
    elif damage == "circle":
        contents[before.digest] = contents[row.units]
    else:
        contents[before.digest] = units_pieces.piece_of(
            {"fixes": [], "stated": {}, "busy": {}}
        ).content
    with pytest.raises(InvalidState, match="d1"):
        decode(row, contents)
