"""Slices that are finished before their turn. The log is written in the order of the listing,
so that an interrupted intake and an unbroken one give the same rows; what comes early waits
here, on disk once it is much."""

from __future__ import annotations

from pathlib import Path

import msgspec

from trawl.model.intake import Logged

HELD_BYTES = 48 << 20


class Ahead:
    """Finished slices by their place in the log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[tuple[int, int], list[Logged]] = {}
        self._weight: dict[tuple[int, int], int] = {}
        self._spilled: set[tuple[int, int]] = set()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[Logged])

    def __len__(self) -> int:
        return len(self._held) + len(self._spilled)

    def of(self, container: int) -> int:
        """How many of them are of the container of that number."""
        return sum(number == container for number, _ in (*self._held, *self._spilled))

    def put(self, order: tuple[int, int], rows: list[Logged]) -> None:
        """A slice is finished."""
        weight = sum(map(_weight, rows))
        if sum(self._weight.values()) + weight > HELD_BYTES and self._held:
            self._path(order).write_bytes(self._encoder.encode(rows))
            self._spilled.add(order)
        else:
            self._held[order] = rows
            self._weight[order] = weight

    def take(self, order: tuple[int, int]) -> list[Logged] | None:
        """The slice whose turn it is, if it is finished."""
        if order in self._spilled:
            path = self._path(order)
            rows = self._decoder.decode(path.read_bytes())
            path.unlink()
            self._spilled.discard(order)
            return rows
        self._weight.pop(order, None)
        return self._held.pop(order, None)

    def _path(self, order: tuple[int, int]) -> Path:
        return self._folder / f"{order[0]:08d}-{order[1]:012d}.ahead"


def _weight(row: Logged) -> int:
    """About how many bytes a row holds."""
    size = 500
    if row.media is not None:
        for finding in row.media.findings:
            size += 300 + (len(finding.thumbnail.data) if finding.thumbnail else 0)
            size += sum(
                120 + (len(frame.thumbnail.data) if frame.thumbnail else 0)
                for frame in finding.frames
            )
    return size
