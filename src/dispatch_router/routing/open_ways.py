"""The ways that units would have if nothing were closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dispatch_router.domain.policy import LocatePolicy
from dispatch_router.domain.travel import DriveLeg
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.question import GroupAnswer, Question


def open_ways(
    answers: Iterable[GroupAnswer], question: Question, locate: LocatePolicy
) -> dict[int, DriveLeg]:
    """Search for every unit that was asked for once more, without closures.

    Returns:
        The way of each that has one then, by its index in the fleet.
    """
    return {
        leg.unit_index: leg for answer in answers for leg in _open_ways(answer, question, locate)
    }


def _open_ways(answer: GroupAnswer, question: Question, locate: LocatePolicy) -> Iterator[DriveLeg]:
    profile, offset_ms = answer.seen.profile, answer.offset_ms
    call = question.snapped.of(answer.group.mode)
    accesses = call_accesses(profile.open_metric, call, locate)
    search = profile.bounded.under(profile.open_metric)
    found = search.nearest(answer.seen.view, accesses, offset_ms, len(offset_ms), 0)
    for number, member in enumerate(found.unit.tolist()):
        walk_ms = int(accesses.walk_ms[found.access[number]])
        drive_ms = int(found.total_ms[number]) - int(offset_ms[member]) - walk_ms
        distance_m = int(found.distance_mm[number]) / 1000.0
        unit = int(answer.group.units[member])
        yield DriveLeg(unit, drive_ms, walk_ms, distance_m, profile.basis)
