"""Kernels compiled by Numba: no GIL, cached on disk; plain with NUMBA_DISABLE_JIT=1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from dispatch_router.routing.kernel_cache import prepare_cache

Kernel = TypeVar("Kernel", bound=Callable[..., object])

_CACHED = prepare_cache()


def kernel(function: Kernel) -> Kernel:
    """Compile a free function over arrays.

    ``boundscheck`` stays off: every graph is checked when it is opened, so that no index can
    leave its array.
    """
    return _compiled(function, no_cpython_wrapper=False, nogil=True)


def short_kernel(function: Kernel) -> Kernel:
    """Compile a function that is over before another thread could use Python's global lock.

    It keeps the lock: whoever gives it away waits for it afterwards, for as long as another thread
    likes to hold it.
    """
    return _compiled(function, no_cpython_wrapper=False, nogil=False)


def inner_kernel(function: Kernel) -> Kernel:
    """Compile a function that only other kernels call: without the code to call it from Python.

    Compiling takes a sixth less for it.
    """
    return _compiled(function, no_cpython_wrapper=True, nogil=True)


def _compiled(function: Kernel, *, no_cpython_wrapper: bool, nogil: bool) -> Kernel:
    options: dict[str, Any] = {
        "cache": _CACHED,
        "nogil": nogil,
        "error_model": "numpy",
        "no_cpython_wrapper": no_cpython_wrapper,
        "no_cfunc_wrapper": True,
    }
    return cast("Kernel", numba.njit(**options)(function))
