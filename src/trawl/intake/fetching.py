"""The ways to a media's bytes: what a worker needs to get at them again, and what an officer is
told when it cannot."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trawl.errors import Locked, PassFailed, TrawlError, Unreadable
from trawl.intake.acquire import path_of
from trawl.intake.room import no_room
from trawl.intake.seats import Ground
from trawl.intake.showing_protocol import NotShown, Step, Way, Why
from trawl.store.database import Database
from trawl.store.whereabouts import Inside, Whereabouts, lying
from trawl.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Found:
    """A media and the ways to it that begin at paths that are there; ``away``: exhibits whose
    paths are not, each with a path."""

    sha256: bytes
    ways: tuple[Way, ...]
    ground: Ground
    away: tuple[tuple[str, str], ...]


def find_ways(
    database: Database,
    workspace: Workspace,
    case_id: int,
    media_id: int,
    keys: Mapping[int, Sequence[str]] | None = None,
) -> Found:
    """The ways to a media of a case. ``keys``: those held for an acquisition; the way is given
    with each. Raises NotFound when the media is not in the case."""
    with database.reader() as reader:
        media = lying(reader, case_id, media_id)
    ways, away = list[Way](), dict[str, str]()
    ground: dict[bytes, tuple[bytes, int, int]] = {}
    for place in media.places:
        there = []
        for root in place.roots:
            found = _ground(path_of(root))
            if found is None:
                away.setdefault(place.exhibit, root)
            else:
                there.append(found)
        if there:
            ground.update((one[0], one) for one in there)
            held = (keys or {}).get(place.acquisition_id, ())
            ways += [_way(place, workspace, secret) for secret in held or (None,)]
    return Found(media.sha256, tuple(ways), tuple(sorted(ground.values())), tuple(away.items()))


def _ground(path: Path) -> tuple[bytes, int, int] | None:
    """What a worker must be able to read for one of the acquisition's paths: a folder itself;
    around a file also its neighbours, since an image may go on in them. None where the path is
    not there."""
    try:
        around = path if path.is_dir() else path.parent
        path.lstat()
        status = around.stat()
    except OSError:
        return None
    return os.fsencode(around), status.st_dev, status.st_ino


def _way(place: Whereabouts, workspace: Workspace, secret: str | None) -> Way:
    return Way(
        roots=tuple(os.fsencode(path_of(root)) for root in place.roots),
        exclude=(os.fsencode(workspace.folder),),
        steps=tuple(map(_step, place.inside)),
        entry=place.entry,
        secret=secret,
    )


def _step(inside: Inside) -> Step:
    container = inside.container
    return Step(
        number=container.id,
        kind=container.kind,
        volume=container.volume,
        entry=inside.entry,
        sha256=container.sha256,
    )


def source_away(away: Sequence[tuple[str, str]]) -> Unreadable:
    """None of the paths the media lies at is there."""
    exhibits = _listed(exhibit for exhibit, _ in away)
    return Unreadable(
        f"The source of this media is not connected: {exhibits}.",
        hint=f"Connect the exhibit, so that {away[0][1]} is there again." if away else None,
    )


def sentence(answer: NotShown, away: Sequence[tuple[str, str]]) -> TrawlError:
    """What the officer is told: Unreadable, Locked, PassFailed, or StoreError without room."""
    if answer.why is Why.NO_ROOM:
        return no_room(answer.reason)
    if answer.why is Why.FAILED:
        return PassFailed(f"This media cannot be shown: {answer.reason}.")
    if answer.why is Why.LOCKED:
        return Locked(
            f"This media lies in something locked: {answer.reason}.",
            lock=answer.lock,
            hint="Keys are never stored: it can be shown once its key is typed again.",
        )
    hint = "Connect the exhibit as it was when it was taken in."
    if answer.why is Why.CHANGED:
        hint = "The source was changed since; say so to whoever keeps the exhibit: trawl verify"
    if away:
        hint = f"{hint} {_listed(path for _, path in away)} is not there."
    return Unreadable(f"This media cannot be read again: {answer.reason}.", hint=hint)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))
