"""Whether a database answers, and who may try while it does not."""

from __future__ import annotations

import pytest

from dispatch_router.storage.postgres.contact import AWAY_AFTER_S, Contact


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def contact(seconds: Seconds) -> Contact:
    return Contact(seconds)


def test_a_server_that_says_nothing_for_long_counts_as_away_but_not_as_lost(
    contact: Contact, seconds: Seconds
) -> None:
    seconds.now += AWAY_AFTER_S
    assert not contact.is_away()
    seconds.now += 0.1
    assert contact.is_away()
    assert not contact.is_lost
    contact.heard()
    assert not contact.is_away()


def test_a_server_that_is_lost_is_away_until_it_answers(contact: Contact) -> None:
    contact.lose(OSError("refused"))
    assert contact.is_away()
    contact.heard()
    assert not contact.is_away()


def test_one_at_a_time_tries_a_lost_server_and_not_at_once_again(
    contact: Contact, seconds: Seconds
) -> None:
    contact.lose(OSError("refused"))
    assert not contact.try_alone()
    seconds.now += 1.0
    assert contact.try_alone()
    assert not contact.try_alone()
    contact.tried()
    assert contact.try_alone()


def test_a_loss_and_its_end_are_said_once(
    contact: Contact, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        contact.lose(OSError("refused"))
    contact.heard()
    contact.heard()
    assert [record.getMessage() for record in caplog.records] == [
        "the database is lost, trying again: refused",
        "the database answers again",
    ]
