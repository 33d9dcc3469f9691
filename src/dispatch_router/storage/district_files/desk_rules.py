"""Whether what ``policy.yaml`` says of the desk and of hospitals makes sense."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch_router.storage.district_files.folder import Folder
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.rows import Item, said_twice

_RULES = ("desk", "diversion", "may_take_from")


def check_desk(folder: Folder) -> Iterator[Mistake]:
    """Find diversions from what is as urgent, words that stand twice, needs nobody meets."""
    policy = folder.policy_item
    if policy is None:
        return
    yield from _check_diversion(policy)
    yield from said_twice(policy, ("hospitals", "needs"))
    takes = [set(dict(item.texts("takes")).values()) for item in folder.hospitals.items]
    yield from _check_needs(Item(policy.document, ("hospitals",), policy.at("hospitals")), takes)
    call_types = policy.at("call_types")
    for index, call_type in enumerate(call_types if isinstance(call_types, list) else ()):
        item = Item(policy.document, (*policy.path, "call_types", index), call_type)
        yield from said_twice(item, ("hospital_needs",))
        yield from _check_needs(item, takes, "hospital_needs")


def _check_diversion(policy: Item) -> Iterator[Mistake]:
    rules = policy.at(*_RULES)
    for priority, taken_from in rules.items() if isinstance(rules, dict) else ():
        for index, other in enumerate(taken_from if isinstance(taken_from, list) else ()):
            if isinstance(other, int) and isinstance(priority, int) and other <= priority:
                yield policy.mistake(
                    (*_RULES, priority, index),
                    f"Priority {other} is no less urgent than priority {priority}: a unit is only "
                    "taken from what is less urgent, which has a greater number.",
                    f"优先级{other}不低于优先级{priority}：只能从较不紧急（数字更大）的警情改派。",
                )
            if isinstance(other, int) and other in taken_from[:index]:
                yield policy.mistake(
                    (*_RULES, priority, index), f"{other} stands here twice.", f"{other}重复。"
                )
    yield from said_twice(policy, ("desk", "diversion", "statuses"))


def _check_needs(item: Item, takes: list[set[str]], key: str = "needs") -> Iterator[Mistake]:
    needs = set(dict(item.texts(key)).values())
    if needs and takes and not any(needs <= taken for taken in takes):
        yield item.mistake(
            (key,),
            f"No hospital takes in all of this: {', '.join(sorted(needs))}.",
            f"没有一家医院能同时收治：{'、'.join(sorted(needs))}。",
            warning=True,
        )
