"""Whether what calls need is something that some unit can do, and positions are judged sensibly."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch_router.storage.district_files.folder import Folder
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.rows import Item, said_twice
from dispatch_router.storage.district_files.unit_schema import PositionsRow


def check_capabilities(folder: Folder) -> Iterator[Mistake]:
    """Find what stands twice, and calls that nobody could be sent to."""
    able: set[str] = set()
    for unit in folder.units.items:
        yield from said_twice(unit, ("capabilities",))
        able.update(text for _, text in unit.texts("capabilities"))
    policy = folder.policy_item
    if policy is None:
        return
    yield from _check_positions(policy)
    call_types = policy.at("call_types")
    ids: set[str] = set()
    for index, call_type in enumerate(call_types if isinstance(call_types, list) else ()):
        item = Item(policy.document, (*policy.path, "call_types", index), call_type)
        yield from _check_call_type(item, ids, able if folder.units.known else None)


def _check_call_type(item: Item, ids: set[str], able: set[str] | None) -> Iterator[Mistake]:
    call_type_id = item.text("id")
    if call_type_id is not None and call_type_id in ids:
        yield item.mistake(
            ("id",), f"The id {call_type_id} stands here twice.", f"编号{call_type_id}重复。"
        )
    ids.update(() if call_type_id is None else (call_type_id,))
    yield from said_twice(item, ("needs",))
    for index, need in item.texts("needs"):
        if able is not None and need not in able:
            yield item.mistake(
                ("needs", index),
                f"No unit has the capability {need}: nobody would be ranked for such a call.",
                f"没有力量具备{need}，此类警情将无人可派。",
                warning=True,
            )


def _check_positions(policy: Item) -> Iterator[Mistake]:
    positions = policy.part(PositionsRow, "positions")
    if positions is not None and positions.lost_after_s < positions.stale_after_s:
        yield policy.mistake(
            ("positions",),
            "A position is lost (lost_after_s) before it is stale (stale_after_s).",
            "lost_after_s不得小于stale_after_s。",
        )
