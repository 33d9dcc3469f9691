"""What it costs each contender to know of one closed road."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.engines.contenders import REFERENCE
from benchmarks.engines.question import ClosedRoad, Contender, Question

UNITS, CALLS, K = 100, 3, 5


def close_roads(
    question: Question, contenders: Mapping[str, Contender], roads: int, limit_s: float
) -> tuple[dict[str, list[float]], dict[str, str], list[str]]:
    """Close roads one at a time, ask, and open them again.

    Args:
        question: the graph.
        contenders: all that were made for it, the reference among them.
        roads: how many to close at the most.
        limit_s: a contender that took longer than this in all is not given another road.

    Returns:
        Seconds of every closure by contender, until the next question knows of it; why there are
        none; and what exact contenders then answered wrongly.
    """
    rng = np.random.default_rng(6)
    units, calls = question.nodes(rng, UNITS), question.nodes(rng, CALLS)
    for contender in contenders.values():
        contender.place(units)
        contender.expect(calls)
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    skipped = {name: one.never_closes for name, one in contenders.items() if one.never_closes}
    wrong: list[str] = []
    # Who stands on a closed road leaves it with us, and not with others: a road without units.
    taken = {*units, *calls}
    drawn = question.roads(rng, 4 * roads)
    outside = [road for road in drawn if not taken & {road.tail, road.head}]
    for road in outside[:roads]:
        left = {
            name: contender
            for name, contender in contenders.items()
            if name not in skipped and (name == REFERENCE or sum(seconds[name]) < limit_s)
        }
        wrong += _close_one(road, left, calls, seconds)
    return {name: found for name, found in seconds.items() if found}, skipped, wrong


def _close_one(
    road: ClosedRoad,
    contenders: Mapping[str, Contender],
    calls: Sequence[int],
    seconds: dict[str, list[float]],
) -> list[str]:
    answers = {}
    for name, contender in contenders.items():
        begun = time.perf_counter()
        contender.close(road)
        seconds[name].append(time.perf_counter() - begun)
        answers[name] = [contender.nearest(call, K) for call in calls]
        contender.reopen()
    truth = answers[REFERENCE]
    return [
        f"{name} after {road}: {answer} != {truth}"
        for name, answer in answers.items()
        if contenders[name].exact and answer != truth
    ]
