"""What the compiled loops share: their array types, and the one way a loop is compiled."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile at the first call and keep the machine code on disk (see `kernel_cache`); the GIL is free meanwhile.

    Division by zero gives inf or NaN, as in NumPy: a branch that raises would keep a loop from being vectorised.
    No fast-math: every sum keeps its order, so that equal inputs give equal bits on every processor.
    """
    from numba import njit  # noqa: PLC0415  # 60 MB that a process without compiled loops does not need

    return cast(F, njit(cache=True, error_model="numpy", nogil=True)(function))
