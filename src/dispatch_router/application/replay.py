"""Making a decision again from its record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol

from dispatch_router.application.crews import Crews
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.application.ports import FleetT, Roads
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.application.unit_ports import KeepsNothing, KeptPositions, KeptStatus
from dispatch_router.domain.calls import FILED_WITHIN_M
from dispatch_router.domain.decision_record import Asked, DecisionRecord, Missing, Replayed
from dispatch_router.domain.policy import Policy
from dispatch_router.domain.recommendation import Recommendation


class KeptGraphs(Protocol, Generic[FleetT]):
    """The road graphs that are at hand, old ones among them."""

    def versions(self) -> Sequence[str]:
        """Return their versions, that of the graph in use first."""
        ...

    def open(self, version: str, policy: Policy) -> Roads[FleetT]:
        """Open one of them under a policy, apart from what the service answers from.

        Raises:
            InvalidGraph: it cannot be used after all.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Then:
    """The clock and the id of the decision."""

    record: DecisionRecord

    def now(self) -> datetime:
        return self.record.at

    def next_id(self) -> str:
        return self.record.decision_id


class _KnownThen(KeepsNothing):
    """What was known of the units, where stores would say it."""

    def __init__(self, record: DecisionRecord) -> None:
        self._record = record

    def positions_after(self, version: int) -> KeptPositions:
        units = zip(self._record.district.units, self._record.units.fixes, strict=False)
        return KeptPositions(version, {unit.id: fix for unit, fix in units if fix is not None})

    def statuses_after(self, version: int) -> Mapping[str, KeptStatus]:
        units = zip(self._record.district.units, self._record.units.statuses, strict=False)
        return {unit.id: KeptStatus(stated, version) for unit, stated in units}


class Replay(Generic[FleetT]):
    """Makes decisions again, beside the service and without touching what it answers from."""

    def __init__(
        self,
        graphs: KeptGraphs[FleetT],
        write: Callable[[Recommendation, Asked], bytes],
        program: str,
    ) -> None:
        """Take what a recommendation is made with.

        Args:
            graphs: those that are at hand.
            write: writes an answer as it is sent.
            program: version of this program.
        """
        self._graphs = graphs
        self._write = write
        self._program = program

    def __call__(self, record: DecisionRecord) -> Replayed:
        """Make one decision again, or say which ingredient is gone.

        Raises:
            InvalidGraph: a road graph that is at hand cannot be used.
        """
        present = self._graphs.versions()
        if record.graph_version not in present:
            return Replayed(None, False, (_no_graph(record, present),))
        roads = self._graphs.open(record.graph_version, record.district.policy)
        return self._again(record, roads)

    def _again(self, record: DecisionRecord, roads: Roads[FleetT]) -> Replayed:
        then = _Then(record)
        roads.adopt(record.conditions)
        in_use = RoadsInUse(roads, Crews(record.district))
        asked, known = record.asked, _KnownThen(record)
        units = LiveUnits(
            record.district,
            known,
            known,
            then,
            in_use.move,
            forgets_lost=False,
            from_memory=lambda: record.units.from_memory,
        )
        made = Recommender(
            record.district, in_use, then, then, units=units, busy=lambda: record.units.busy
        ).recommend(
            asked.question,
            top=asked.top,
            with_routes=asked.with_routes,
            # Whatever was answered once is: the desk takes calls from outside the map.
            beyond_m=FILED_WITHIN_M,
        )
        reply = self._write(made, asked)
        identical = hashlib.sha256(reply).hexdigest() == record.reply_sha256
        same_program = record.program == self._program
        gone = () if identical or same_program else (_other_program(record, self._program),)
        return Replayed(reply, identical, gone)


def _no_graph(record: DecisionRecord, present: Sequence[str]) -> Missing:
    return Missing(
        "graph",
        record.graph_version,
        ", ".join(present),
        "The road graph that this was decided on is not at hand. Put its folder beside the "
        "district's graph, in graphs/, and ask again.",
        "作出该决策时的路网已不在本机。请将其文件夹放入辖区的graphs目录后重试。",
    )


def _other_program(record: DecisionRecord, present: str) -> Missing:
    return Missing(
        "program",
        record.program,
        present,
        f"Version {record.program} of the service decided this, and version {present} decides or "
        "words it otherwise.",
        f"该决策由{record.program}版服务作出，当前为{present}版，结果或措辞有所不同。",
    )
