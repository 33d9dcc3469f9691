"""Decision records and their replay: puts the parts together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from dispatch_router import __version__
from dispatch_router.application.decision_log import DecisionLog, Records
from dispatch_router.application.desk.advice import WritesAdvice, WrittenAdvice
from dispatch_router.application.ports import Roads
from dispatch_router.application.replay import Replay
from dispatch_router.application.retention import Retention
from dispatch_router.bootstrap_state import KeptState
from dispatch_router.config import StateSettings
from dispatch_router.domain.decision_record import Asked
from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.policy import Policy
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.format import open_graph
from dispatch_router.routing.graph import DistrictRoads
from dispatch_router.routing.manifest import MANIFEST_NAME, read_manifest
from dispatch_router.storage.decisions.encoding import Encoder
from dispatch_router.web.recommendation_json import RecommendationWriter

OLD_GRAPHS: Final = "graphs"
MAX_OLD_GRAPHS: Final = 100


class GraphsAtHand:
    """The road graph in use, and those in the district's folders ``graph`` and ``graphs/*``."""

    def __init__(self, in_use: Callable[[], Roads[Fleet]], district_folder: Path) -> None:
        self._in_use = in_use
        self._folder = district_folder

    def versions(self) -> list[str]:
        """Return their versions, that of the graph in use first."""
        on_disk = (version for version, _ in self._on_disk())
        return list(dict.fromkeys([self._in_use().summary().version, *on_disk]))

    def open(self, version: str, policy: Policy) -> RoadEngine:
        """Open one of them, apart from what the service answers from.

        Raises:
            InvalidGraph: it cannot be used after all.
        """
        # The bounded search alone: one answer is not worth building the other one.
        return RoadEngine(
            self._roads(version),
            policy.snap,
            policy.locate,
            traffic=policy.traffic,
            emergency=policy.emergency,
            with_hierarchy=False,
        )

    def _roads(self, version: str) -> DistrictRoads:
        in_use = self._in_use()
        summary = in_use.summary()
        if summary.version == version and isinstance(in_use, RoadEngine):
            # Also where the files were replaced meanwhile.
            networks = {network.mode: in_use.graph(network.mode) for network in summary.networks}
            return DistrictRoads(networks, summary)
        for found, folder in self._on_disk():
            if found == version:
                return open_graph(folder)
        raise InvalidGraph(
            f"The road graph {version} was taken away while it was about to be opened.",
            f"路网{version}在打开前已被移走。",
        )

    def _on_disk(self) -> Iterator[tuple[str, Path]]:
        old = sorted((self._folder / OLD_GRAPHS).glob("*"))[:MAX_OLD_GRAPHS]
        for folder in (self._folder / "graph", *old):
            try:
                yield read_manifest(folder / MANIFEST_NAME).summary.version, folder
            except InvalidGraph:
                continue


def decision_log(state: KeptState, settings: StateSettings) -> DecisionLog:
    """Return what takes note of recommendations."""
    kept = Retention(timedelta(days=settings.decisions_kept_days), settings.decisions_kept_most)
    return DecisionLog(state.decisions, records(), kept, state.desk_decisions)


def records(program: str = __version__) -> Records:
    """Return what makes the records of recommendations."""
    return Records(program)


def advice_writer(program: str = __version__) -> WritesAdvice:
    """Return what writes the recommendations of the desk, and packs what they were made from."""
    writer, encoder, making = RecommendationWriter(), Encoder(), records(program)

    def write(asked: Asked, made: Recommendation) -> WrittenAdvice:
        written = writer.write_both(made, asked.crs, list_others=asked.list_others)
        return WrittenAdvice(written.reply, encoder.encode(making.of(asked, made, written)))

    return write


def replay_of(in_use: Callable[[], Roads[Fleet]], district_folder: Path) -> Replay[Fleet]:
    """Return what makes decisions again on the graphs that are at hand."""
    return Replay(GraphsAtHand(in_use, district_folder), _written, __version__)


def _written(made: Recommendation, asked: Asked) -> bytes:
    writer = RecommendationWriter()
    return writer.write(made, asked.crs, list_others=asked.list_others)
