"""Which media lie at a path that holds a text, from the packed columns of the log."""

from __future__ import annotations

import numpy as np

from trawl.review.index.media_index import Mask, MediaIndex
from trawl.review.index.occurrences import NOBODY
from trawl.store.columns import folded
from trawl.store.database import Reader
from trawl.store.log_filter import PathHolds
from trawl.store.scan import scan


def lie_at(view: Reader, index: MediaIndex, text: str) -> Mask:
    """Which positions have a file whose path holds the text, ASCII letters in either case."""
    acquisitions = dict.fromkeys(block.acquisition for block in index.blocks)
    first = {(block.acquisition, block.number): (block.first, block.rows) for block in index.blocks}
    occurrence = index["occurrence"]
    mask = np.zeros(len(index), np.bool_)
    for hits in scan(view, list(acquisitions), [PathHolds(folded(text))]):
        start, rows = first.get((hits.block.acquisition_id, hits.block.number), (0, 0))
        # Rows that the log has got since are not in the index yet.
        there = occurrence[start + hits.positions[hits.positions < rows]]
        mask[there[there != NOBODY]] = True
    return mask
