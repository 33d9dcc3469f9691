"""What is sent: the three kinds of requests, as bytes."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import orjson

from dispatch_router.domain.geo import LonLat

TYPES = ("盗窃", "打架斗殴", "交通事故", "家庭纠纷", "噪音扰民", "走失", "诈骗", "求助")
# About what a patrol covers between two reports.
STEP_DEG = 0.0001


def post(path: str, body: bytes, headers: str = "") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


class Calls:
    """Places that are called from, again and again in one order."""

    def __init__(self, places: Sequence[LonLat], *, list_others: bool) -> None:
        self._places = itertools.cycle(places)
        self._types = itertools.cycle(TYPES)
        self._priorities = itertools.cycle((1, 2, 2, 3, 3))
        self._run = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        # What a client leaves out is the default: top 5, everybody else listed with the reason.
        self._options = {} if list_others else {"list_others": False}

    def recommendation(self) -> bytes:
        return post("/v1/recommendations", orjson.dumps({**self._call(), **self._options}))

    def filing(self) -> bytes:
        number = next(self._numbers)
        body = {
            **self._call(),
            "type": next(self._types),
            "external_id": f"110-{self._run}-{number}",
            "description": "报警人称现场有多人，请尽快到场。",
        }
        key = f"Idempotency-Key: {self._run}-{number}\r\n"
        return post("/v1/incidents", orjson.dumps(body), key)

    def _call(self) -> dict[str, object]:
        place = next(self._places)
        return {
            "location": {"lon": place.lon, "lat": place.lat},
            "uncertainty_m": 30,
            "priority": next(self._priorities),
        }


class Reports:
    """Patrols that wander about their beats and say where they are."""

    def __init__(
        self, unit_ids: Sequence[str], beats: Sequence[LonLat], rng: np.random.Generator, batch: int
    ) -> None:
        self._ids = unit_ids
        self._beats = np.array([(beat.lon, beat.lat) for beat in beats])
        self._rng = rng
        self._batch = batch
        self._next = 0

    def positions(self) -> bytes:
        numbers = (self._next + np.arange(self._batch)) % len(self._ids)
        self._next = int(numbers[-1]) + 1
        steps = self._rng.uniform(-STEP_DEG, STEP_DEG, (self._batch, 2))
        at = datetime.now(UTC).isoformat()
        reports = [
            {"unit_id": self._ids[number], "lon": lon, "lat": lat, "at": at}
            for number, (lon, lat) in zip(
                numbers.tolist(), (self._beats[numbers] + steps).tolist(), strict=True
            )
        ]
        return post("/v1/positions", orjson.dumps(reports))
