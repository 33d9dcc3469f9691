"""Why a hospital stands where it stands, in a dispatcher's words, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch_router.domain.hospitals import CAPABILITY_NAMES, Hospital, HospitalCapability
from dispatch_router.domain.onward import (
    OnwardNotice,
    OnwardNoticeCode,
    OnwardReasonCode,
    OtherHospital,
    time_ms,
)
from dispatch_router.domain.travel import Basis, DriveLeg
from dispatch_router.domain.wording import (
    distance,
    distance_zh,
    duration,
    duration_zh,
    whole_seconds,
)

Missing = tuple[HospitalCapability, ...]


def why(leg: DriveLeg, rank: int, first_ms: int, takes: Missing, missing: Missing) -> str:
    """Say in English why a hospital has its rank.

    Args:
        leg: the way there.
        rank: 1 is the soonest.
        first_ms: the time to the hospital of rank 1.
        takes: what is needed and it takes in.
        missing: what is needed and it does not take in.
    """
    later_s = whole_seconds(time_ms(leg) - first_ms)
    order = "Nearest in time" if rank == 1 else f"{duration(later_s)} after the first"
    text = (
        f"{order}: {duration(whole_seconds(time_ms(leg)))} from the scene over "
        f"{distance(leg.distance_m)}"
    )
    if leg.on_foot is not None:
        text += (
            f"; the last {distance(leg.on_foot.distance_m)} on foot, "
            f"{duration(whole_seconds(leg.on_foot.walk_ms))}, because of closed roads"
        )
    if leg.basis is Basis.STRAIGHT_LINE:
        text += "; no road is known, estimated along the straight line"
    if leg.exemptions:
        times = "once" if len(leg.exemptions) == 1 else f"{len(leg.exemptions)} times"
        text += f"; sets traffic rules aside {times}"
    if takes:
        text += f"; takes in {_listed(takes)}"
    if missing:
        text += f"; does not take in {_listed(missing)}"
    return f"{text}."


def why_zh(leg: DriveLeg, rank: int, first_ms: int, takes: Missing, missing: Missing) -> str:
    """Say the same in Chinese."""
    later_s = whole_seconds(time_ms(leg) - first_ms)
    order = "用时最短" if rank == 1 else f"比首位晚{duration_zh(later_s)}"
    text = (
        f"{order}：从现场出发{duration_zh(whole_seconds(time_ms(leg)))}，"
        f"路程{distance_zh(leg.distance_m)}"
    )
    if leg.on_foot is not None:
        text += (
            f"；因道路封闭，最后{distance_zh(leg.on_foot.distance_m)}需步行"
            f"{duration_zh(whole_seconds(leg.on_foot.walk_ms))}"
        )
    if leg.basis is Basis.STRAIGHT_LINE:
        text += "；无已知道路，按直线距离估算"
    if leg.exemptions:
        text += f"；途中{len(leg.exemptions)}处使用紧急通行豁免"
    if takes:
        text += f"；收治能力：{_listed_zh(takes)}"
    if missing:
        text += f"；不具备：{_listed_zh(missing)}"
    return f"{text}。"


def lacking(hospital: Hospital, reached_ms: int | None, missing: Missing) -> OtherHospital:
    """Explain a hospital that does not take in what is needed."""
    return OtherHospital(
        hospital,
        OnwardReasonCode.LACKS_CAPABILITY,
        reached_ms,
        missing,
        f"It does not take in {_listed(missing)}. If it does after all, hospitals.yaml has to say "
        "so.",
        f"该医院不具备收治能力：{_listed_zh(missing)}。如实际可以收治，请在hospitals.yaml中补充。",
    )


def slower(hospital: Hospital, reached_ms: int, first_ms: int) -> OtherHospital:
    """Explain a hospital that others are nearer than."""
    whole_s, later_s = whole_seconds(reached_ms), whole_seconds(reached_ms - first_ms)
    return OtherHospital(
        hospital,
        OnwardReasonCode.SLOWER,
        reached_ms,
        (),
        f"{duration(whole_s)} from the scene, {duration(later_s)} after the first. It would lead "
        "if those ahead of it took nobody in.",
        f"从现场出发{duration_zh(whole_s)}，比首位晚{duration_zh(later_s)}。"
        "排在其前的医院均不能接收时，可送往该院。",
    )


def unreachable(hospital: Hospital, missing: Missing) -> OtherHospital:
    """Explain a hospital that no way leads to."""
    return OtherHospital(
        hospital,
        OnwardReasonCode.UNREACHABLE,
        None,
        missing,
        "No permitted drive leads from the scene to it. A closed or missing road between them "
        "would have to open.",
        "从现场到该医院没有可通行的道路，需开通两地之间封闭或缺失的道路。",
    )


NO_HOSPITALS = OnwardNotice(
    OnwardNoticeCode.NO_HOSPITALS,
    "The district states no hospitals. Add them to hospitals.yaml.",
    "本辖区没有医院资料，请在hospitals.yaml中添加。",
)
NO_ROAD = OnwardNotice(
    OnwardNoticeCode.NO_ROAD,
    "No way over roads is known from the scene to any hospital. Times are estimates along straight "
    "lines, with the detour and speed usual on this road graph.",
    "从现场到各医院均无已知道路。所列时间按直线距离及本路网的一般绕行系数和车速估算。",
)


def none_suitable(needs: Iterable[HospitalCapability]) -> OnwardNotice:
    """Say that no hospital takes in all that is needed."""
    ordered = tuple(sorted(needs))
    return OnwardNotice(
        OnwardNoticeCode.NONE_SUITABLE,
        f"No hospital that can be reached takes in all of this: {_listed(ordered)}. All of them "
        "are ranked; each says what it lacks.",
        f"可到达的医院中没有一家同时具备：{_listed_zh(ordered)}。以下列出全部医院及其所缺项目。",
    )


def _listed(capabilities: Missing) -> str:
    return ", ".join(CAPABILITY_NAMES[each].en for each in capabilities)


def _listed_zh(capabilities: Missing) -> str:
    return "、".join(CAPABILITY_NAMES[each].zh for each in capabilities)
