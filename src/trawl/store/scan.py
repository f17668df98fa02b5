"""Going through the blocks of a log for the rows that meet all conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trawl.store.blocks import Block, blocks_of, build, read_columns
from trawl.store.columns import BLOCK_ROWS, Column, Mask, unpack
from trawl.store.database import Reader, Session
from trawl.store.identifiers import acquisition_of, number_of
from trawl.store.log_filter import Condition

MOST_AT_ONCE = 64
"""Blocks that are read together. The first few looks take fewer: most pages fill in one."""

Positions = npt.NDArray[np.intp]


@dataclass(slots=True)
class Hits:
    """The rows of one block that meet all conditions, as positions in it."""

    block: Block
    positions: Positions

    @property
    def ids(self) -> list[int]:
        """Their identifiers."""
        found: list[int] = (self.positions.astype(np.int64) + self.block.first_id).tolist()
        return found


def scan(
    view: Reader | Session,
    acquisition_ids: Sequence[int],
    wanted: Sequence[Condition],
    after: int | None = None,
) -> Iterator[Hits]:
    """Blocks with hits, in the order of the log, from behind the occurrence ``after``."""
    at_once = 1
    for acquisition_id in acquisition_ids:
        if after is not None and acquisition_id < acquisition_of(after):
            continue
        blocks = blocks_of(view.connection, acquisition_id)
        if after is not None and acquisition_id == acquisition_of(after):
            blocks = blocks[(number_of(after) + 1) // BLOCK_ROWS :]
        while blocks:
            some, blocks = blocks[:at_once], blocks[at_once:]
            at_once = min(2 * at_once, MOST_AT_ONCE)
            for hits in _look(view, some, wanted):
                kept = _behind(hits, after)
                if len(kept.positions):
                    yield kept


def _behind(hits: Hits, after: int | None) -> Hits:
    if after is None or hits.block.first_id > after:
        return hits
    return Hits(hits.block, hits.positions[hits.positions + hits.block.first_id > after])


def _look(
    view: Reader | Session, blocks: Sequence[Block], wanted: Sequence[Condition]
) -> Iterator[Hits]:
    masks: dict[Block, Mask | None] = dict.fromkeys(blocks)
    for condition in wanted:
        columns = columns_of(view, list(masks), condition.columns, condition.low, condition.high)
        alive: dict[Block, Mask | None] = {}
        for block, found in columns.items():
            mask, so_far = condition.mask(found), masks[block]
            if so_far is not None:
                mask &= so_far
            if mask.any():
                alive[block] = mask
        masks = alive
        if not masks:
            return
    for block, hit in masks.items():
        yield Hits(block, np.arange(block.rows) if hit is None else np.flatnonzero(hit))


def columns_of(
    view: Reader | Session,
    blocks: Sequence[Block],
    names: Sequence[str],
    low: int | None = None,
    high: int | None = None,
) -> dict[Block, dict[str, Column]]:
    """The named columns of blocks of one acquisition, in their order. Stored blocks that have no
    number within ``low`` … ``high`` may be left out."""
    found: dict[Block, dict[str, Column]] = {block: {} for block in blocks}
    for name in names:
        missing = []
        for block in blocks:
            column = view.columns.get(block.key, name)
            if column is not None:
                found[block][name] = column
            elif block.stored:
                missing.append(block)
            else:
                found[block].update(_built(view, block))
        _read(view, missing, name, (low, high), found)
    return {block: columns for block, columns in found.items() if len(columns) >= len(names)}


def _built(view: Reader | Session, block: Block) -> dict[str, Column]:
    columns = build(view.connection, block)
    for name, column in columns.items():
        view.columns.put(block.key, name, column)
    return columns


def _read(
    view: Reader | Session,
    missing: Sequence[Block],
    name: str,
    within: tuple[int | None, int | None],
    found: dict[Block, dict[str, Column]],
) -> None:
    if not missing:
        return
    by_number = {block.number: block for block in missing}
    for number, data in read_columns(view.connection, missing, name, *within):
        block = by_number.get(number)
        if block is not None:
            column = unpack(data)
            view.columns.put(block.key, name, column)
            found[block][name] = column
