"""The district's road graph: opened, held against the district, and warmed up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dispatch_router.application.district.in_use import DistrictInUse
from dispatch_router.application.district.now import DistrictNow
from dispatch_router.application.graph_fit import MOST_OFF_AT_RELOAD, FarFromRoads, check_fit
from dispatch_router.application.ports import Roads
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.errors import InvalidGraph, OutsideDistrict
from dispatch_router.domain.policy import Policy
from dispatch_router.domain.response import Response
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.format import open_graph
from dispatch_router.routing.warm_up import warm_up as warm_up_searches
from dispatch_router.routing.warm_up import warm_up_calls

GRAPH_FOLDER: Final = "graph"


def open_engine(folder: Path, policy: Policy, *, with_hierarchy: bool) -> RoadEngine:
    """Open a district's road graph and make it ready to search.

    Raises:
        InvalidGraph: the road graph is missing or cannot be used.
    """
    graph_folder = folder / GRAPH_FOLDER
    if not graph_folder.is_dir():
        raise InvalidGraph(
            f"{graph_folder}: there is no road graph. Make it with 'dispatch-router graph build "
            f"SOURCE {graph_folder}'.",
            f"{graph_folder}：缺少路网。请用dispatch-router graph build SOURCE "
            f"{graph_folder}生成。",
        )
    return RoadEngine(
        open_graph(graph_folder),
        policy.snap,
        policy.locate,
        traffic=policy.traffic,
        emergency=policy.emergency,
        with_hierarchy=with_hierarchy,
    )


def warm_up(engine: RoadEngine, now: DistrictNow[Fleet], *, with_hierarchy: bool) -> None:
    """Search and recommend, so that everything is compiled before it is needed.

    Args:
        engine: of the district.
        now: the district.
        with_hierarchy: False for what the first call needs; True for all else.
    """
    if with_hierarchy:
        warm_up_searches(engine)
    else:
        warm_up_calls(engine)
    for post in now.district.posts:
        for response in Response:
            for with_routes in (False, True):
                question = CallQuestion(post.position, response=response)
                # A post far from every road: another will do.
                with contextlib.suppress(OutsideDistrict):
                    now.recommender.recommend(question, with_routes=with_routes)


def fits_in(in_use: DistrictInUse[Fleet]) -> Callable[[Roads[Fleet]], tuple[FarFromRoads, ...]]:
    """Return what holds another graph against the district in use; see ``check_fit``."""
    return lambda found: check_fit(in_use.current().district, found, MOST_OFF_AT_RELOAD)
