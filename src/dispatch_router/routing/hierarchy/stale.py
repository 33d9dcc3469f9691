"""Which labels do not hold any more under other weights."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.contract import Tree
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy
from dispatch_router.routing.hierarchy.labels import NEARBY, Labels, labels_in
from dispatch_router.routing.hierarchy.nearby import LABEL_MASK, key_of, nearby_at, place_of
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import NOTHING, starts_in
from dispatch_router.routing.kernels.bundle import Handle


def labelled_otherwise(before: Hierarchy, after: Hierarchy, view_handle: Handle) -> Int32 | None:
    """Find the units whose labels do not hold under another hierarchy; None: no label does.

    Args:
        before: under which the labels were made.
        after: under which they shall hold.
        view_handle: see ``concerned``.
    """
    if before.tree is not after.tree:
        return None
    changed = after.changed_since(before)
    if changed is None:
        changed = np.flatnonzero(before.weights.up != after.weights.up).astype(np.int32)
    up_tail = after.below.up_tail
    return concerned(after.tree, up_tail, before.weights.up, after.weights.up, changed, view_handle)


@kernel
def concerned(
    tree: Tree, up_tail: Int32, old_up: Int64, new_up: Int64, changed: Int32, view_handle: Handle
) -> Int32:
    """Find the units whose labels may be others under other weights.

    A label stays as it is where no edge above it that has become longer was part of a least way,
    and none that has become shorter makes one. Those that an edge can concern lie under its lower
    end, and so stand side by side in order.

    Args:
        tree: the hierarchy.
        up_tail: shape (upward edges,), see ``Below``.
        old_up: ``Weights.up`` that the labels were made under.
        new_up: those that they shall hold under.
        changed: every edge of which the weight is another, those of one lower end in succession.
        view_handle: a bundle of starts, slots, labels, entry slots and nearby, the last in order.

    Returns:
        The units, each once.
    """
    starts, labels = starts_in(view_handle), labels_in(view_handle)
    nearby = nearby_at(view_handle, NEARBY)
    is_found = np.zeros(len(labels.size), dtype=np.uint8)
    units = np.empty(len(labels.size), dtype=np.int32)
    count, last, first_place, end_place = 0, NOTHING, 0, 0
    for edge in changed:
        if old_up[edge] == new_up[edge]:
            continue
        vertex = up_tail[edge]
        if vertex != last:
            last = vertex
            used = nearby.used[0]
            first_place = place_of(nearby.key, used, key_of(tree.low[vertex], 0))
            end_place = place_of(nearby.key, used, key_of(vertex + 1, 0))
        for place in range(first_place, end_place):
            label = nearby.key[place] & LABEL_MASK
            unit = starts.unit[label]
            if is_found[unit] == 0 and is_concerned(
                labels, label, tree.depth[vertex], tree.up_depth[edge], old_up[edge], new_up[edge]
            ):
                is_found[unit] = 1
                units[count] = unit
                count += 1
    return units[:count].copy()


@inner_kernel
def is_concerned(
    labels: Labels, label: int, depth: int, above: int, old_weight: int, new_weight: int
) -> bool:
    """Tell whether the entries of a label may be others by an edge up from one of its ancestors.

    Args:
        labels: of the fleet.
        label: which.
        depth: of the ancestor.
        above: depth of the edge's higher end.
        old_weight: of the edge.
        new_weight: of the edge.
    """
    own_from = labels.own_from[label]
    if depth < own_from:
        # Another path of the same unit has that part.
        return False
    if above < own_from:
        # What is found up there is in the label of another path.
        return True
    base = labels.offset[label] - own_from
    here, known = labels.weight[base + depth], labels.weight[base + above]
    return bool(here + min(old_weight, new_weight) <= known)
