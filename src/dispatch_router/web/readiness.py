"""What the application serves, and whether it is loaded yet."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from dispatch_router.application.close_roads import CloseRoads
from dispatch_router.application.decision_log import DecisionLog
from dispatch_router.application.desk.desk import Desk
from dispatch_router.application.desk.onward import OnwardDesk
from dispatch_router.application.district.in_use import DistrictInUse
from dispatch_router.application.district.now import DistrictNow
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.application.reload_roads import Reloaded
from dispatch_router.application.retries import AnsweredOnce
from dispatch_router.domain.callers import NO_KEY, CallerHashing
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.decision_record import DecisionRecord, Replayed
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import NotReady
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.travel import GraphSummary
from dispatch_router.web.recommendation_json import RecommendationWriter

_log = logging.getLogger(__name__)


class Recommends(Protocol):
    """Ranks the units for a call."""

    def recommend(self, question: CallQuestion, *, top: int, with_routes: bool) -> Recommendation:
        """Answer one call.

        Raises:
            OutsideDistrict: no road is near.
            UnknownPlace: the gazetteer has no such place.
        """
        ...


@dataclass(frozen=True, slots=True)
class DispatchService:
    """A district, its roads and who ranks its units: all that the routes need.

    Attributes:
        in_use: owns the district, and is the way to change it.
        now: the district that this request is answered from, whatever changes meanwhile.
        graph: describes the road graph in use.
        decisions: takes note of every recommendation.
        replay: makes a decision again.
        onward: ranks the hospitals for an assignment.
        callers: makes what may be kept of who called.
        reload: swaps in the graph that is on disk now.
        answered_once: gives what changes nothing that is kept the same answer under the same key.
        works_from_memory: whether the database that services share is away.
        complete: adds what makes answers faster and no answer waits for; called once, in a thread.
        close: called once when the service stops.
    """

    in_use: DistrictInUse[Any]
    now: DistrictNow[Any]
    graph: Callable[[], GraphSummary]
    writer: RecommendationWriter
    closures: CloseRoads
    decisions: DecisionLog
    replay: Callable[[DecisionRecord], Replayed]
    desk: Desk
    reload: Callable[[], Reloaded]
    answered_once: AnsweredOnce
    callers: CallerHashing = NO_KEY
    works_from_memory: Callable[[], bool] = lambda: False
    complete: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None

    @property
    def district(self) -> District:
        """What the district is made of."""
        return self.now.district

    @property
    def units(self) -> LiveUnits:
        """Where its units are, and what they say."""
        return self.now.units

    @property
    def recommender(self) -> Recommends:
        """Who ranks them."""
        return self.now.recommender

    @property
    def onward(self) -> OnwardDesk:
        """Who ranks its hospitals."""
        return OnwardDesk(self.now.district, self.desk.store, self.now.hospitals)

    def at(self, now: DistrictNow[Any]) -> DispatchService:
        """Return the same service for another state of the district."""
        return self if now is self.now else replace(self, now=now)


class Readiness:
    """Loads the service beside the event loop, so that `/healthz` answers from the start."""

    def __init__(
        self,
        open_service: Callable[[], DispatchService],
        *,
        on_ready: Callable[[], None] = lambda: None,
        on_complete: Callable[[], None] = lambda: None,
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        """Take what loads the service.

        Args:
            open_service: opens graph and district and warms the search; runs once, in a thread.
            on_ready: called in that thread once the service is there.
            on_complete: called there once it is also complete, or failed to become so.
            on_failure: called there with what ``open_service`` raised; left out, it is logged.
        """
        self._open = open_service
        self._on_ready = on_ready
        self._on_complete = on_complete
        self._on_failure = on_failure or _log_failure
        self._service: DispatchService | None = None
        self._loading: threading.Thread | None = None

    def start(self) -> None:
        """Begin to load; a stop of the process does not wait for it."""
        self._loading = threading.Thread(target=self.load, name="load-service", daemon=True)
        self._loading.start()

    def is_loading(self) -> bool:
        """Whether something is still being loaded or compiled, ready or not."""
        return self._loading is not None and self._loading.is_alive()

    def service(self) -> DispatchService:
        """Return the loaded service with the district as it is now; ask once for each request.

        Raises:
            NotReady: it is still being loaded, or could not be.
        """
        if self._service is None:
            raise NotReady(
                "The road graph and the search are still being loaded. Ask again in a moment.",
                "路网和搜索程序仍在加载，请稍后再试。",
            )
        # One reference decides from which state of the district a request is answered.
        self._service = service = self._service.at(self._service.in_use.current())
        return service

    def stop(self) -> None:
        """Close the service, if it is there; one that is still being loaded ends with the process.

        Whatever was answered is on the disk already.
        """
        if self._service is not None:
            self._service.close()

    def load(self) -> None:
        """Load the service now, in this thread."""
        try:
            self._service = self._open()
        except Exception as error:  # noqa: BLE001  # whatever it is, the process must hear of it
            self._on_failure(error)
        else:
            self._on_ready()
            self._complete(self._service)
            self._on_complete()

    def _complete(self, service: DispatchService) -> None:
        try:
            service.complete()
        except Exception:  # noqa: BLE001  # logged; the service goes on as it is
            # Answers are right without it, only slower.
            _log.exception("the service could not be completed")


def _log_failure(error: Exception) -> None:
    _log.error("the service could not be loaded", exc_info=error)
