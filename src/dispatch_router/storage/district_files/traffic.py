"""Whether what ``policy.yaml`` says of speeds, signals and emergency drives makes sense."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch_router.storage.district_files.mistakes import Mistake, Step
from dispatch_router.storage.district_files.rows import Item
from dispatch_router.storage.district_files.schema import EmergencyRow, SignalsRow


def check_traffic(policy: Item) -> Iterator[Mistake]:
    """Find what stands twice, and emergency drives that wait longer than ordinary ones."""
    periods = policy.at("speeds")
    for index, period in enumerate(periods if isinstance(periods, list) else ()):
        if isinstance(period, dict):
            yield from _said_twice(policy, ("speeds", index, "days"), period.get("days"))
            yield from _said_twice(policy, ("speeds", index, "modes"), period.get("modes"))
    classes = policy.at("emergency", "contraflow", "classes")
    yield from _said_twice(policy, ("emergency", "contraflow", "classes"), classes)
    yield from _check_signals(policy)


def _said_twice(policy: Item, inside: tuple[Step, ...], values: object) -> Iterator[Mistake]:
    seen = set()
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if not isinstance(value, str):
            continue
        if value in seen:
            yield policy.mistake((*inside, index), f"{value} stands here twice.", f"{value}重复。")
        seen.add(value)


def _check_signals(policy: Item) -> Iterator[Mistake]:
    emergency = policy.part(EmergencyRow, "emergency")
    left_out = policy.at("signals") is None
    signals = SignalsRow() if left_out else policy.part(SignalsRow, "signals")
    if emergency is None or signals is None:
        return
    if emergency.signal_s > signals.routine_s:
        yield policy.mistake(
            ("emergency", "signal_s"),
            "An emergency drive waits longer at a signal than an ordinary one.",
            "紧急出警在信号灯处的等待时间反而更长。",
            warning=True,
        )
