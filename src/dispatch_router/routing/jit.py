"""Kernels compiled by Numba: no GIL, cached on disk; plain with NUMBA_DISABLE_JIT=1."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def kernel(function: Kernel) -> Kernel:
    """Compile a free function over arrays.

    ``boundscheck`` stays off: every graph is checked when it is opened, so that no index can
    leave its array.
    """
    return cast("Kernel", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
