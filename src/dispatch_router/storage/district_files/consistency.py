"""Whether a file makes sense in itself: times of day, targets, names, the time zone."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from dispatch_router.application.gazetteer_index import normal_form
from dispatch_router.domain.calls import PRIORITIES
from dispatch_router.domain.turn_out import uncovered_minutes
from dispatch_router.domain.units import DepartureKind
from dispatch_router.storage.district_files.folder import Folder
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.rows import Located, Path
from dispatch_router.storage.district_files.schema import DistrictRow, PlaceRow, PolicyRow
from dispatch_router.storage.district_files.to_domain import turn_out_rules


def check_consistency(folder: Folder) -> Iterator[Mistake]:
    """Check the district, the policy and the gazetteer, each in itself."""
    if folder.district is not None:
        yield from _check_timezone(folder.district)
    if folder.policy is not None:
        yield from _check_turn_out(folder.policy)
        yield from _check_targets(folder.policy)
        yield from _check_search_speeds(folder.policy)
    yield from _check_spellings(folder.places)


def _check_timezone(district: Located[DistrictRow]) -> Iterator[Mistake]:
    try:
        ZoneInfo(district.row.timezone)
    except (OSError, ValueError, LookupError):
        yield district.mistake(
            ("timezone",),
            "This is no IANA time zone; China's is Asia/Shanghai.",
            "不是IANA时区名，中国为Asia/Shanghai。",
        )


def _check_turn_out(policy: Located[PolicyRow]) -> Iterator[Mistake]:
    rules = turn_out_rules(policy.row)
    for kind in DepartureKind:
        open_minutes = uncovered_minutes(rules, kind)
        if open_minutes:
            first = f"{open_minutes[0] // 60:02d}:{open_minutes[0] % 60:02d}"
            yield policy.mistake(
                ("turn_out",),
                f"No rule holds for a {kind} during {len(open_minutes)} minutes of the day, the "
                f"first of them {first}.",
                f"{kind}每天有{len(open_minutes)}分钟没有出动时间规则，最早为{first}。",
            )


def _check_targets(policy: Located[PolicyRow]) -> Iterator[Mistake]:
    targets = policy.row.target_s
    for priority in PRIORITIES:
        if priority not in targets:
            yield policy.mistake(
                ("target_s",),
                f"Priority {priority} has no target.",
                f"优先级{priority}没有目标时间。",
            )
    stated = [targets[priority] for priority in PRIORITIES if priority in targets]
    if stated != sorted(stated):
        yield policy.mistake(
            ("target_s",),
            "A more urgent priority has a longer target than a less urgent one.",
            "较紧急的优先级目标时间反而更长。",
            warning=True,
        )


def _check_search_speeds(policy: Located[PolicyRow]) -> Iterator[Mistake]:
    locate = policy.row.locate
    if locate.search_speed_familiar_m_s < locate.search_speed_unfamiliar_m_s:
        yield policy.mistake(
            ("locate", "search_speed_familiar_m_s"),
            "Officers who know the zone search slower than those who do not.",
            "熟悉警务区的民警寻人反而更慢。",
            warning=True,
        )


def _check_spellings(places: list[Located[PlaceRow]]) -> Iterator[Mistake]:
    """Find spellings that two places share, so that nobody is sent to the wrong one."""
    owners: dict[str, Located[PlaceRow]] = {}
    for place in places:
        for inside, spelling in _spellings(place.row):
            form = normal_form(spelling)
            owner = owners.setdefault(form, place)
            if owner is not place and (inside != ("id",) or owner.row.id != place.row.id):
                line = owner.document.line_of(owner.path)
                yield place.mistake(
                    inside,
                    f"{spelling!r} also means {owner.row.name.zh} (line {line}): a spelling may "
                    "mean one place only.",
                    f"“{spelling}”与{owner.row.name.zh}（第{line}行）重名，一个名称只能对应一个地点。",
                )


def _spellings(place: PlaceRow) -> list[tuple[Path, str]]:
    return [
        (("id",), place.id),
        (("name", "zh"), place.name.zh),
        (("name", "en"), place.name.en),
        *((("aliases", index), alias) for index, alias in enumerate(place.aliases)),
    ]
