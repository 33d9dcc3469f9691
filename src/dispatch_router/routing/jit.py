"""Kernels compiled by Numba: no GIL, cached on disk; plain with NUMBA_DISABLE_JIT=1."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

from dispatch_router.routing.kernel_cache import prepare_cache

Kernel = TypeVar("Kernel", bound=Callable[..., object])

_CACHED = prepare_cache()


def kernel(function: Kernel) -> Kernel:
    """Compile a free function over arrays.

    ``boundscheck`` stays off: every graph is checked when it is opened, so that no index can
    leave its array.
    """
    compiled = numba.njit(cache=_CACHED, nogil=True, error_model="numpy")(function)
    return cast("Kernel", compiled)
