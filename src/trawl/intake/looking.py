"""Looking at one picture that is in no exhibit: in a worker, as all strangers' files."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from trawl.errors import Unreadable
from trawl.intake.marker import IDLE
from trawl.intake.pool import Death, Pool
from trawl.intake.protocol import Ask, Known, MemberDone, NoRoom, Opened, Setup, Work, WorkEnd
from trawl.model.exhibit import Entry
from trawl.model.intake import Logged
from trawl.model.media import FileType, Finding, FindingState, Fingerprint, Kind, Thumbnail
from trawl.passes.base import PassLimits
from trawl.settings import Settings
from trawl.sources.base import SourceLimits
from trawl.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Looked:
    """What is seen of a picture. ``inside``: of what lies inside its borders, where it has any."""

    fingerprint: Fingerprint
    thumbnail: Thumbnail | None
    inside: tuple[Fingerprint, ...] = ()


def look_at(
    workspace: Workspace,
    settings: Settings,
    picture: Path,
    region: tuple[int, int, int, int] | None = None,
) -> Looked:
    """The fingerprint of a picture file, or of a part of it (x, y, width, height in pixels).
    Raises Unreadable when it is not there, is no picture, or cannot be decoded."""
    try:
        path = picture.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise Unreadable(
            f"{picture} cannot be opened.", hint="Name a picture file, or the SHA-256 of a media."
        ) from error
    if not path.is_file():
        raise Unreadable(f"{picture} is no file.", hint="Name a picture file.")
    # A folder of its own every time: another process of this number may have left one.
    with TemporaryDirectory(prefix="look-", dir=workspace.folder / "scratch") as folder:
        scratch = Path(folder)
        setup = _setup(path, scratch, settings)
        with closing(Pool(1, setup, settings.hang_seconds, settings.decode_seconds)) as pool:
            logged = _ask(pool, _work(path, scratch, region))
    return _seen(picture, logged)


def _setup(path: Path, scratch: Path, settings: Settings) -> Setup:
    return Setup(
        source_limits=SourceLimits(
            depth=1, ratio=settings.unpack_ratio, total_bytes=settings.unpack_bytes
        ),
        pass_limits=PassLimits(pixels=settings.pixels, video_seconds=settings.video_seconds),
        memory=settings.worker_memory,
        scratch=os.fsencode(scratch),
        readable=(os.fsencode(path.parent),),
    )


def _work(path: Path, scratch: Path, region: tuple[int, int, int, int] | None) -> Work:
    source = Opened(kind="folder", paths=(os.fsencode(path),), scratch=os.fsencode(scratch))
    entry = Entry(path=os.fsencode(path.name))
    return Work(job=1, source=source, entries={0: entry}, spared={}, shunned={}, region=region)


def _ask(pool: Pool, work: Work) -> Logged | str:
    """What the worker says of the file, or what it died of."""
    (worker,) = pool.workers
    pool.send(worker, work)
    found: Logged | str = "nothing was said of it"
    while True:
        for event in pool.poll(0.2):
            if isinstance(event, Death):
                if event.mark.stage != IDLE or event.worker == worker:
                    return event.cause
                continue
            number, message = event
            if isinstance(message, Ask):
                pool.send(number, Known(batch=message.batch, known=(False,)))
            elif isinstance(message, MemberDone):
                found = message.logged
            elif isinstance(message, NoRoom):
                return message.reason
            elif isinstance(message, WorkEnd):
                return found


def _seen(picture: Path, logged: Logged | str) -> Looked:
    if isinstance(logged, str):
        raise Unreadable(f"{picture} cannot be looked at: {logged}.")
    if logged.media is None:
        raise Unreadable(f"{picture} cannot be read: {logged.reason}.")
    if logged.media.type.kind is not Kind.IMAGE:
        raise _no_picture(picture, logged.media.type)
    for finding in logged.media.findings:
        if finding.fingerprint is not None:
            inside = tuple(one.fingerprint for one in finding.frames)
            return Looked(finding.fingerprint, finding.thumbnail, inside)
    raise Unreadable(f"{picture} cannot be decoded: {_reasons(logged.media.findings)}.")


def _no_picture(picture: Path, kind: FileType) -> Unreadable:
    hint = None
    if kind.kind is Kind.VIDEO:
        hint = "A video is sought by its SHA-256 once it is logged, or by a frame of it."
    return Unreadable(f"{picture} is no picture: it is {kind.mime}.", hint=hint)


def _reasons(findings: tuple[Finding, ...]) -> str:
    failed = [one.reason for one in findings if one.state is FindingState.FAILED and one.reason]
    return "; ".join(failed) or "no decoder knows it"
