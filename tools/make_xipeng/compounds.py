"""What lies inside a street block: housing compounds, lanes, factory yards."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tools.make_xipeng.curves import smoothed
from tools.make_xipeng.draft import Draft
from tools.make_xipeng.lattice import Corner, GridPlan, Lattice, Side
from tools.make_xipeng.names import Tags
from tools.make_xipeng.plane import Point, between, distance

GATED: Tags = {"highway": "service", "access": "private", "maxspeed": "15"}
OPEN_SERVICE: Tags = {"highway": "service"}
LANE: Tags = {"highway": "living_street"}

SIDES_OF_A_BLOCK = ((0, 1), (1, 2), (2, 3), (3, 0))


@dataclass(frozen=True, slots=True)
class Block:
    """Four corners counter-clockwise, and which of the four sides a gate can open on."""

    corners: tuple[Point, Point, Point, Point]
    open_sides: tuple[int, ...]

    def middle_of(self, side: int) -> Point:
        """Return the middle of a side."""
        a, b = SIDES_OF_A_BLOCK[side]
        return between(self.corners[a], self.corners[b], 0.5)

    def inside(self, across: float, up: float) -> Point:
        """Return the point at these shares of the block's width and height."""
        south = between(self.corners[0], self.corners[1], across)
        north = between(self.corners[3], self.corners[2], across)
        return between(south, north, up)


def blocks_of(plan: GridPlan, lattice: Lattice) -> list[Block]:
    """Return every block with a street on at least one side, in order."""
    blocks = []
    for i, j in sorted(lattice.corners):
        around: list[Corner] = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        if any(corner not in lattice.corners for corner in around):
            continue
        south_west, south_east, north_east, north_west = around
        sides: list[Side] = [
            (south_west, south_east),
            (south_east, north_east),
            (north_west, north_east),
            (south_west, north_west),
        ]
        dual = (plan.rows[j].dual, plan.columns[i + 1].dual, plan.rows[j + 1].dual)
        is_dual = (*dual, plan.columns[i].dual)
        gates = tuple(n for n in range(4) if sides[n] in lattice.sides and not is_dual[n])
        if gates:
            a, b, c, d = (lattice.corners[corner] for corner in around)
            blocks.append(Block((a, b, c, d), gates))
    return blocks


def fill_block(draft: Draft, block: Block, random: Random) -> None:
    """Draw one of: a gated ring, a lane right through, a yard with a few ends, nothing."""
    choice = random.random()
    if choice < 0.38:
        _ring(draft, block, random, GATED if random.random() < 0.7 else OPEN_SERVICE)
    elif choice < 0.62 and _opposite(block):
        _through(draft, block, random)
    elif choice < 0.88:
        _yard(draft, block, random)


def _ring(draft: Draft, block: Block, random: Random, tags: Tags) -> None:
    low, high = random.uniform(0.22, 0.3), random.uniform(0.68, 0.78)
    corners = [
        block.inside(low, low),
        block.inside(high, low),
        block.inside(high, high),
        block.inside(low, high),
    ]
    middles = [between(corners[a], corners[b], 0.5) for a, b in SIDES_OF_A_BLOCK]
    ring: list[Point] = []
    for a, b in SIDES_OF_A_BLOCK:
        ring += smoothed([middles[a], corners[b], middles[b]], 2)[:-1]
    draft.add([*ring, ring[0]], tags)
    gates = random.sample(block.open_sides, min(len(block.open_sides), random.choice((1, 1, 2))))
    for side in gates:
        draft.add([block.middle_of(side), middles[side]], tags)
    for side in random.sample(range(4), random.randrange(3)):
        draft.add([middles[side], between(middles[side], block.inside(0.5, 0.5), 0.6)], tags)


def _opposite(block: Block) -> int | None:
    return next((side for side in (0, 1) if {side, side + 2} <= set(block.open_sides)), None)


def _through(draft: Draft, block: Block, random: Random) -> None:
    side = _opposite(block) or 0
    entry, heart, leave = block.middle_of(side), block.inside(0.5, 0.5), block.middle_of(side + 2)
    draft.add([entry, heart, leave], LANE)
    for start in (between(entry, heart, 0.6), between(heart, leave, 0.4)):
        if random.random() < 0.75:
            towards = block.middle_of((side + random.choice((1, 3))) % 4)
            draft.add([start, between(start, towards, random.uniform(0.4, 0.7))], OPEN_SERVICE)


def _yard(draft: Draft, block: Block, random: Random) -> None:
    side = random.choice(block.open_sides)
    gate, heart = block.middle_of(side), block.inside(0.5, random.uniform(0.4, 0.6))
    draft.add([gate, heart], OPEN_SERVICE)
    for other in random.sample([n for n in range(4) if n != side], random.choice((2, 2, 3))):
        end = between(heart, block.middle_of(other), random.uniform(0.35, 0.65))
        if distance(heart, end) > 10.0:
            draft.add([heart, end], OPEN_SERVICE)
