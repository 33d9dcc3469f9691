"""``/metrics``: counters for Prometheus, in its text format.

The format is https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from fastapi import APIRouter, Request, Response

from dispatch_router import __version__
from dispatch_router.domain.errors import NotReady
from dispatch_router.domain.recommendation import ReasonCode
from dispatch_router.web.paths import METRICS
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.validation import refuse_query

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_UNAVAILABLE: Final = (
    ReasonCode.OUT_OF_SERVICE,
    ReasonCode.OFF_DUTY,
    ReasonCode.BUSY,
    ReasonCode.STALE_POSITION,
)


def add_metrics_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the route that Prometheus reads."""

    @router.get(METRICS, include_in_schema=False)
    async def read_metrics(request: Request) -> Response:
        refuse_query(request.scope)
        try:
            service = readiness.service()
        except NotReady:
            service = None
        text = "".join(_lines(service))
        return Response(text, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})


def _lines(service: DispatchService | None) -> Iterator[str]:
    yield from _metric(
        "info", "gauge", "The version that runs.", [(f'{{version="{__version__}"}}', 1)]
    )
    yield from _metric(
        "ready", "gauge", "1 once recommendations are made.", [("", int(service is not None))]
    )
    if service is None:
        return
    units = service.units
    yield from _metric(
        "works_from_memory",
        "gauge",
        "1 while the database that services share is away.",
        [("", int(service.works_from_memory()))],
    )
    yield from _metric(
        "positions_total",
        "counter",
        "Reported positions: accepted, or why they were not believed.",
        [(f'{{result="{result}"}}', count) for result, count in units.positions.counts().items()],
    )
    yield from _metric(
        "positions_not_kept",
        "gauge",
        "Units whose newest position is not on the disk yet.",
        [("", units.positions.unsaved_count())],
    )
    at = units.now(service.desk.open_assignments.incidents())
    reasons = Counter(reason.code for _, reason in at.unavailable())
    states = [("available", int(at.mask.sum())), *((code, reasons[code]) for code in _UNAVAILABLE)]
    yield from _metric(
        "units",
        "gauge",
        "Units that can be ranked for a call, or why they cannot.",
        [(f'{{state="{state}"}}', count) for state, count in states],
    )


def _metric(
    name: str, kind: str, meaning: str, samples: Iterable[tuple[str, int]]
) -> Iterator[str]:
    full_name = f"dispatch_router_{name}"
    yield f"# HELP {full_name} {meaning}\n# TYPE {full_name} {kind}\n"
    for labels, value in samples:
        yield f"{full_name}{labels} {value}\n"
