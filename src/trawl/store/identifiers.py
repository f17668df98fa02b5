"""Identifiers of an acquisition's rows say which acquisition they belong to, and in what order.

An acquisition holds up to 2^36 occurrences and as many containers; their identifiers are
``acquisition * 2^36 + running number``.
"""

from __future__ import annotations

SHIFT = 36


def row_id(acquisition_id: int, number: int) -> int:
    """The identifier of the occurrence or container with that running number."""
    return (acquisition_id << SHIFT) + number


def acquisition_of(identifier: int) -> int:
    """The acquisition an occurrence or container belongs to."""
    return identifier >> SHIFT


def number_of(identifier: int) -> int:
    """The running number inside the acquisition."""
    return identifier & ((1 << SHIFT) - 1)
