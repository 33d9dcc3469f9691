"""Many arrays as one argument of a kernel: the list of where they are.

To hand an array to compiled code takes longer than most of what a search does with it, and a search
needs forty. So they are bundled once, and a kernel gets the addresses and lengths. Bundles are made
of arrays of just the types that their bundle says: nothing is checked when they are read.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, cast, get_args, get_type_hints

import numba
import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from dispatch_router.routing.graph import Int32, Int64, UInt8
from dispatch_router.routing.jit import kernel

IS_COMPILED = not numba.config.DISABLE_JIT  # type: ignore[attr-defined]

Handle = Int64
"""Address and length of every array in turn; without compiling the arrays themselves."""


class Bundle:
    """Keeps arrays where they are while kernels read and write them.

    Attributes:
        handle: what a kernel gets.
    """

    __slots__ = ("_arrays", "handle")

    def __init__(self, *parts: NamedTuple) -> None:
        """Bundle the arrays of some parts, in order.

        Raises:
            TypeError: an array is not of the type that its part says, or not in one piece.
        """
        arrays: list[np.ndarray] = []
        for part in parts:
            for array, dtype in zip(part, _dtypes(type(part)), strict=True):
                if array.dtype != dtype or not array.flags.c_contiguous:
                    raise TypeError(f"{type(part).__name__} wants arrays of {dtype}, in one piece")
                arrays.append(array)
        self._arrays = tuple(arrays)
        if IS_COMPILED:
            places = [(array.ctypes.data, len(array)) for array in arrays]
            self.handle: Handle = np.array(places, dtype=np.int64).ravel()
        else:
            self.handle = cast("Handle", self._arrays)


@cache
def _dtypes(part: type) -> tuple[np.dtype[Any], ...]:
    """Read the type of each array from what the part says of itself."""
    return tuple(np.dtype(get_args(get_args(hint)[1])[0]) for hint in get_type_hints(part).values())


if IS_COMPILED:

    @intrinsic
    def _pointer(typing_context: Any, address: Any) -> Any:  # noqa: ARG001 - given by Numba
        """Take a number for an address."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            return builder.inttoptr(arguments[0], cgutils.voidptr_t)

        return types.voidptr(address), generate

    pointer: Any = _pointer

    @kernel
    def int32_at(handle: Handle, place: int) -> Int32:
        """Return one array of a bundle."""
        address = pointer(handle[2 * place])
        return numba.carray(address, handle[2 * place + 1], np.int32)  # type: ignore[attr-defined]

    @kernel
    def int64_at(handle: Handle, place: int) -> Int64:
        """Return one array of a bundle."""
        address = pointer(handle[2 * place])
        return numba.carray(address, handle[2 * place + 1], np.int64)  # type: ignore[attr-defined]

    @kernel
    def int64_pairs_at(handle: Handle, place: int) -> Int64:
        """Return one array of a bundle, of shape (length, 2)."""
        address = pointer(handle[2 * place])
        return numba.carray(address, (handle[2 * place + 1], 2), np.int64)  # type: ignore[attr-defined]

    @kernel
    def uint8_at(handle: Handle, place: int) -> UInt8:
        """Return one array of a bundle."""
        address = pointer(handle[2 * place])
        return numba.carray(address, handle[2 * place + 1], np.uint8)  # type: ignore[attr-defined]

else:

    def int32_at(handle: Handle, place: int) -> Int32:
        """Return one array of a bundle."""
        return cast("Int32", handle[place])

    def int64_at(handle: Handle, place: int) -> Int64:
        """Return one array of a bundle."""
        return cast("Int64", handle[place])

    def int64_pairs_at(handle: Handle, place: int) -> Int64:
        """Return one array of a bundle, of shape (length, 2)."""
        return cast("Int64", handle[place])

    def uint8_at(handle: Handle, place: int) -> UInt8:
        """Return one array of a bundle."""
        return cast("UInt8", handle[place])
