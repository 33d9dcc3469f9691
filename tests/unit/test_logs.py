"""Log lines for people and for machines."""

from __future__ import annotations

import json
import logging
import sys

from dispatch_router.logs import JsonLines, TextLines


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("dispatch_router.x", logging.WARNING, "x.py", 1, message, (), None)
    made.created = 1_748_836_800.5
    made.__dict__.update(extra)
    return made


def test_a_line_for_machines_is_one_json_object() -> None:
    line = JsonLines().format(record("迎新村 two\nlines", status=503))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2025-06-02T04:00:00.500+00:00",
        "level": "warning",
        "logger": "dispatch_router.x",
        "message": "迎新村 two\nlines",
        "status": 503,
    }


def test_a_line_for_people_has_the_time_the_level_and_the_extras() -> None:
    line = TextLines().format(record("request", status=503, path="/v1/graph"))
    assert line == "2025-06-02T04:00:00.500+00:00 warning request status=503 path=/v1/graph"


def test_a_message_cannot_pretend_to_be_another_line() -> None:
    line = TextLines().format(record("x\n2025-06-02T04:00:00.500+00:00 info all is well"))
    assert line.splitlines()[1].startswith("  ")


def test_an_exception_comes_with_its_traceback() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        failed = record("failed")
        failed.exc_info = sys.exc_info()
    assert "ValueError: broken" in json.loads(JsonLines().format(failed))["exception"]
    assert "ValueError: broken" in TextLines().format(failed)
