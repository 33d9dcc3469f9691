"""Finding out who asks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch_router.application.access import Credentials, Openness
from dispatch_router.domain.access import (
    ANYBODY,
    Caller,
    Forbidden,
    Scope,
    Unauthenticated,
    require,
)
from tests.access import NOW, access_for, key_of

DESK, DESK_TEXT = key_of("desk-1", Scope.DISPATCHER)


def test_the_holder_of_a_key_is_known() -> None:
    assert access_for(DESK).caller_of(DESK_TEXT) is DESK.caller


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "dk.",
        "dk.desk-1.",
        "dk.desk-1",
        "dk..",
        "dk.nobody.x",
        DESK_TEXT[:-1],
        DESK_TEXT + "x",
        "desk-1",
        DESK_TEXT.upper(),
        f" {DESK_TEXT}",
        "ey.a.b",
        "ÿ" * 300,
    ],
)
def test_what_is_not_quite_a_key_does_not_hold(shown: str) -> None:
    with pytest.raises(Unauthenticated) as error:
        access_for(DESK).caller_of(shown)
    assert error.value.refused


def test_nothing_shown_is_told_apart_from_something_wrong() -> None:
    with pytest.raises(Unauthenticated) as error:
        access_for(DESK).caller_of(None)
    assert not error.value.refused


def test_a_key_holds_until_the_instant_at_which_it_expires() -> None:
    over, over_text = key_of("over", Scope.OPS, expires_at=NOW)
    still, still_text = key_of("still", Scope.OPS, expires_at=NOW + timedelta(seconds=1))
    access = access_for(over, still)
    assert access.caller_of(still_text) is still.caller
    with pytest.raises(Unauthenticated):
        access.caller_of(over_text)


def test_a_revoked_key_does_not_hold_from_the_next_request_on() -> None:
    access = access_for(DESK)
    access.replace(Credentials())
    with pytest.raises(Unauthenticated):
        access.caller_of(DESK_TEXT)


def test_open_access_asks_nobody_though_there_are_keys() -> None:
    access = access_for(DESK, openness=Openness.EVERYBODY)
    assert access.is_open()
    assert access.caller_of(None) is ANYBODY


def test_the_first_key_closes_the_door_and_losing_it_does_not_open_it_again() -> None:
    access = access_for(openness=Openness.UNTIL_THERE_ARE_KEYS)
    assert access.is_open()
    access.replace(Credentials.of([DESK]))
    assert not access.is_open()
    access.replace(Credentials())
    assert not access.is_open()


def test_any_one_of_the_scopes_is_enough() -> None:
    caller = Caller("x", frozenset({Scope.OPS, Scope.READ_ONLY}))
    require(caller, {Scope.DISPATCHER, Scope.OPS}, "xipeng")
    with pytest.raises(Forbidden, match="call_taker, dispatcher") as error:
        require(caller, {Scope.DISPATCHER, Scope.CALL_TAKER}, "xipeng")
    assert error.value.needed == (Scope.CALL_TAKER, Scope.DISPATCHER)


def test_a_caller_of_one_district_may_not_ask_another() -> None:
    caller = Caller("x", frozenset({Scope.OPS}), "shiqiaopu")
    require(caller, {Scope.OPS}, "shiqiaopu")
    with pytest.raises(Forbidden, match="belongs to the district shiqiaopu"):
        require(caller, {Scope.OPS}, "xipeng")
