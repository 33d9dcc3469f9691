"""Decision records as kept: the same again, compact, shared where they can be, and forgotten."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zlib
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import orjson
import pytest

from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.closures import AlongLine, NamedRoad
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.decision_record import Asked, DecisionRecord
from dispatch_router.domain.errors import InvalidState, StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.packed_record import PackedRecord
from dispatch_router.domain.positions import Fix
from dispatch_router.domain.response import Response
from dispatch_router.domain.road_classes import RoadClass
from dispatch_router.domain.traffic import SpeedPeriod
from dispatch_router.domain.unit_status import NOTHING_STATED, StatedStatus, UnitStatus
from dispatch_router.domain.units_then import NOBODY_REPORTED, UnitsThen
from dispatch_router.storage.decisions import SqlDecisions
from dispatch_router.storage.decisions.encoding import Encoder, Row, decode
from dispatch_router.storage.district_files import load_district
from dispatch_router.storage.sql import SqlDatabase
from tests.closures import box, closure
from tests.small_district import SMALL_DISTRICT
from tests.xipeng import XIPENG

AT = datetime(2026, 5, 4, 12, 0, 0, 123_456, tzinfo=UTC)
DAY = timedelta(days=1)
CONDITIONS = Conditions(
    period=SpeedPeriod(
        frozenset({0, 4}), time(7, 30), time(9), {RoadClass.PRIMARY: 600, RoadClass.TRUNK: 700}
    ),
    closures=(
        closure(box(106.1, 29.2, 106.123456789, 29.3), id="a", ends_at=AT + DAY),
        closure(AlongLine((LonLat(1.5, 2), LonLat(3, -4)), 12.5), id="b", along_line=True),
        closure(NamedRoad("迎新路"), id="c", heading_deg=271.5, speed_permille=300),
    ),
    valid_until=AT + DAY,
)


def record(decision_id: str = "d1", **changes: object) -> DecisionRecord:
    district = SMALL_DISTRICT
    whole = DecisionRecord(
        decision_id=decision_id,
        at=AT,
        program="1.2.3",
        graph_version="a" * 64,
        asked=Asked(CallQuestion(LonLat(106.1 + 0.2, 29.3), 12.5, 1, Response.EMERGENCY), 5, True),
        reply=b'{"why":"\xe8\xbf\x8e"}',
        reply_sha256="b" * 64,
        district=district,
        conditions=CONDITIONS,
        units=UnitsThen(
            fixes=(Fix(0.1 + 0.2, 1 / 3, 1_700_000_000_123), *[None] * (len(district.units) - 1)),
            statuses=tuple(StatedStatus(UnitStatus.REST, AT, None, "用餐") for _ in district.units),
        ),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


RECORDS = [
    record(),
    record(reply=None),
    record(units=NOBODY_REPORTED),
    record(units=UnitsThen((), (), {"x1": "i1", "t1": "i2"})),
    record(
        units=UnitsThen((None, None), (StatedStatus(UnitStatus.REST, AT, AT + DAY), NOTHING_STATED))
    ),
    record(units=UnitsThen((), (), from_memory=True)),
    record(conditions=Conditions()),
    record(asked=Asked(CallQuestion("迎新村"), 1, False, Crs.BD09, list_others=False)),
    record(district=load_district(XIPENG)),
]


@pytest.fixture
def store(decision_database: SqlDatabase) -> SqlDecisions:
    return SqlDecisions(decision_database)


@pytest.mark.parametrize("whole", RECORDS, ids=range(len(RECORDS)))
def test_a_record_reads_the_same_as_it_was_put(
    decision_database: SqlDatabase, whole: DecisionRecord
) -> None:
    SqlDecisions(decision_database).put([whole])
    # As another service reads it, or this one after a restart.
    read = SqlDecisions(decision_database).get("d1")
    assert read == whole
    assert read is not None
    assert list(read.district.policy.target_s) == list(whole.district.policy.target_s)
    assert read.at.utcoffset() == whole.at.utcoffset()


def test_nothing_is_there_that_was_not_put(store: SqlDecisions) -> None:
    assert store.get("d1") is None


def test_a_record_that_is_kept_stays_as_it_is(store: SqlDecisions) -> None:
    store.put([record()])
    store.put([record(program="9"), record("d2")])
    assert store.get("d1") == record()
    assert store.get("d2") is not None


def counts(database: SqlDatabase) -> tuple[int, int]:
    with database.reading() as connection:
        (decisions,) = connection.execute("SELECT count(*) FROM decisions").fetchone()
        (pieces,) = connection.execute("SELECT count(*) FROM pieces").fetchone()
    return decisions, pieces


def test_what_decisions_share_is_kept_once(
    store: SqlDecisions, decision_database: SqlDatabase
) -> None:
    store.put([record(f"d{number}") for number in range(50)])
    assert counts(decision_database) == (50, 3)


def test_a_decision_of_xipeng_is_small() -> None:
    district = load_district(XIPENG)
    packed = Encoder().encode(record(district=district))
    assert len(packed.own) < 400
    assert sum(len(piece.content) for (piece,) in packed.shared) < 20_000


def test_the_oldest_are_forgotten_with_what_they_alone_needed(
    store: SqlDecisions, decision_database: SqlDatabase
) -> None:
    store.put([record("old", at=AT - DAY, conditions=Conditions())])
    store.put([record("new")])
    assert counts(decision_database) == (2, 4)
    assert store.prune(AT - timedelta(hours=1), 100, 10) == 1
    assert counts(decision_database) == (1, 3)
    assert store.get("old") is None
    assert store.get("new") == record("new")


def test_no_more_are_kept_than_there_may_be_and_not_all_go_at_once(
    store: SqlDecisions, decision_database: SqlDatabase
) -> None:
    store.put([record(f"d{number}") for number in range(10)])
    assert store.prune(AT - DAY, 3, 4) == 4
    assert store.prune(AT - DAY, 3, 4) == 3
    assert store.prune(AT - DAY, 3, 4) == 0
    assert counts(decision_database) == (3, 3)
    assert [store.get(f"d{number}") is not None for number in (6, 7)] == [False, True]


def test_services_that_keep_and_forget_at_once_lose_no_piece_that_is_shared(
    decision_database: SqlDatabase,
) -> None:
    stores = [SqlDecisions(decision_database) for _ in range(3)]
    failures: list[Exception] = []

    def work(name: int) -> None:
        for number in range(12):
            try:
                at = AT + timedelta(seconds=number)
                stores[name].put([record(f"{name}-{number:02d}", at=at)])
                stores[name].prune(AT - DAY, 2, 4)
            except StorageUnavailable as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert counts(decision_database) == (2, 3)
    left = [f"{name}-{number:02d}" for name in range(3) for number in range(12)]
    assert sum(stores[0].get(each) is not None for each in left) == 2


def test_the_same_district_has_the_same_name_in_every_process() -> None:
    code = (
        "from tests.contract.test_stored_decisions import RECORDS, Encoder;"
        "print(*(p[-1].digest for p in Encoder().encode(RECORDS[-1]).shared))"
    )
    root = Path(__file__).resolve().parents[2]
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{root / 'src'}:{root}"},
            capture_output=True,
            check=True,
            text=True,
            cwd=root,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


@pytest.mark.parametrize("damage", ["version", "cut", "piece", "json"])
def test_a_record_that_cannot_be_read_is_named(damage: str) -> None:
    row, contents = as_it_is_read(Encoder().encode(record()))
    if damage == "version":
        row = with_own(row, version=3)
    elif damage == "json":
        row = with_own(row, asked={"top": "many"})
    elif damage == "cut":
        row = row._replace(own=row.own[:-4])
    else:
        del contents[row.conditions]
    with pytest.raises(InvalidState, match="d1"):
        decode(row, contents)


def as_it_is_read(packed: PackedRecord) -> tuple[Row, dict[str, bytes]]:
    digests = (pieces[-1].digest for pieces in packed.shared)
    row = Row(packed.decision_id, packed.at, packed.own, packed.reply, *digests)
    return row, {piece.digest: piece.content for pieces in packed.shared for piece in pieces}


def with_own(row: Row, **members: object) -> Row:
    own = {**orjson.loads(zlib.decompress(row.own)), **members}
    return row._replace(own=zlib.compress(orjson.dumps(own)))
