"""Traffic signals on the way (https://wiki.openstreetmap.org/wiki/Tag:highway=traffic_signals).

Only ``highway=traffic_signals`` counts. Signals of crossings for walkers
(``crossing=traffic_signals``) do not: they stand at the same junctions as those, and elsewhere they
stop a car only when somebody pressed the button.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dispatch_router.routing.build.tags import Tags, listed

FORWARD = 1
BACKWARD = 2
MOST = 255
"""What a byte holds; no piece of road between junctions has as many."""

_FACING = {"forward": FORWARD, "backward": BACKWARD}


def signal_directions(tags: Tags) -> int:
    """Return whom a node's traffic signals face, as bits; 0 without any.

    Signals face both directions of a way unless ``traffic_signals:direction`` names one.
    """
    if "traffic_signals" not in listed(tags.get("highway", "")):
        return 0
    facing = tags.get("traffic_signals:direction", "").strip().lower()
    return _FACING.get(facing, FORWARD | BACKWARD)


def signals_passed(
    shape_first: npt.NDArray[np.int64],
    forward: npt.NDArray[np.bool_],
    backward: npt.NDArray[np.bool_],
) -> npt.NDArray[np.uint8]:
    """Count signals along every directed edge, that at its head included, that at its tail not.

    Args:
        shape_first: shape (edges + 1,), offsets into the shape points.
        forward: shape (points,), signals face those who come along the shape.
        backward: shape (points,), signals face those who come against it.

    Returns:
        Shape (2 * edges,), at most ``MOST``.
    """
    first, last = shape_first[:-1], shape_first[1:] - 1
    before_forward = np.concatenate(([0], np.cumsum(forward)))
    before_backward = np.concatenate(([0], np.cumsum(backward)))
    along = before_forward[last + 1] - before_forward[first + 1]
    against = before_backward[last] - before_backward[first]
    passed = np.minimum(np.stack((along, against), axis=1), MOST)
    counted: npt.NDArray[np.uint8] = passed.astype(np.uint8).ravel()
    return counted
