"""Swapping in another road graph while calls go on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from dispatch_router.application.graph_fit import FarFromRoads
from dispatch_router.application.ports import FleetT, Roads
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain.errors import ReloadInProgress
from dispatch_router.domain.travel import GraphSummary


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a reload came to.

    Attributes:
        graph: the graph in use from now on.
        previous_version: of the one before; the same where the files had not changed.
        far_from_roads: what of the district no road of the new graph is near; empty where the
            files had not changed.
    """

    graph: GraphSummary
    previous_version: str
    far_from_roads: tuple[FarFromRoads, ...] = ()


class ReloadRoads(Generic[FleetT]):
    """Opens the district's road graph again; one at a time."""

    def __init__(
        self,
        in_use: RoadsInUse[FleetT],
        open_roads: Callable[[], Roads[FleetT]],
        check: Callable[[Roads[FleetT]], tuple[FarFromRoads, ...]],
    ) -> None:
        """Take the roads to replace.

        Args:
            in_use: whose roads are replaced.
            open_roads: opens the graph as it is on disk now and makes it ready to search.
            check: refuses another graph than the one in use that is not of the district, with
                ``InvalidGraph``, and names what no road of it is near.
        """
        self._in_use = in_use
        self._open_roads = open_roads
        self._check = check
        self._busy = threading.Lock()

    def __call__(self) -> Reloaded:
        """Replace the roads; whatever goes wrong, the old ones go on answering.

        Raises:
            InvalidGraph: what is on disk cannot be used, or is not of this district.
            ReloadInProgress: another reload is under way.
        """
        if not self._busy.acquire(blocking=False):
            raise ReloadInProgress(
                "Another reload is under way. Ask GET /v1/graph for its outcome in a few seconds.",
                "路网正在重新加载。请数秒后通过GET /v1/graph查看结果。",
            )
        try:
            previous_version = self._in_use.summary().version
            roads = self._open_roads()
            far_from_roads: tuple[FarFromRoads, ...] = ()
            if roads.summary().version != previous_version:
                far_from_roads = self._check(roads)
                self._in_use.replace(roads)
            return Reloaded(self._in_use.summary(), previous_version, far_from_roads)
        finally:
            self._busy.release()
