"""Draw the answer of README as the terminal shows it: `python -m tools.make_answer_picture`.

The time and the decision's id are fixed, so that the picture changes only when the answer does.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from dispatch_router.application.crews import Crews
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.bootstrap import district_folder, open_district
from dispatch_router.cli.language import Language
from dispatch_router.cli.recommendation_text import RecommendationText
from dispatch_router.config import DistrictSettings
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.crs import Crs

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "answer.svg"
PLACE = "迎新村"
TITLE = f"dispatch-router recommend --place {PLACE} --lang en"
WIDTH = 110

# Rich's own form, but for the fonts: those of the reader's machine, none fetched from elsewhere.
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font: {char_height}px "DejaVu Sans Mono", Menlo, Consolas, monospace; }}
.{unique_id}-title {{ font: bold 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class _FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


class _FixedIds:
    def next_id(self) -> str:
        return "019cab21-6d40-7000-8000-000000000000"


def draw() -> str:
    """Return the picture as SVG."""
    opened = open_district(district_folder(DistrictSettings()))
    in_use = RoadsInUse(opened.engine, Crews(opened.district))
    recommender = Recommender(opened.district, in_use, _FixedClock(), _FixedIds())
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    answer = recommender.recommend(CallQuestion(PLACE))
    for part in RecommendationText(opened.district, Language.EN, Crs.WGS84).say(answer):
        console.print(part)
        console.print()
    return console.export_svg(title=TITLE, theme=MONOKAI, code_format=SVG, unique_id="answer")


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
