"""Whether a recorded history of reservations could have come from one desk that does one thing
after the other.

Each operation seems to take effect at one instant between its start and its end. Herlihy and Wing
(TOPLAS 1990) call a history *linearizable* where such instants exist, and show that it is enough
to look at each object, here each unit, by itself. The search for an order is that of Wing and Gong
(Testing and Verifying Concurrent Objects, JPDC 1993), which keeps what it has visited, as Lowe
does (Testing for Linearizability, CCPE 2017).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

MAX_VISITED: Final = 1_000_000
"""Configurations of one unit that are looked at: a history that needs more is not decided."""
NEVER: Final = float("inf")
FREE: Final = None


class Undecided(AssertionError):
    """The search was given up."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What one client asked of one unit, and what it was told.

    Attributes:
        start_ns: before it was asked.
        end_ns: after it was answered; ``NEVER`` where no answer came, and then it may have taken
            effect at any time after its start, or not at all.
        op: reserve the unit, or release it: cancel, clear or decline its assignment.
        assignment: that was made or released; of a reservation that was refused, the one that is
            said to hold the unit. None where nobody said.
        answer: ``taken`` and ``over`` are refusals: the unit is held; the assignment was over.
    """

    start_ns: float
    end_ns: float
    client: str
    op: Literal["reserve", "release"]
    unit: str
    assignment: str | None
    answer: Literal["ok", "taken", "over"] | None

    @classmethod
    def from_json(cls, line: str) -> Operation:
        """Read one line of a history; ``end_ns`` and ``answer`` are null where no answer came."""
        written: dict[str, Any] = json.loads(line)
        # What else a client has noted is for other checks.
        members = {name: written[name] for name in cls.__slots__}
        if members["end_ns"] is None:
            members["end_ns"] = NEVER
        return cls(**members)

    def applied(self, index: int, holder: str | None) -> Iterator[str | None]:
        """Give what can hold the unit afterwards; nothing where that answer could not be given.

        Args:
            index: names an assignment of which nobody has heard.
            holder: the assignment that holds the unit; ``FREE``.
        """
        match self.op, self.answer:
            case "reserve", "ok" | None:
                if holder is FREE:
                    yield self.assignment or f"of operation {index}"
            case "reserve", "taken":
                unheard_of = holder is not FREE and holder.startswith("of operation ")
                if holder is not FREE and (unheard_of or self.assignment in {None, holder}):
                    yield holder
            case "release", "ok" | None:
                if holder == self.assignment:
                    yield FREE
            case "release", "over":
                if holder != self.assignment:
                    yield holder
            case _:
                raise ValueError(f"not an answer to {self.op}: {self.answer}")


def read_history(lines: Iterable[str]) -> list[Operation]:
    """Read JSON lines: ``start_ns``, ``end_ns``, ``client``, ``op``, ``unit``, ``assignment``,
    ``answer``."""
    return [Operation.from_json(line) for line in lines if line.strip()]


def units_out_of_order(history: Iterable[Operation]) -> list[str]:
    """Return the units whose operations fit into no order; empty where the history is linearizable.

    Raises:
        Undecided: the search for one of them went too far.
    """
    by_unit: dict[str, list[Operation]] = defaultdict(list)
    for operation in history:
        by_unit[operation.unit].append(operation)
    return sorted(unit for unit, its in by_unit.items() if not is_linearizable(its))


def is_linearizable(operations: Sequence[Operation], max_visited: int = MAX_VISITED) -> bool:
    """Whether the operations on one unit, free at first, fit into an order.

    Raises:
        Undecided: more than ``max_visited`` configurations would have to be looked at.
    """
    ordered = sorted(operations, key=lambda operation: operation.start_ns)
    answered = sum(1 << i for i, operation in enumerate(ordered) if operation.end_ns != NEVER)
    # A configuration: which operations have taken effect, as bits, and who holds the unit then.
    begin: tuple[int, str | None] = (0, FREE)
    visited, waiting = {begin}, [begin]
    while waiting:
        done, holder = waiting.pop()
        if done & answered == answered:
            return True
        for index in _next(ordered, done):
            for after in ordered[index].applied(index, holder):
                configuration = (done | 1 << index, after)
                if configuration not in visited:
                    visited.add(configuration)
                    waiting.append(configuration)
        if len(visited) > max_visited:
            raise Undecided(f"{ordered[0].unit}: more than {max_visited} configurations")
    return False


def _next(ordered: Sequence[Operation], done: int) -> Iterator[int]:
    """Give what may take effect next: all that began before the first of the rest had ended."""
    earliest_end = min(
        (operation.end_ns for i, operation in enumerate(ordered) if not done >> i & 1),
        default=NEVER,
    )
    for index, operation in enumerate(ordered):
        if operation.start_ns > earliest_end:
            return
        if not done >> index & 1:
            yield index
