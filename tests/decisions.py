"""Keeping decisions and making them again, for tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch_router.application.decision_log import DecisionLog, KeptRecords
from dispatch_router.application.replay import Replay
from dispatch_router.application.retention import Retention
from dispatch_router.bootstrap_decisions import records
from dispatch_router.domain.conditions import Conditions
from dispatch_router.domain.decision_record import Asked, DecisionRecord
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import Policy
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.web.recommendation_json import RecommendationWriter
from tests.fake_roads import StraightRoads

PROGRAM = "1.2.3"


class MemoryDecisions:
    """A store that forgets everything with the process.

    Attributes:
        broken: refuse everything, as a full disk does.
    """

    def __init__(self) -> None:
        self.broken = False
        self.records: dict[str, DecisionRecord] = {}

    def put(self, records: Sequence[DecisionRecord]) -> None:
        self._check()
        for record in records:
            self.records.setdefault(record.decision_id, record)

    def get(self, decision_id: str) -> DecisionRecord | None:
        self._check()
        return self.records.get(decision_id)

    def prune(self, before: datetime, most: int, at_once: int) -> int:
        self._check()
        beyond = len(self.records) - most
        old = [
            record.decision_id
            for number, record in enumerate(self.records.values())
            if number < beyond or record.at < before
        ][:at_once]
        for decision_id in old:
            del self.records[decision_id]
        return len(old)

    def _check(self) -> None:
        if self.broken:
            raise StorageUnavailable("The disk is full.", "磁盘已满。")


@dataclasses.dataclass
class StraightGraphs:
    """The one graph of straight roads."""

    roads: StraightRoads

    def versions(self) -> list[str]:
        return [self.roads.summary().version]

    def open(self, version: str, policy: Policy) -> StraightRoads:
        return dataclasses.replace(self.roads, conditions=Conditions())


def memory_log(
    store: MemoryDecisions | None = None, at_the_desk: KeptRecords | None = None
) -> DecisionLog:
    kept = Retention(timedelta(days=30), 1_000)
    at_the_desk = at_the_desk or MemoryDecisions()
    return DecisionLog(store or MemoryDecisions(), records(PROGRAM), kept, at_the_desk)


def straight_replay(roads: StraightRoads) -> Replay[tuple[LonLat, ...]]:
    return Replay(StraightGraphs(roads), written, PROGRAM)


def written(made: Recommendation, asked: Asked) -> bytes:
    writer = RecommendationWriter()
    return writer.write(made, asked.crs, list_others=asked.list_others)
