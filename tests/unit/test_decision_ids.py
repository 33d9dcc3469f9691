"""Ids of decisions are unique and sort as the decisions were made."""

from __future__ import annotations

import secrets
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from dispatch_router.application.decision_ids import TimeOrderedIds
from tests.small_district import StoppedClock

AT = datetime(2025, 6, 2, 4, 0, 0, 123_000, tzinfo=UTC)


def test_an_id_is_a_uuid_that_says_when_it_was_made() -> None:
    made = uuid.UUID(TimeOrderedIds(StoppedClock(AT), lambda _: 42).next_id())
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == round(AT.timestamp() * 1000)
    assert made.int & (1 << 62) - 1 == 42


def test_ids_of_the_same_millisecond_sort_as_they_were_made() -> None:
    ids = TimeOrderedIds(StoppedClock(AT), secrets.randbits)
    made = [ids.next_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_go_on_sorting_when_the_clock_is_set_back() -> None:
    clock = StoppedClock(AT)
    ids = TimeOrderedIds(clock, secrets.randbits)
    before = ids.next_id()
    clock.at = AT - timedelta(hours=1)
    assert ids.next_id() > before


def test_threads_never_share_an_id() -> None:
    ids = TimeOrderedIds(StoppedClock(AT), lambda _: 0)
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: ids.next_id(), range(5_000)))
    assert len(set(made)) == len(made)
