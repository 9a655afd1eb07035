"""Sums of products over sixteen lanes at once, in vector registers.

Nets that differ only in their numbers train side by side as lanes. numba keeps no running sum of several lanes in
registers, so this one is written in LLVM's vectors, which become whatever vector instructions a processor has.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from service.demos.playground.kinds import LANES

_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_DOUBLE_BYTES = 8  # arrays promise no more alignment than one number's


def _add_products(_typing: Any, total: Any, place: Any, a: Any, b: Any, count: Any) -> Any:
    """total[place + lane] += the sum over k < count of a's times b's k-th row, in that order, for each lane.

    `a` and `b` are walks (array, place of the first row, step to the next). Arrays are flat, contiguous float64;
    places and steps are in numbers; no bound is checked.
    """
    return types.void(total, place, a, b, count), _write_loop


add_products: Any = intrinsic(_add_products)


def _write_loop(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    total, place, a, b, count = arguments
    total_type, _, a_type, b_type, _ = signature.args

    def vector_at(array_type: Any, array: Any, at: Any) -> Any:
        data = context.make_array(array_type)(context, builder, array).data
        return builder.bitcast(builder.gep(data, [at]), _VECTOR.as_pointer())

    def row(walk_type: Any, walk: Any, k: Any) -> Any:
        array, first, step = (builder.extract_value(walk, part) for part in range(3))
        at = builder.add(first, builder.mul(step, k))
        return builder.load(vector_at(walk_type[0], array, at), align=_DOUBLE_BYTES)

    target = vector_at(total_type, total, place)
    running = builder.alloca(_VECTOR)
    builder.store(builder.load(target, align=_DOUBLE_BYTES), running)
    with cgutils.for_range(builder, count) as loop:
        product = builder.fmul(row(a_type, a, loop.index), row(b_type, b, loop.index))
        builder.store(builder.fadd(builder.load(running), product), running)
    builder.store(builder.load(running), target, align=_DOUBLE_BYTES)
    return context.get_dummy_value()
