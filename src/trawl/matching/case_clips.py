"""The videos of a case: runs they share with each other, with stills, and with known videos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trawl.matching.case_index import CaseIndex
from trawl.matching.steps import Stop, Tell
from trawl.model.hash_set import ListImport
from trawl.store.hits import Hit


@dataclass
class CaseClips:
    same: list[tuple[int, int]] = field(default_factory=list)


def build(folder: Path, index: CaseIndex, first: int, tell: Tell, stop: Stop) -> CaseClips:
    return CaseClips()


def set_hits(
    hash_sets: Path,
    listed: ListImport,
    index: CaseIndex,
    first: int,
    categories: object,
    tell: Tell,
    stop: Stop,
) -> Iterator[Hit]:
    yield from ()
