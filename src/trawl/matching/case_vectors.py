"""The vectors of a case's pictures: made from their thumbnails by a model the unit supplies.

Optional. The index lies beside the case's other files and is rebuilt by one command; what a
later search for objects needs is the same: model file in, vectors out, index on disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from trawl.errors import ModelRefused, NotFound
from trawl.matching.embedding.index import VectorIndex
from trawl.matching.embedding.inside import inside_borders
from trawl.matching.embedding.model import Model, Vectors
from trawl.matching.embedding.preparing import Picture
from trawl.matching.steps import Step, Stop, Tell, heed, never, silent
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.matching import PLAIN
from trawl.model.media import Kind
from trawl.store.access import require
from trawl.store.blobs import StoredThumbnail, read_blob
from trawl.store.case_media import acquisitions_of_case, media_counts, media_facts
from trawl.store.database import Database, Reader
from trawl.store.media import thumbnails
from trawl.workspace import Workspace, only_one

AT_ONCE = 64
"""Pictures that are brought to the model together; the index grows by as many."""

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Embedded:
    """What an embedding came to. ``pictures``: those with enough in them (a plain picture is
    like every other plain one to a model, too); ``without``: those that have no thumbnail."""

    model: str
    version: str
    digest: bytes
    pictures: int
    new: int
    without: int


def index_path(workspace: Workspace, case: Case) -> Path:
    """Where the vectors of a case are."""
    return workspace.matching(case.id) / "embeddings" / "copy.vectors"


def embed_case(
    database: Database,
    officer: Officer,
    workspace: Workspace,
    case: Case,
    model: Model,
    *,
    again: bool = False,
    tell: Tell = silent,
    stop: Stop = never,
) -> Embedded:
    """Bring the vectors of a case up to date; ``again``: all of them anew, as with another
    model. Stopped, it goes on where it was. Raises ModelRefused (the vectors that are there were
    made by another model), IndexDamaged, Stopped, WorkspaceBusy."""
    with database.session(officer) as session:
        require(session, officer, Act.MATCH_RUN, case.id)
        session.audit(
            Act.MATCH_RUN,
            case_id=case.id,
            subject=f"vectors by {model.name} {model.version}",
            detail={"model": model.digest.hex(), "again": again},
        )
    path = index_path(workspace, case)
    with only_one(path.parent, f"Another process is embedding {case.name}.", "Wait for it to end."):
        if again:
            path.unlink(missing_ok=True)
        with database.reader() as reader:
            return _embed(reader, workspace, case, model, path, tell, stop)


def _embed(
    view: Reader,
    workspace: Workspace,
    case: Case,
    model: Model,
    path: Path,
    tell: Tell,
    stop: Stop,
) -> Embedded:
    index = VectorIndex.open(path, model.digest) if path.exists() else None
    ids, _ = media_counts(view, acquisitions_of_case(view, case.id))
    pictures = [
        one.id
        for batch in media_facts(view, ids)
        for one in batch
        if one.kind == Kind.IMAGE and (one.quality or 0) >= PLAIN
    ]
    known = index.media if index else np.empty(0, np.int64)
    new = np.setdiff1d(np.array(pictures, np.int64), known)
    done = 0
    for first in range(0, len(new), AT_ONCE):
        heed(stop)
        some = new[first : first + AT_ONCE]
        there, shown = _shown(view, workspace, some)
        if len(there):
            index = _added(index, path, model, there, model.vectors(shown))
        done += len(there)
        tell(Step("vectors", min(first + AT_ONCE, len(new)), len(new), "pictures"))
    return Embedded(model.name, model.version, model.digest, len(pictures), done, len(new) - done)


def _added(
    index: VectorIndex | None, path: Path, model: Model, ids: Ids, vectors: Vectors
) -> VectorIndex:
    if index is None:
        index = VectorIndex.build(path, model.digest, vectors.shape[1])
    index.append(ids, vectors)
    return index


def _shown(view: Reader, workspace: Workspace, ids: Ids) -> tuple[Ids, list[Picture]]:
    """The thumbnails of those media that have one."""
    found = thumbnails(view, ids.tolist())
    told = [(media_id, _pixels(workspace, stored)) for media_id, stored in sorted(found.items())]
    there = [(media_id, pixels) for media_id, pixels in told if pixels is not None]
    return (
        np.array([media_id for media_id, _ in there], np.int64),
        [pixels for _, pixels in there],
    )


def _pixels(workspace: Workspace, stored: StoredThumbnail) -> Picture | None:
    try:
        data = read_blob(workspace.thumbnails(stored.acquisition_id), stored.ref)
    except NotFound:
        return None
    return pixels_of(data)


def pixels_of(thumbnail: bytes) -> Picture | None:
    """The colours of a thumbnail inside its borders, uint8 (height, width, 3), RGB; None when it
    does not decode."""
    pixels = cv2.imdecode(np.frombuffer(thumbnail, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        return None
    return inside_borders(np.ascontiguousarray(pixels[:, :, ::-1], np.uint8))


@dataclass(frozen=True, slots=True)
class Copies:
    """A model to look for edited copies with. ``least``: the cosine that counts."""

    model: Model
    least: float

    @classmethod
    def by(cls, named: str, least: float | None = None) -> Copies:
        """The model of that file or package. Raises ModelRefused, also when neither it nor the
        caller says from which likeness on two pictures are related."""
        model = Model.open(named)
        known = (each for each in (least, model.related, model.copy) if each is not None)
        threshold = next(known, None)
        if threshold is None:
            raise ModelRefused(
                f"{model.name} does not say from which likeness on two pictures are related.",
                hint="Put related = 0.6, or what you have measured, into the TOML file beside it.",
            )
        return cls(model, threshold)

    def search(
        self, workspace: Workspace, case: Case, picture: Picture, most: int
    ) -> list[tuple[int, float]]:
        """Media of the case that are like a picture, with the cosine, the likest first; nothing
        when the case has no vectors. Raises ModelRefused, IndexDamaged."""
        path = index_path(workspace, case)
        if not path.exists():
            return []
        index = VectorIndex.open(path, self.model.digest)
        found = index.search(self.model.vectors([picture]), self.least, most)
        return list(zip(found.media.tolist(), found.score.tolist(), strict=True))
