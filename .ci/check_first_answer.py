"""Check the answer to README's first question: `check_first_answer.py STATUS ANSWER.json`."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

NEAREST_POST_ZH = "西彭工业园区"
POSTS = Path("data/road_graphs/xipeng/posts.yaml")
ROUNDING_S = 0.1


def main(status: str, answer_file: str) -> None:
    """Exit with what is wrong, or say who was ranked first."""
    text = Path(answer_file).read_text(encoding="utf-8")
    if status != "200":
        sys.exit(f"status {status}: {text}")
    answer = json.loads(text)
    problems = list(find_problems(answer))
    if problems:
        sys.exit("\n".join([*problems, text]))
    first = answer["candidates"][0]
    print(f"{first['unit_id']} first, {first['time_to_person_s']} s, {first['saves_s']} s saved")


def find_problems(answer: dict[str, Any]) -> list[str]:
    """Return one sentence for each thing that a reader of README would not expect."""
    candidates = answer["candidates"]
    first = candidates[0]
    expectations = {
        "the first candidate is not of the park's zone post": first["post_id"] == nearest_post(),
        "the ranks are not 1, 2, 3, ...": [candidate["rank"] for candidate in candidates]
        == list(range(1, len(candidates) + 1)),
        "the times do not ascend, ties left aside": all(
            earlier["time_to_person_s"] <= later["time_to_person_s"]
            or later["unit_id"] in earlier["tie_with"]
            for earlier, later in pairwise(candidates)
        ),
        "the first candidate saves no time": first["saves_s"] > 0,
        "the parts do not add up": all(
            abs(sum(candidate["parts"].values()) - candidate["time_to_person_s"]) < ROUNDING_S
            for candidate in candidates
        ),
        "a reason is missing in one language": all(
            candidate["why"] and candidate["why_zh"] for candidate in candidates
        ),
        "the answer is degraded": answer["degraded"] is False,
        "the road graph is not named": bool(answer["graph_version"]),
    }
    return [problem for problem, holds in expectations.items() if not holds]


def nearest_post() -> str:
    """Return the id of the post that the district's own file names after the park."""
    posts = yaml.safe_load(POSTS.read_text(encoding="utf-8"))
    if isinstance(posts, dict):
        posts = posts["posts"]
    (post,) = [p for p in posts if p["name"]["zh"].startswith(NEAREST_POST_ZH)]
    return str(post["id"])


if __name__ == "__main__":
    main(*sys.argv[1:])
