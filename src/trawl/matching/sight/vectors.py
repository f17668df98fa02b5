"""What Numba cannot say by itself: eight hashes compared at once, and where its code is cached.

Eight hashes lie in a *block* of 32 words, word by word: word 0 of all eight, then word 1, and so
on. LLVM turns the eight-fold count of bits into whatever the machine has (AVX-512 VPOPCNTDQ,
AVX2, or plain instructions); the answers are the same.

Importing this module imports Numba, which takes a moment: only ``kernels`` does, and that is
imported where a job is large enough.
"""

# ruff: noqa: ARG001  (Numba names the arguments it passes; many are for it alone)

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

LANES = 8
_FOUR = cast(Any, types.UniTuple)(types.uint64, 4)
_function: Any = cgutils.get_or_insert_function
_BYTE, _LONG = ir.IntType(8), ir.IntType(64)
_VECTOR = ir.VectorType(_LONG, LANES)
_BANDS = ir.VectorType(ir.IntType(16), 4 * LANES)


def compiled(function: Kernel) -> Kernel:
    """``function`` compiled for this machine on first use, without Python's lock. The code is
    cached beside this package, else in the user's cache folder, else nowhere."""
    try:
        return cast(Kernel, numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:  # no folder that Numba could write to
        return cast(Kernel, numba.njit(nogil=True)(function))


def _built_in(function: Callable[..., Any]) -> Any:
    """``function`` tells Numba how something is written for LLVM."""
    return intrinsic(function)


def _all_lanes(builder: Any, value: Any) -> Any:
    """A vector with ``value`` in every lane."""
    one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), value, ir.IntType(32)(0))
    nowhere = ir.Constant(_VECTOR, ir.Undefined)
    return builder.shuffle_vector(
        one, nowhere, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    )


def _held(builder: Any, address: Any, word: int) -> Any:
    """One word of all eight hashes of the block at ``address``."""
    place = builder.add(address, _LONG(word * LANES * 8))
    return builder.load(builder.inttoptr(place, _VECTOR.as_pointer()), align=8)


def _ones(builder: Any, value: Any) -> Any:
    """How many bits are set, in each lane of a vector."""
    lanes, bits = value.type.count, value.type.element.width
    kind = ir.FunctionType(value.type, [value.type])
    name = f"llvm.ctpop.v{lanes}i{bits}"
    return builder.call(_function(builder.module, kind, name), [value])


def _as_bits(builder: Any, lanes: Any) -> Any:
    """Eight truths as the lowest eight bits of a word."""
    return builder.zext(builder.bitcast(lanes, _BYTE), _LONG)


@_built_in
def near_four(context: Any, address: Any, a: Any, b: Any, threshold: Any) -> Any:
    """Which of the eight hashes of the block at ``address`` are within ``threshold`` of four
    others in the first two words alone (who is not, is not in all four words): eight bits for
    the first of the four, then eight for the second, and so on. ``a``, ``b``: their first and
    second words, each a tuple of four."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address, first, second, threshold = arguments
        held, beside = _held(builder, address, 0), _held(builder, address, 1)
        most = _all_lanes(builder, threshold)
        found = None
        for number in range(4):
            one = _all_lanes(builder, builder.extract_value(first, number))
            two = _all_lanes(builder, builder.extract_value(second, number))
            apart = builder.add(
                _ones(builder, builder.xor(held, one)), _ones(builder, builder.xor(beside, two))
            )
            near = _as_bits(builder, builder.icmp_unsigned("<=", apart, most))
            near = builder.shl(near, _LONG(8 * number))
            found = near if found is None else builder.or_(found, near)
        return found

    return types.int64(types.int64, _FOUR, _FOUR, types.int64), code


@_built_in
def near_anew(
    context: Any, address: Any, sought: Any, threshold: Any, key: Any, limits: Any
) -> Any:
    """Which of the eight hashes of the block at ``address`` are within ``threshold`` of
    ``sought`` (a tuple of four words) and in no band below its limit: eight bits.

    Every 16 bits are a band; ``key`` masks the bits of each band that count, and ``limits``, a
    tuple of four words, holds for each band how many bits are too many to have been brought
    together there: 0 for a band that does not matter.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address, sought, threshold, key, limits = arguments
        kept = _all_lanes(builder, key)
        total, before = None, None
        for word in range(4):
            one = _all_lanes(builder, builder.extract_value(sought, word))
            apart = builder.xor(_held(builder, address, word), one)
            count = _ones(builder, apart)
            total = count if total is None else builder.add(total, count)
            limit = _all_lanes(builder, builder.extract_value(limits, word))
            bands = _ones(builder, builder.bitcast(builder.and_(apart, kept), _BANDS))
            below = builder.icmp_unsigned("<", bands, builder.bitcast(limit, _BANDS))
            before = below if before is None else builder.or_(before, below)
        lanes = builder.bitcast(builder.sext(before, _BANDS), _VECTOR)
        is_new = builder.icmp_unsigned("==", lanes, ir.Constant(_VECTOR, None))
        near = builder.icmp_unsigned("<=", total, _all_lanes(builder, threshold))
        return _as_bits(builder, builder.and_(near, is_new))

    return types.int64(types.int64, _FOUR, types.int64, types.uint64, _FOUR), code


@_built_in
def ones(context: Any, value: Any) -> Any:
    """How many bits of a word are set."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), code


@_built_in
def lowest(context: Any, value: Any) -> Any:
    """Which is the lowest set bit of a word that is not zero."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(types.int64), code


@_built_in
def fetch_ahead(context: Any, address: Any) -> Any:
    """Ask for the cache line at ``address``, which is about to be read."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], _BYTE.as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [_BYTE.as_pointer(), number, number, number])
        ask = _function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(ask, [pointer, number(0), number(2), number(1)])
        return context.get_dummy_value()

    return types.void(types.int64), code
