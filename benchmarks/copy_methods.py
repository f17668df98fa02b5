"""How alike each edited picture is to each original, by every method: (queries, originals),
larger is more alike. Distances are given negative; what a method will not compare is -inf."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import tempfile
import venv
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import simplejpeg

from trawl.matching.embedding.inside import inside_borders
from trawl.matching.embedding.model import Model
from trawl.matching.sight.hamming import words
from trawl.matching.sight.turns import TURNS, turned
from trawl.model.matching import PLAIN
from trawl.model.media import FrameRole
from trawl.passes.base import content_of
from trawl.passes.filetype import detect
from trawl.passes.picture import PicturePass

Scores = npt.NDArray[np.float32]
HERE = Path(__file__).resolve().parent
PEERS = ("perception[pdq]==0.9.3", "pdqhash==0.2.8", "czkawka==0.1.2", "imagehash==4.3.2")
AT_ONCE = 128


class Files(NamedTuple):
    """Names of JPEG files, all in one folder."""

    folder: Path
    originals: list[str]
    queries: list[str]

    @property
    def all(self) -> list[str]:
        return [*self.originals, *self.queries]


class Seen(NamedTuple):
    """What the picture pass says of one file: fingerprints not too plain, and the thumbnail."""

    prints: list[bytes]
    thumbnail: bytes


def seen(path: str) -> Seen:
    """The picture pass, as intake runs it."""
    data = Path(path).read_bytes()
    finding = PicturePass().run(content_of(data), detect(data[:4096], len(data)))
    assert finding.fingerprint is not None
    assert finding.thumbnail is not None
    inside = [frame.fingerprint for frame in finding.frames if frame.role is FrameRole.INSIDE]
    prints = [one.bits for one in (finding.fingerprint, *inside) if one.quality >= PLAIN]
    return Seen(prints, finding.thumbnail.data)


def all_seen(files: Files) -> list[Seen]:
    """The pass over every file, one process a core."""
    with multiprocessing.Pool() as pool:
        return pool.map(seen, [str(files.folder / name) for name in files.all], chunksize=16)


def by_trawl(files: Files, found: list[Seen], *, turns: bool = True, handicap: int = 0) -> Scores:
    """The nearest of a picture's fingerprints, whole or inside of borders, in eight turns; what
    was turned counts as so many bits further off."""
    owner = np.repeat(np.arange(len(found)), [len(one.prints) for one in found])
    bits = np.frombuffer(b"".join(p for one in found for p in one.prints), np.uint8).reshape(-1, 32)
    split = len(files.originals)
    bank, sought = owner < split, owner >= split
    ways = TURNS if turns else TURNS[:1]
    best = np.full((len(files.queries), split), -np.inf, dtype=np.float32)
    for turn in ways:
        apart = _hamming(turned(bits[sought], turn), bits[bank])
        rows = (owner[sought] - split)[:, None]
        apart += handicap if turn is not TURNS[0] else 0
        np.maximum.at(best, (rows, owner[bank][None, :]), -apart)
    return best


def _hamming(queries: npt.NDArray[np.uint8], bank: npt.NDArray[np.uint8]) -> Scores:
    one, other = words(queries), words(bank)
    apart = np.empty((len(one), len(other)), dtype=np.float32)
    for start in range(0, len(one), AT_ONCE):
        some = one[start : start + AT_ONCE, None] ^ other[None]
        apart[start : start + AT_ONCE] = np.bitwise_count(some).sum(axis=2, dtype=np.uint16)
    return apart


def by_embedding(files: Files, found: list[Seen], model: Model, *, full: bool = False) -> Scores:
    """Cosines of the vectors of Trawl's own thumbnails, or of the full pictures, inside of their
    borders."""
    vectors = []
    for start in range(0, len(found), AT_ONCE):
        some = range(start, min(len(found), start + AT_ONCE))
        data = [
            (files.folder / files.all[row]).read_bytes() if full else found[row].thumbnail
            for row in some
        ]
        pictures = [inside_borders(simplejpeg.decode_jpeg(one)) for one in data]
        vectors.append(model.vectors(pictures))
    whole = np.concatenate(vectors)
    split = len(files.originals)
    scores: Scores = whole[split:] @ whole[:split].T
    return scores


def by_peers(files: Files, segmented: int) -> dict[str, Scores]:
    """Every peer's own fingerprint, computed in the peers' environment; compared here by the
    distance the peer defines for it. The crop-resistant hash takes a quarter of a second a
    picture, so only the first ``segmented`` queries are brought to it."""
    with tempfile.TemporaryDirectory() as scratch:
        into = Path(scratch) / "peers.npz"
        slow = Path(scratch) / "segmented.txt"
        slow.write_text("\n".join(files.originals + files.queries[:segmented]))
        script = HERE / "peers" / "copies.py"
        subprocess.run([peer_python(), script, files.folder, into, slow], check=True)
        with np.load(into) as held:
            arrays = dict(held)
    place = {name: row for row, name in enumerate(sorted(files.all))}
    originals = [place[name] for name in files.originals]
    queries = [place[name] for name in files.queries]
    segments, of = arrays.pop("segments"), arrays.pop("picture of each segment")
    scores = {
        name: -_apart(bits[queries], bits[originals]) for name, bits in sorted(arrays.items())
    }
    scores["imagehash crop-resistant"] = _crop_resistant(
        segments, of, queries[:segmented], originals
    )
    return scores


def _apart(queries: npt.NDArray[np.uint8], bank: npt.NDArray[np.uint8]) -> Scores:
    """Hamming distances of bits, one a byte."""
    one, other = queries.astype(np.float32), bank.astype(np.float32)
    apart: Scores = one.sum(axis=1)[:, None] + other.sum(axis=1)[None, :] - 2 * one @ other.T
    return apart


def _crop_resistant(
    segments: npt.NDArray[np.uint8],
    of: npt.NDArray[np.int64],
    queries: list[int],
    originals: list[int],
) -> Scores:
    """The library's match score: segments with a partner within a quarter of the bits, ties
    broken by how near those partners are."""
    bank = np.concatenate([segments[of == row] for row in originals])
    counts = [int((of == row).sum()) for row in originals]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    cutoff = segments.shape[1] * 0.25
    scores = np.empty((len(queries), len(originals)), dtype=np.float32)
    for line, row in enumerate(queries):
        nearest = np.minimum.reduceat(_apart(segments[of == row], bank), starts, axis=1)
        within = nearest <= cutoff
        matches = within.sum(axis=0)
        total = np.where(within, nearest, 0).sum(axis=0)
        most = np.maximum(1, matches) * segments.shape[1]
        scores[line] = np.where(matches > 0, matches - total / most, -np.inf)
    return scores


def peer_python() -> Path:
    """The interpreter of the peers' environment, with every peer of this benchmark in it."""
    folder = HERE.parent / ".venv-peers"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    asked = [str(python), "-m", "pip", "install", "--quiet", *PEERS]
    subprocess.run(asked, check=True, env=os.environ)
    return python
