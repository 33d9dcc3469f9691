"""A recommendation as a person reads it in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dispatch_router.cli.language import Language
from dispatch_router.domain.crs import Crs, from_wgs84
from dispatch_router.domain.district import District
from dispatch_router.domain.names import Name
from dispatch_router.domain.recommendation import (
    CallLocation,
    Candidate,
    NotRecommended,
    ReasonCode,
    Recommendation,
)
from dispatch_router.domain.wording import distance, seconds_of_parts, whole_seconds

_REASONS = {
    ReasonCode.SLOWER: Name(en="slower", zh="较慢"),
    ReasonCode.UNREACHABLE: Name(en="unreachable", zh="无法到达"),
    ReasonCode.OUT_OF_SERVICE: Name(en="out of service", zh="停止出警"),
    ReasonCode.OFF_DUTY: Name(en="off duty", zh="未上勤"),
    ReasonCode.BUSY: Name(en="busy", zh="正在处警"),
    ReasonCode.LACKS_CAPABILITY: Name(en="lacks capability", zh="不具备能力"),
    ReasonCode.STALE_POSITION: Name(en="stale position", zh="位置过期"),
}
_SYNTHETIC = (
    "Synthetic data: never dispatch anyone by it.",
    "合成数据，仅供演示，不得用于实际派警。",
)
_NOBODY = ("No unit can reach this place.", "没有力量能够到达该地点。")


class RecommendationText:
    """Says the recommendations of one district in one language, positions in one system."""

    def __init__(self, district: District, lang: Language, crs: Crs) -> None:
        self._district = district
        self._lang = lang
        self._crs = crs
        self._posts = {post.id: post.name for post in district.posts}
        self._zones = {zone.id: zone.name for zone in district.zones}

    def say(self, answer: Recommendation) -> Iterator[RenderableType]:
        """Yield the parts of the page, top to bottom."""
        say = self._lang.say
        if self._district.synthetic:
            yield Text(say(*_SYNTHETIC, between=" "), style="bold yellow")
        yield self._facts(self._about_the_call(answer.location))
        if answer.candidates:
            yield self._ranked(answer.candidates)
            yield self._reasons(answer.candidates)
        else:
            yield Text(say(*_NOBODY, between=" "), style="bold")
        if answer.not_recommended:
            yield self._passed_over(answer.not_recommended)
        yield self._facts(self._about_the_answer(answer))

    def _about_the_call(self, location: CallLocation) -> Iterator[tuple[str, str]]:
        say, call = self._lang.say, self._lang.call
        if location.place_name is not None:
            yield say("Place", "地点", " "), call(location.place_name, " ")
        lon, lat = from_wgs84(location.position, self._crs)
        yield say("Position", "坐标", " "), f"{lon:.6f} {lat:.6f} ({self._crs})"
        yield say("Uncertainty", "位置误差", " "), distance(location.uncertainty_m)
        if location.road_name is not None:
            yield say("Road", "道路", " "), call(location.road_name, " ")
        if location.zone_id is None or location.responsible_post_id is None:
            yield say("Zone", "警务区", " "), say("outside every zone", "不在任何警务区内", " ")
            return
        yield say("Zone", "警务区", " "), call(self._zones[location.zone_id], " ")
        post = self._posts[location.responsible_post_id]
        yield say("Responsible post", "责任站点", " "), call(post, " ")

    def _about_the_answer(self, answer: Recommendation) -> Iterator[tuple[str, str]]:
        say, call = self._lang.say, self._lang.call
        if answer.baseline is not None:
            station = call(self._posts[answer.baseline.station_id], " ")
            unit = call(answer.baseline.unit.name, " ")
            minutes = _clock(whole_seconds(answer.baseline.time.total_ms))
            yield say("Baseline", "对照方案", " "), f"{station} · {unit} · {minutes}"
        yield say("Decision", "决策编号", " "), f"{answer.decision_id} · {answer.at.isoformat()}"
        yield say("Road graph", "路网版本", " "), answer.graph_version
        yield say("Data", "数据来源", " "), self._district.attribution

    def _facts(self, facts: Iterable[tuple[str, str]]) -> Table:
        grid = Table.grid(padding=(0, 2))
        for label, value in facts:
            grid.add_row(Text(label, style="dim"), Text(value))
        return grid

    def _ranked(self, candidates: Sequence[Candidate]) -> Table:
        say = self._lang.say
        table = Table(box=SIMPLE_HEAD, padding=(0, 1), show_edge=False)
        table.add_column("#", justify="right")
        table.add_column(say("Unit", "出警力量"), overflow="fold")
        for english, chinese in (
            ("To person", "到人"),
            ("Turn-out", "出动"),
            ("Drive", "路程"),
            ("Locate", "寻人"),
            ("On time", "按时"),
            ("Saves", "节省"),
        ):
            table.add_column(say(english, chinese), justify="right", no_wrap=True)
        for candidate in candidates:
            table.add_row(*self._cells(candidate), style="bold" if candidate.rank == 1 else "")
        return table

    def _cells(self, candidate: Candidate) -> list[Text]:
        turn_out_s, drive_s, locate_s = seconds_of_parts(candidate.time)
        total_s = turn_out_s + drive_s + locate_s
        cells = [
            str(candidate.rank),
            self._lang.call(candidate.unit.name),
            f"{_clock(total_s)}\np90 {_clock(whole_seconds(candidate.p90_ms))}",
            _clock(turn_out_s),
            f"{_clock(drive_s)}\n{distance(candidate.distance_m)}",
            _clock(locate_s),
            _chance(candidate.on_time_probability),
            "" if candidate.saves_ms is None else _signed_clock(candidate.saves_ms),
        ]
        return [Text(cell) for cell in cells]

    def _reasons(self, candidates: Sequence[Candidate]) -> Table:
        grid = Table.grid(padding=(0, 2))
        for candidate in candidates:
            why = self._lang.say(candidate.why, candidate.why_zh)
            grid.add_row(Text(str(candidate.rank)), Text(why, overflow="fold"))
        return grid

    def _passed_over(self, rows: Sequence[NotRecommended]) -> Table:
        say, call = self._lang.say, self._lang.call
        table = Table(box=SIMPLE_HEAD, padding=(0, 1), show_edge=False)
        table.add_column(say("Not recommended", "未推荐"), overflow="fold")
        table.add_column(say("Reason", "原因"))
        table.add_column(say("What would change it", "如何改变"), overflow="fold")
        for unit, reason in rows:
            change = say(reason.what_would_change, reason.what_would_change_zh)
            table.add_row(Text(call(unit.name)), Text(call(_REASONS[reason.code])), Text(change))
        return table


def _clock(seconds: int) -> str:
    """``18:30``, from an hour on ``1:02:05``."""
    minutes, rest_s = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes}:{rest_s:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest_s:02d}"


def _chance(probability: float) -> str:
    """Whole percent, never rounded to a certainty that is none."""
    if 0.0 < probability < 0.005:
        return "<1%"
    if 0.995 <= probability < 1.0:
        return ">99%"
    return f"{probability:.0%}"


def _signed_clock(ms: int) -> str:
    clock = _clock(whole_seconds(abs(ms)))
    return f"-{clock}" if ms < 0 else clock
