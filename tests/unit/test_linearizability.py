"""The checker of histories, on histories drawn by hand: a row is a client, time goes to the right.

``|take a|`` reserves the unit and is given the assignment a, ``|taken|`` is refused, ``|taken a|``
is told who holds it, ``|free a|`` releases, ``|over a|`` is told that a was over. What ends in
``>`` never got its answer.
"""

from __future__ import annotations

import json
import random
import re

import pytest

from tests.linearizability import (
    NEVER,
    Operation,
    Undecided,
    is_linearizable,
    read_history,
    units_out_of_order,
)

_DRAWN = re.compile(r"\|[- ]*(take|taken|free|over)(?: (\w))?[- ]*([|>])")
_MEANING = {
    "take": ("reserve", "ok"),
    "taken": ("reserve", "taken"),
    "free": ("release", "ok"),
    "over": ("release", "over"),
}


def drawn(picture: str) -> list[Operation]:
    history = []
    for client, row in enumerate(picture.splitlines()):
        for found in _DRAWN.finditer(row):
            word, assignment, end = found.groups()
            op, answer = _MEANING[word]
            history.append(
                Operation(
                    start_ns=found.start(),
                    end_ns=NEVER if end == ">" else found.end() - 1,
                    client=str(client),
                    op=op,  # type: ignore[arg-type]
                    unit="u",
                    assignment=assignment,
                    answer=None if end == ">" else answer,  # type: ignore[arg-type]
                )
            )
    return history


LINEARIZABLE = {
    "nothing happened": "",
    "one after the other": """
        |-take a-|
                    |-taken a-|
                                 |-free a-|
                                             |-take b-|
    """,
    "whoever wins may answer last": """
        |-----------take a-----------|
             |-taken-|
                        |-taken a-|
    """,
    "two reservations with a release that overlaps both": """
        |-take a-|      |------free a------|
                           |--take b--|
    """,
    "a release that takes effect before it is answered": """
        |-take a-|  |------------free a-----------|
                         |-take b-|
                                     |-taken b-|
    """,
    "a reservation without an answer had taken effect": """
        |-take -->
                       |-taken-|
    """,
    "a reservation without an answer had not taken effect yet": """
        |-take -->
                       |-take b-|  |-free b-|
                                                |-taken-|
    """,
    "a release without an answer took effect, as is seen": """
        |-take a-|  |-free a-->
                                     |-taken a-|   |-take b-|
    """,
    "what was released is over": """
        |-take a-|   |-free a-|   |-over a-|
    """,
}

NOT_LINEARIZABLE = {
    "one unit was given twice": """
        |-take a-|
                      |-take b-|
    """,
    "one unit was given twice, at the same time": """
        |-take a-|
          |-take b-|
    """,
    "refused before anybody had asked for it": """
        |-taken-|
                    |-take a-|
    """,
    "refused while it was free": """
        |-take a-|  |-free a-|
                                 |-taken-|
    """,
    "told of somebody who did not hold it any more": """
        |-take a-|  |-free a-|  |-take b-|
                                            |-taken a-|
    """,
    "given away before it was let go": """
        |-take a-|             |-free a-|
                    |-take b-|
    """,
    "released twice": """
        |-take a-|  |-free a-|  |-free a-|
    """,
    "over, and yet it holds the unit": """
        |-take a-|  |-over a-|
                                 |-taken a-|
    """,
    "seen free, then held by what had ended before": """
        |-take a-|  |-free a-->
                             |-take b-|  |-free b-|
                                                      |-taken a-|
    """,
}


@pytest.mark.parametrize("picture", LINEARIZABLE.values(), ids=LINEARIZABLE)
def test_a_history_that_fits_into_an_order_is_linearizable(picture: str) -> None:
    assert is_linearizable(drawn(picture))


@pytest.mark.parametrize("picture", NOT_LINEARIZABLE.values(), ids=NOT_LINEARIZABLE)
def test_a_history_that_fits_into_no_order_is_not(picture: str) -> None:
    assert not is_linearizable(drawn(picture))


def test_the_drawings_are_read_as_they_are_meant() -> None:
    counts = {
        name: len(drawn(picture)) for name, picture in (LINEARIZABLE | NOT_LINEARIZABLE).items()
    }
    assert [name for name, count in counts.items() if count == 0] == ["nothing happened"]
    (pending,) = drawn("|-take -->")
    assert (pending.end_ns, pending.answer, pending.assignment) == (NEVER, None, None)


def test_units_are_looked_at_one_by_one_and_named() -> None:
    lines = [
        {"unit": unit, "start_ns": start, "end_ns": start + 1, "assignment": f"{unit}{start}"}
        | {"client": "c", "op": "reserve", "answer": "ok"}
        for unit, start in (("u1", 0), ("u2", 0), ("u2", 5), ("u3", 9))
    ]
    history = read_history([json.dumps(line) for line in lines] + [""])
    assert units_out_of_order(history) == ["u2"]


def made_by_one_desk(chance: random.Random, count: int) -> list[Operation]:
    """What a real register answers, each operation stretched around its instant."""
    holder, history = None, []
    for number in range(count):
        at, client = 100 * number, str(number)
        start, end = at - chance.randrange(300), at + chance.randrange(1, 300)
        if holder is not None and chance.random() < 0.4:
            history.append(Operation(start, end, client, "release", "u", holder, "ok"))
            holder = None
        elif holder is not None:
            history.append(Operation(start, end, client, "reserve", "u", holder, "taken"))
        else:
            holder = f"a{number}"
            history.append(Operation(start, end, client, "reserve", "u", holder, "ok"))
    return history


def test_what_a_real_register_answers_is_linearizable_and_a_second_winner_is_noticed() -> None:
    chance = random.Random(4)
    for _ in range(20):
        history = made_by_one_desk(chance, 200)
        assert is_linearizable(history)
        refused = next(o for o in history if o.answer == "taken")
        forged = Operation(
            refused.start_ns, refused.end_ns, refused.client, "reserve", "u", "forged", "ok"
        )
        assert not is_linearizable([forged if o is refused else o for o in history])


def test_a_search_that_would_go_too_far_is_given_up() -> None:
    at_once = [Operation(0, 1, str(i), "reserve", "u", f"a{i}", None) for i in range(12)]
    impossible = Operation(0, 1, "x", "release", "u", "nobody", "ok")
    with pytest.raises(Undecided):
        is_linearizable([*at_once, impossible], max_visited=10)
