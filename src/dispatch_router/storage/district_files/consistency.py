"""Whether a file makes sense in itself: times of day, targets, names, the time zone."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from dispatch_router.domain.calls import PRIORITIES
from dispatch_router.domain.names import normal_form
from dispatch_router.domain.turn_out import uncovered_minutes
from dispatch_router.domain.units import DepartureKind, UnitMode
from dispatch_router.storage.district_files.folder import Folder
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.rows import Item, Path
from dispatch_router.storage.district_files.schema import LocateRow, TurnOutRows
from dispatch_router.storage.district_files.to_domain import turn_out_rules
from dispatch_router.storage.district_files.traffic import check_traffic


def check_consistency(folder: Folder) -> Iterator[Mistake]:
    """Check the district, the policy and the gazetteer, each in itself."""
    if folder.district_item is not None:
        yield from _check_timezone(folder.district_item)
    if folder.policy_item is not None:
        yield from _check_turn_out(folder.policy_item)
        yield from _check_targets(folder.policy_item)
        yield from _check_search_speeds(folder.policy_item)
        yield from check_traffic(folder.policy_item)
    yield from _check_spellings(folder.places.items)


def _check_timezone(district: Item) -> Iterator[Mistake]:
    timezone = district.text("timezone")
    if timezone is None:
        return
    try:
        ZoneInfo(timezone)
    except (OSError, ValueError, LookupError):
        yield district.mistake(
            ("timezone",),
            "This is no IANA time zone; China's is Asia/Shanghai.",
            "不是IANA时区名，中国为Asia/Shanghai。",
        )


def _check_turn_out(policy: Item) -> Iterator[Mistake]:
    stated = policy.part(TurnOutRows, "turn_out")
    if stated is None:
        return
    rules = turn_out_rules(stated.root)
    for kind in DepartureKind:
        by_mode = {mode: uncovered_minutes(rules, kind, mode) for mode in UnitMode}
        same = all(minutes == by_mode[UnitMode.CAR] for minutes in by_mode.values())
        for mode, open_minutes in by_mode.items():
            if not open_minutes or (same and mode is not UnitMode.CAR):
                continue
            who, who_zh = (kind, kind) if same else (f"{kind} by {mode}", f"{kind}（{mode}）")
            first = f"{open_minutes[0] // 60:02d}:{open_minutes[0] % 60:02d}"
            yield policy.mistake(
                ("turn_out",),
                f"No rule holds for a {who} during {len(open_minutes)} minutes of the day, the "
                f"first of them {first}.",
                f"{who_zh}每天有{len(open_minutes)}分钟没有出动时间规则，最早为{first}。",
            )


def _check_targets(policy: Item) -> Iterator[Mistake]:
    targets = policy.at("target_s")
    if not isinstance(targets, dict):
        return
    for priority in PRIORITIES:
        if priority not in targets:
            yield policy.mistake(
                ("target_s",),
                f"Priority {priority} has no target.",
                f"优先级{priority}没有目标时间。",
            )
    stated = [targets.get(priority) for priority in PRIORITIES]
    numbers = [target for target in stated if isinstance(target, int | float)]
    if numbers != sorted(numbers):
        yield policy.mistake(
            ("target_s",),
            "A more urgent priority has a longer target than a less urgent one.",
            "较紧急的优先级目标时间反而更长。",
            warning=True,
        )


def _check_search_speeds(policy: Item) -> Iterator[Mistake]:
    locate = policy.part(LocateRow, "locate")
    if locate is not None and locate.search_speed_familiar_m_s < locate.search_speed_unfamiliar_m_s:
        yield policy.mistake(
            ("locate", "search_speed_familiar_m_s"),
            "Officers who know the zone search slower than those who do not.",
            "熟悉警务区的民警寻人反而更慢。",
            warning=True,
        )


def _check_spellings(places: list[Item]) -> Iterator[Mistake]:
    """Find spellings that two places share, so that nobody is sent to the wrong one."""
    owners: dict[str, Item] = {}
    for place in places:
        for inside, spelling in _spellings(place):
            owner = owners.setdefault(normal_form(spelling), place)
            # An id that stands twice is said as such.
            same_id = inside == ("id",) and owner.text("id") == place.text("id")
            if owner is not place and not same_id:
                line = owner.document.line_of(owner.path)
                name_zh = owner.text("name", "zh") or owner.text("id")
                yield place.mistake(
                    inside,
                    f"{spelling!r} also means {name_zh} (line {line}): a spelling may mean one "
                    "place only.",
                    f"“{spelling}”与{name_zh}（第{line}行）重名，一个名称只能对应一个地点。",
                )


def _spellings(place: Item) -> Iterator[tuple[Path, str]]:
    for keys in (("id",), ("name", "zh"), ("name", "en")):
        spelling = place.text(*keys)
        if spelling is not None:
            yield keys, spelling
    for index, alias in place.texts("aliases"):
        yield ("aliases", index), alias
