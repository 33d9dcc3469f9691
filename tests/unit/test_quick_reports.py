"""What is read quickly is what the schema reads; everything odd is left to the schema."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dispatch_router.application.live_positions import UnitFix
from dispatch_router.web.problems import InvalidRequest, MalformedJson
from dispatch_router.web.quick_reports import quick_reports
from dispatch_router.web.schemas.unit_requests import MAX_REPORTS, PositionReports
from dispatch_router.web.strict_json import parse_json, parse_lines
from dispatch_router.web.validation import check

NOW_MS = 1_750_000_000_000
_validate = TypeAdapter(PositionReports).validate_python
REPORT = {"unit_id": "patrol-1", "lon": 106.3, "lat": 29.3, "at": "2025-06-02T08:00:00.123+08:00"}


def by_schema(body: bytes, *, are_lines: bool = False) -> list[UnitFix] | None:
    """What the schema reads; None where it refuses."""
    try:
        reports = check(_validate, (parse_lines if are_lines else parse_json)(body))
    except (InvalidRequest, MalformedJson):
        return None
    return [UnitFix(each.unit_id, each.fix(NOW_MS)) for each in reports]


def written(*reports: Any) -> bytes:
    return json.dumps(reports, ensure_ascii=False).encode()


def test_a_batch_as_devices_send_it_is_read_quickly() -> None:
    body = written(REPORT, {**REPORT, "unit_id": "巡逻2", "at": "2025-06-02T00:00:01Z"})
    read = quick_reports(body, are_lines=False)
    assert read is not None
    assert read == by_schema(body)
    assert [unit_id for unit_id, _ in read] == ["patrol-1", "巡逻2"]


def test_lines_are_read_as_an_array_is() -> None:
    line = json.dumps(REPORT).encode()
    body = b"\n".join([line, b"", b" " + line + b"\r", line])
    read = quick_reports(body, are_lines=True)
    assert read is not None
    assert read == by_schema(body, are_lines=True) == by_schema(written(REPORT, REPORT, REPORT))


@pytest.mark.parametrize(
    "changes",
    [
        {"lon": 106},
        {"lon": 180.5},
        {"lat": -90.1},
        {"lon": 29.3, "lat": 106.3},
        {"lon": "106.3"},
        {"lon": True},
        {"lon": None},
        {"unit_id": ""},
        {"unit_id": "x" * 101},
        {"unit_id": 5},
        {"unit_id": ["patrol-1"]},
        {"unit_id": 'with "marks"'},
        {"at": "2025-06-02T08:00:00"},
        {"at": "2025-06-02 08:00:00Z"},
        {"at": "2025-13-02T08:00:00Z"},
        {"at": "2025-06-02T08:00:00.1234567Z"},
        {"at": "2025-06-02t08:00:00z"},
        {"at": "2025-06-02T08:00:00+99:00"},
        {"at": "٢025-06-02T08:00:00Z"},
        {"at": 1_748_822_400},
        {"at": ["2025-06-02T08:00:00Z"]},
        {"at": None},
        {"crs": "gcj02"},
        {"crs": "wgs84"},
        {"speed": 4.0},
    ],
)
def test_whatever_is_odd_is_left_to_the_schema(changes: dict[str, Any]) -> None:
    assert quick_reports(written(REPORT, {**REPORT, **changes}), are_lines=False) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"[1]",
        b"\xff",
        b"\xef\xbb\xbf" + written(REPORT),
        written(REPORT)[:-1],
        written(REPORT).replace(b"106.3", b"NaN"),
        written(REPORT).replace(b"106.3", b"1e999"),
        written(REPORT).replace(b'"lat"', b'"lon": 1.5, "lat"'),
        written(REPORT).replace(b'"lat"', b'"unit_id": "other", "lat"'),
        written(REPORT).replace(b"patrol-1", b"patrol\\u002d1"),
        written({key: REPORT[key] for key in ("unit_id", "lon", "lat")}),
        written(*[REPORT] * (MAX_REPORTS + 1)),
    ],
)
def test_what_is_no_plain_batch_is_left_to_the_schema(body: bytes) -> None:
    assert quick_reports(body, are_lines=False) is None


def test_a_line_with_two_reports_is_left_to_the_schema() -> None:
    line = json.dumps(REPORT).encode()
    assert quick_reports(line + b"," + line, are_lines=True) is None


ODD = (None, True, 3, 10**30, -181.0, 91.0, math.nan, math.inf, "", "é", "\\", [], ["a"], {"a": 1})
TIMES = ("2025-06-02T08:00:00Z", "2025-06-02T08:00:00.5+08:00", "0001-01-01T00:00:00Z", "9999")
VALUES = st.sampled_from((*ODD, *TIMES, "wgs84", "p1"))
REPORTS = st.fixed_dictionaries(
    {
        "unit_id": st.sampled_from(["p1", "p2"]) | VALUES,
        "lon": st.floats(-180, 180) | VALUES,
        "lat": st.floats(-90, 90) | VALUES,
        "at": st.sampled_from(TIMES[:2]) | VALUES,
    },
    optional={"crs": VALUES, "x": VALUES},
)


@given(st.lists(REPORTS, max_size=3), st.booleans())
def test_what_is_read_quickly_is_what_the_schema_reads(
    reports: list[dict[str, Any]], are_lines: bool
) -> None:
    text = "\n".join(map(json.dumps, reports)) if are_lines else json.dumps(reports)
    read = quick_reports(text.encode(), are_lines=are_lines)
    assert read is None or read == by_schema(text.encode(), are_lines=are_lines)
