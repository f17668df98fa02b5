"""The picture that is asked for: a media, a picture from outside, or a part of either."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from trawl.errors import MatchingError, NotFound, TooPlain
from trawl.matching.case_index import ROLES
from trawl.matching.sight.hamming import Hashes
from trawl.matching.sight.turns import TURNS, turned
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.matching import PLAIN, Turn
from trawl.model.media import Fingerprint, FrameRole, Thumbnail
from trawl.passes.pdq import fingerprint
from trawl.store.access import require
from trawl.store.blobs import read_blob
from trawl.store.case_media import frames_of_media
from trawl.store.database import Database, Session
from trawl.store.media import MediaView, media_by_sha256
from trawl.workspace import Workspace

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture, in pixels of the upright picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sought:
    """The picture that is asked for, in eight turns: ``bits`` uint8 (n, 32), ``turns`` (n,)
    what was done to it. ``sha256`` when it is a media; ``thumbnail`` for a model to look at."""

    bits: Hashes
    turns: tuple[Turn, ...]
    sha256: bytes | None = None
    thumbnail: bytes | None = None


def sought_picture(
    print_of: Fingerprint, thumbnail: Thumbnail | None, inside: Sequence[Fingerprint] = ()
) -> Sought:
    """A picture to ask for; ``inside``: of what lies inside its borders, so that the bare picture
    is found from a framed one or a screenshot. Turned copies are sought by the fingerprints of
    the thumbnail really turned, and by the fingerprints' own turns, which lie up to 30 bits off
    the real ones. Raises TooPlain when there is too little in it."""
    telling = [one for one in (print_of, *inside) if one.quality >= PLAIN]
    if not telling:
        raise TooPlain(
            "This picture is too plain to be matched by sight: its quality is "
            f"{print_of.quality} of 100, and {PLAIN} are needed.",
            hint="Only copies with the same digest can be found: trawl show SHA256",
        )
    own = np.frombuffer(b"".join(one.bits for one in telling), np.uint8).reshape(-1, 32)
    bits = [turned(own, turn) for turn in TURNS]
    turns = [turn for turn in TURNS for _ in telling]
    if thumbnail is not None and print_of.quality >= PLAIN:
        small = _grey(thumbnail.data)
        bits += [_really(small, turn) for turn in TURNS[1:]]
        turns += TURNS[1:]
    data = None if thumbnail is None else thumbnail.data
    return Sought(np.concatenate(bits), tuple(turns), thumbnail=data)


def sought_media(
    database: Database,
    officer: Officer,
    workspace: Workspace,
    cases: Sequence[Case],
    sha256: bytes,
    region: Region | None = None,
) -> Sought:
    """A media of these cases, or a region of it, to ask for; a region is cut from its
    thumbnail. Raises NotFound, TooPlain."""
    with database.session(officer) as session:
        for case in cases:
            require(session, officer, Act.SIMILAR_SEARCH, case.id)
        media = media_by_sha256(session, sha256, [case.id for case in cases], most=1)
        inside = _inside(session, media)
        session.audit(
            Act.SIMILAR_SEARCH,
            case_id=cases[0].id if len(cases) == 1 else None,
            subject=sha256.hex(),
            detail={"asked": True},
        )
    if media.pdq is None or media.quality is None:
        raise NotFound(
            f"{sha256.hex()} has no fingerprint: it is a {media.type.kind}, or it could not be "
            "decoded."
        )
    thumbnail = _stored_thumbnail(workspace, media)
    if region is None:
        sought = sought_picture(Fingerprint(media.pdq, media.quality), thumbnail, inside)
    elif thumbnail is None:
        raise NotFound(f"{sha256.hex()} has no thumbnail to cut a region from.")
    else:
        sought = _of_pixels(cut(_grey(thumbnail.data), region, _size_of(media)))
    return replace(sought, sha256=sha256)


def really_turned(pixels: Pixels, turn: Turn) -> Pixels:
    """The picture, uint8 (height, width, …), with the turn done to it."""
    done: dict[Turn, Callable[[], npt.NDArray[np.uint8]]] = {
        Turn.NONE: lambda: pixels,
        Turn.ROTATED_90: lambda: np.rot90(pixels, 1),
        Turn.ROTATED_180: lambda: np.rot90(pixels, 2),
        Turn.ROTATED_270: lambda: np.rot90(pixels, 3),
        Turn.FLIPPED_X: lambda: pixels[:, ::-1],
        Turn.FLIPPED_Y: lambda: pixels[::-1],
        Turn.TRANSPOSED: lambda: pixels.swapaxes(0, 1),
        Turn.TRANSVERSED: lambda: np.rot90(pixels, 2).swapaxes(0, 1),
    }
    return np.ascontiguousarray(done[turn]())


def cut(pixels: Pixels, region: Region, size: tuple[int, int]) -> Pixels:
    """A region of a picture of ``size`` (width, height), cut from ``pixels`` at another scale.
    Raises MatchingError when it is not inside."""
    width, height = size
    inside = region.x >= 0 and region.y >= 0 and region.width > 0 and region.height > 0
    if not inside or region.x + region.width > width or region.y + region.height > height:
        raise MatchingError(
            f"The region {region.x},{region.y},{region.width},{region.height} is not inside the "
            f"picture of {width} x {height} pixels.",
            hint="Give x,y,width,height in pixels of the upright picture.",
        )
    across, down = pixels.shape[1] / width, pixels.shape[0] / height
    left, top = int(region.x * across), int(region.y * down)
    right = max(left + 1, round((region.x + region.width) * across))
    bottom = max(top + 1, round((region.y + region.height) * down))
    return np.ascontiguousarray(pixels[top:bottom, left:right])


def _of_pixels(grey: Pixels) -> Sought:
    print_of = fingerprint(grey)
    sought = sought_picture(print_of, None)
    bits = [_really(grey, turn) for turn in TURNS]
    return Sought(np.concatenate([sought.bits, *bits]), (*sought.turns, *TURNS))


def _really(grey: Pixels, turn: Turn) -> Hashes:
    """The fingerprint, uint8 (1, 32), of a picture really turned."""
    return np.frombuffer(fingerprint(really_turned(grey, turn)).bits, np.uint8).reshape(1, 32)


def _inside(view: Session, media: MediaView) -> list[Fingerprint]:
    """Of what lies inside the borders of a picture."""
    found = frames_of_media(view, np.array([media.id], np.int64))
    return [
        Fingerprint(bits.tobytes(), int(quality))
        for bits, quality, role in zip(found.bits, found.quality, found.role, strict=True)
        if ROLES[role] is FrameRole.INSIDE
    ]


def _grey(data: bytes) -> Pixels:
    """The grey pixels of a thumbnail of our own making."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise NotFound("The thumbnail of this media cannot be decoded.")
    return np.asarray(pixels, np.uint8)


def _stored_thumbnail(workspace: Workspace, media: MediaView) -> Thumbnail | None:
    stored = media.thumbnail
    if stored is None:
        return None
    data = read_blob(workspace.thumbnails(stored.acquisition_id), stored.ref)
    return Thumbnail(data, stored.mime, stored.width, stored.height)


def _size_of(media: MediaView) -> tuple[int, int]:
    width, height = media.facts.get("width"), media.facts.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        raise NotFound("The size of this picture is not known.")
    return width, height
