"""Arrays change, and whoever reads an older state of them goes on to read just that."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dispatch_router.routing.graph import Int32
from dispatch_router.routing.versions import STATES_AT_MOST, Version


def places(*numbers: int) -> Int32:
    return np.array(numbers, dtype=np.int32)


def changed(version: Version[Int32], place: int, value: int) -> Version[Int32]:
    draft = version.draft()
    draft[place] = value
    return version.next(draft, places(place))


def memory_of(version: Version[Int32]) -> int:
    return int(version.array.ctypes.data)


def a_version(length: int = 100) -> Version[Int32]:
    return Version(np.arange(length, dtype=np.int32))


def test_the_state_before_stays_as_it_is() -> None:
    first = a_version()
    second = changed(first, 3, 7)
    third = changed(second, 4, 8)
    assert first.array[:6].tolist() == [0, 1, 2, 3, 4, 5]
    assert second.array[:6].tolist() == [0, 1, 2, 7, 4, 5]
    assert third.array[:6].tolist() == [0, 1, 2, 7, 8, 5]


def test_nobody_can_write_to_a_state() -> None:
    for version in (a_version(), changed(a_version(), 3, 7)):
        with pytest.raises(ValueError, match="read-only"):
            version.array[0] = 1


def test_memory_that_nobody_reads_any_more_is_used_again() -> None:
    second = changed(a_version(), 3, 7)
    third = changed(second, 4, 8)
    memory = memory_of(second)
    del second
    fourth = changed(third, 5, 9)
    assert memory_of(fourth) == memory
    assert fourth.array[:7].tolist() == [0, 1, 2, 7, 8, 9, 6]


def test_memory_of_which_a_part_is_still_read_is_not_used_again() -> None:
    second = changed(a_version(), 3, 7)
    third = changed(second, 3, 8)
    part = second.array[2:5][1:]
    memory = memory_of(second)
    del second
    fourth = changed(third, 3, 9)
    assert memory_of(fourth) != memory
    assert part.tolist() == [7, 4]


def test_a_state_that_was_made_and_thrown_away_leaves_nothing_behind() -> None:
    second = changed(a_version(), 3, 7)
    thrown_away = changed(second, 4, 8)
    del thrown_away
    third = changed(second, 5, 9)
    assert third.array[:7].tolist() == [0, 1, 2, 7, 4, 9, 6]


def test_memory_of_long_ago_is_given_up() -> None:
    second = changed(a_version(), 3, 7)
    memory, newest = memory_of(second), second
    kept = [newest]
    for number in range(STATES_AT_MOST + 1):
        newest = changed(newest, 4, number)
        kept.append(newest)
    kept.remove(second)
    del second
    newest = changed(newest, 5, 9)
    assert memory_of(newest) != memory
    assert newest.array[:6].tolist() == [0, 1, 2, 7, STATES_AT_MOST, 9]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_changes_and_whoever_goes_on_reading(seed: int) -> None:
    rng = random.Random(seed)
    version = a_version(64)
    readers: list[tuple[Version[Int32], list[int]]] = [(version, version.array.tolist())]
    for _ in range(300):
        version, expected = rng.choice(readers)
        wanted = list(expected)
        draft = version.draft()
        assert draft.tolist() == expected
        written = [rng.randrange(64) for _ in range(rng.choice([0, 1, 3, 20]))]
        for place in written:
            draft[place] = wanted[place] = rng.randrange(1000)
        readers.append((version.next(draft, places(*written)), wanted))
        del draft, version
        while len(readers) > 3 or (len(readers) > 1 and rng.random() < 0.5):
            readers.pop(rng.randrange(len(readers)))
        assert all(reader.array.tolist() == contents for reader, contents in readers)
