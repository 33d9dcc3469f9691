"""Forbidden sequences of directed edges, remembered while driving.

The rules are words over directed edges. An automaton that reads a drive and remembers the longest
suffix of it that may still become a forbidden word (Aho & Corasick 1975) has exactly the memory
that the rules need: one extra state per proper prefix. Every node that no prefix ends at keeps its
single state, so the searched graph hardly grows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

START = 0


@dataclass(slots=True)
class _Prefix:
    """One prefix of some forbidden sequence."""

    last_edge: int
    longer: dict[int, int] = field(default_factory=dict)
    fallback: int = START
    forbidden: bool = False
    whole: bool = False
    """This prefix is itself one of the forbidden sequences, not only ends with one."""


class TurnRules:
    """Remembers what of a drive matters for the turns ahead.

    Memory 0 is "nothing"; the others are prefixes of forbidden sequences.
    """

    def __init__(self, sequences: Iterable[tuple[int, ...]]) -> None:
        """Read forbidden sequences of directed edges, each of two edges or more."""
        self._prefixes = [_Prefix(last_edge=-1)]
        for sequence in sorted(set(sequences)):
            self._add(sequence)
        self._link_fallbacks()

    @property
    def count(self) -> int:
        """How many memories there are, "nothing" included."""
        return len(self._prefixes)

    def last_edge(self, memory: int) -> int:
        """Return the directed edge driven last in this memory; -1 for "nothing"."""
        return self._prefixes[memory].last_edge

    def is_forbidden(self, memory: int) -> bool:
        """Tell whether this memory ends with a whole forbidden sequence."""
        return self._prefixes[memory].forbidden

    def is_kept(self, memory: int) -> bool:
        """Tell whether a drive can go on with this memory; see ``remembered``."""
        return not self._prefixes[memory].whole

    def remembered(self, memory: int) -> int:
        """Return what is still remembered once a drive has come to this memory.

        The memory itself, or where it is a whole forbidden sequence, driven all the same by an
        emergency drive, the longest suffix that is none.
        """
        while self._prefixes[memory].whole:
            memory = self._prefixes[memory].fallback
        return memory

    def after(self, memory: int, directed_edge: int) -> int:
        """Return the memory after driving ``directed_edge`` next."""
        while True:
            prefix = self._prefixes[memory]
            longer = prefix.longer.get(directed_edge)
            if longer is not None:
                return longer
            if memory == START:
                return START
            memory = prefix.fallback

    def _add(self, sequence: tuple[int, ...]) -> None:
        memory = START
        for directed_edge in sequence:
            longer = self._prefixes[memory].longer
            if directed_edge not in longer:
                longer[directed_edge] = len(self._prefixes)
                self._prefixes.append(_Prefix(last_edge=directed_edge))
            memory = longer[directed_edge]
        self._prefixes[memory].forbidden = self._prefixes[memory].whole = True

    def _link_fallbacks(self) -> None:
        # Breadth first: a fallback is shorter than its prefix, so it is ready when it is needed.
        waiting = deque(self._prefixes[START].longer.values())
        while waiting:
            memory = waiting.popleft()
            prefix = self._prefixes[memory]
            prefix.forbidden |= self._prefixes[prefix.fallback].forbidden
            for directed_edge, longer in prefix.longer.items():
                self._prefixes[longer].fallback = self.after(prefix.fallback, directed_edge)
                waiting.append(longer)
