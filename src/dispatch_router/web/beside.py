"""Threads for work that waits for nothing but the processor.

Apart from those that wait for the state: while a database says nothing, positions are read and
taken in all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

_THREADS: Final = ThreadPoolExecutor(2, thread_name_prefix="beside")
ResultT = TypeVar("ResultT")


async def beside(work: Callable[[], ResultT]) -> ResultT:
    """Do what takes long beside the event loop; it must not wait for the state."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work)
