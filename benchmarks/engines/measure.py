"""Let the contenders take turns, and see whether they say the same."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.engines.question import Contender, Skipped

CALLS_PER_ROUND = 25
WARM_UP_BELOW_S = 0.02
"""A turn of a contender that is slower than this does not begin with questions for its caches."""
WARM_UP_QUESTIONS = 3
NEAR_SHARE = 0.01
PROBES = 3
POINTS_OF_A_LINE = 2


@dataclass(frozen=True)
class Limits:
    """What a contender may cost.

    Attributes:
        turn_s: all its questions of one cell, about.
        question_s: one question; a slower contender is not asked.
        least: questions all the same.
    """

    turn_s: float
    question_s: float
    least: int = 3


@dataclass
class Cell:
    """One contender on one graph with one number of units and one k.

    Attributes:
        times_us: of each question.
        answers: the totals, by the number of the call.
    """

    times_us: list[float] = field(default_factory=list)
    answers: dict[int, list[int]] = field(default_factory=dict)


def probe_s(contender: Contender, calls: Sequence[int], k: int, most_s: float) -> float:
    """Ask a few times, and see how long it takes; the first may have to read files.

    Args:
        contender: its units stand already.
        calls: ask for these.
        k: as in the measurement.
        most_s: what one question may take; the probing ends at some of them.
    """
    seconds: list[float] = []
    for call in calls[:PROBES]:
        begun = time.perf_counter()
        contender.nearest(call, k)
        seconds.append(time.perf_counter() - begun)
        if sum(seconds) > PROBES * most_s:
            break
    return min(seconds)


def expected_s(known_s: Mapping[int, float], units: int) -> float:
    """Seconds that a question is expected to take, judging by other numbers of units.

    As a power of the number of units: that of the two nearest numbers, and 0, a cost that does not
    depend on it, where only one is known.

    Args:
        known_s: by number of units.
        units: ask for so many.
    """
    if not known_s:
        return 0.0
    nearest = sorted(known_s, key=lambda one: abs(math.log(one / units)))[:2]
    power = 0.0
    if len(nearest) == POINTS_OF_A_LINE:
        near, far = nearest
        power = math.log(known_s[near] / known_s[far]) / math.log(near / far)
    return known_s[nearest[0]] * (units / nearest[0]) ** max(power, 0.0)


def refuse_slower_than(most_s: float, seconds: float) -> None:
    """Refuse a contender that takes too long, or is expected to.

    Raises:
        Skipped: it does.
    """
    if seconds > most_s:
        raise Skipped(f"about {seconds:.1f} s a question, {most_s:g} s at the most")


def take_turns(
    contenders: Mapping[str, Contender],
    calls: Sequence[int],
    k: int,
    question_s: Mapping[str, float],
    limits: Limits,
) -> dict[str, Cell]:
    """Ask all contenders in rounds of calls; slow ones are asked some of them.

    A round of calls each: ratios hold whatever the machine does meanwhile, and each contender finds
    its own data in the caches, as it would in a service. Every round has an order of its own: who
    follows a contender that has filled the caches with its data is not always the same.
    """
    rng = np.random.default_rng(25)
    cells = {name: Cell() for name in contenders}
    steps = {name: _step(len(calls), limits, question_s[name]) for name in contenders}
    for first in range(0, len(calls), CALLS_PER_ROUND):
        for name in rng.permutation(list(contenders)).tolist():
            contender = contenders[name]
            last = min(first + CALLS_PER_ROUND, len(calls))
            numbers = [number for number in range(first, last) if number % steps[name] == 0]
            if numbers and question_s[name] < WARM_UP_BELOW_S:
                for number in numbers[-WARM_UP_QUESTIONS:]:
                    contender.nearest(calls[number], k)
            for number in numbers:
                begun = time.perf_counter()
                answer = contender.nearest(calls[number], k)
                cells[name].times_us.append((time.perf_counter() - begun) * 1e6)
                cells[name].answers[number] = answer
    return cells


def _step(calls: int, limits: Limits, question_s: float) -> int:
    affordable = max(limits.least, int(limits.turn_s / max(question_s, 1e-9)))
    return max(1, -(-calls // min(affordable, calls)))


@dataclass(frozen=True)
class Agreement:
    """How the answers of one contender compare with those of the reference.

    Attributes:
        compared: how many totals.
        same: the share that is the same to the millisecond.
        near: the share within ``NEAR_SHARE``.
        median_ratio: of its total to the reference's.
    """

    compared: int
    same: float
    near: float
    median_ratio: float


def agreement(cell: Cell, reference: Cell) -> Agreement:
    """Compare, call by call and rank by rank, what both were asked."""
    pairs = [
        pair
        for number, answer in cell.answers.items()
        if number in reference.answers
        for pair in _paired(answer, reference.answers[number])
    ]
    if not pairs:
        return Agreement(0, float("nan"), float("nan"), float("nan"))
    ours, theirs = np.array(pairs, dtype=np.float64).T
    # A unit that stands at the call's own node takes no time: no ratio to speak of.
    ratio = np.where(ours == theirs, 1.0, ours / np.maximum(theirs, 1.0))
    return Agreement(
        compared=len(pairs),
        same=float((ours == theirs).mean()),
        near=float((np.abs(ratio - 1) <= NEAR_SHARE).mean()),
        median_ratio=float(np.median(ratio)),
    )


def _paired(one: Sequence[int], other: Sequence[int]) -> list[tuple[float, float]]:
    longest = max(len(one), len(other))
    padded = ([*answer, *[np.inf] * (longest - len(answer))] for answer in (one, other))
    return list(zip(*padded, strict=True))
