"""Threads for work beside the event loop.

Work that waits for nothing but the processor has threads of its own: while a database says
nothing, positions are read and taken in all the same. So have changes at the desk, and few: every
thread that computes takes its share of Python's global lock from the calls in the event loop, and
one change waits for the other in the database anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

_THREADS: Final = ThreadPoolExecutor(2, thread_name_prefix="beside")
_AT_THE_DESK: Final = ThreadPoolExecutor(2, thread_name_prefix="desk")
ResultT = TypeVar("ResultT")


async def beside(work: Callable[[], ResultT]) -> ResultT:
    """Do what takes long beside the event loop; it must not wait for the state."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work)


async def at_the_desk(work: Callable[[], ResultT]) -> ResultT:
    """Make a change at the desk; flushing to the disk takes longer than a call may wait."""
    return await asyncio.get_running_loop().run_in_executor(_AT_THE_DESK, work)
