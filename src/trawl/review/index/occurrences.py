"""The occurrences of a case that bear a media, from the packed columns of the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from trawl.store import schema
from trawl.store.blocks import Block, blocks_of
from trawl.store.columns import IntColumn
from trawl.store.database import Reader
from trawl.store.scan import MOST_AT_ONCE, columns_of

Numbers = npt.NDArray[np.int64]

NOBODY = -1
"""Stands for the position of a row without a media."""


class BlockState(NamedTuple):
    """One state of one block of the log; ``first``: its first row among those of the case."""

    acquisition: int
    number: int
    rows: int
    version: int
    first: int


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Rows of the log in the order of exhibits, then of the log. ``media``: identifiers, 0 where
    there is none; ``exhibit``: index into ``exhibits``, of each block."""

    exhibits: tuple[str, ...]
    blocks: tuple[BlockState, ...]
    block_exhibit: tuple[int, ...]
    media: Numbers

    def row_ids(self, rows: Numbers) -> Numbers:
        """Identifiers of the occurrences at these rows."""
        firsts = np.array([block.first for block in self.blocks], np.int64)
        ids = np.array([_first_id(block) for block in self.blocks], np.int64)
        at = np.searchsorted(firsts, rows, side="right") - 1
        found: Numbers = ids[at] + rows - firsts[at]
        return found


def _first_id(block: BlockState) -> int:
    return Block(block.acquisition, block.number, block.rows, block.version, True).first_id


def exhibits_of_case(view: Reader, case_id: int) -> list[tuple[int, str, int]]:
    """Exhibit's identifier, its reference, acquisition: in the order places are told in."""
    exhibits, acquisitions = schema.exhibit.c, schema.acquisition.c
    rows = view.connection.execute(
        select(exhibits.id, exhibits.reference, acquisitions.id)
        .join(schema.acquisition, acquisitions.exhibit_id == exhibits.id)
        .where(exhibits.case_id == case_id)
        .order_by(exhibits.id, acquisitions.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def block_states(
    view: Reader, case_id: int
) -> tuple[tuple[str, ...], list[tuple[int, list[Block]]]]:
    """References of the exhibits; the blocks of each acquisition with the index of its exhibit."""
    found = exhibits_of_case(view, case_id)
    references = dict.fromkeys(reference for _, reference, _ in found)
    order = {reference: at for at, reference in enumerate(references)}
    blocks = [
        (order[reference], blocks_of(view.connection, acquisition))
        for _, reference, acquisition in found
    ]
    return tuple(references), blocks


def read_occurrences(view: Reader, case_id: int) -> Occurrences:
    """All rows of a case."""
    exhibits, by_acquisition = block_states(view, case_id)
    states: list[BlockState] = []
    of_exhibit: list[int] = []
    media: list[Numbers] = [np.empty(0, np.int64)]
    first = 0
    for exhibit, blocks in by_acquisition:
        for at in range(0, len(blocks), MOST_AT_ONCE):
            for block, columns in columns_of(
                view, blocks[at : at + MOST_AT_ONCE], ["media"]
            ).items():
                column = columns["media"]
                assert isinstance(column, IntColumn)
                states.append(BlockState(*block.key, first))
                of_exhibit.append(exhibit)
                media.append(column.values())
                first += block.rows
    return Occurrences(exhibits, tuple(states), tuple(of_exhibit), np.concatenate(media))
