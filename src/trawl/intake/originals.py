"""Media shown to officers from the seized bytes, which themselves go nowhere.

They are read again from the source and rendered in a confined process; what comes back is encoded
anew. Who may see what, and for how long, is decided by the caller before it asks.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from trawl.errors import NotFound, PassFailed, SourceError
from trawl.intake.answers import rendered_of, segment_of
from trawl.intake.fetching import Found, find_ways, sentence, source_away
from trawl.intake.rendered_cache import RenderedCache
from trawl.intake.seats import Seats
from trawl.intake.shower_process import Died
from trawl.intake.showing_protocol import FromShower, NotShown, Show, What, Wish
from trawl.model.looking import Box, Clarity, Rendered, Segment
from trawl.model.media import FrameRole
from trawl.passes.clarity import MIME, fitted, render_thumbnail
from trawl.settings import Settings
from trawl.store.blobs import StoredThumbnail, read_blob
from trawl.store.database import Database
from trawl.store.media import frames_of, thumbnails
from trawl.workspace import Workspace

WORKERS = 2
CACHE_BYTES = 32 << 20
"""Of pictures, and as much again of segments."""
MOST_KEYS = 8
"""Held for one acquisition: each is one more way to every media in it."""
LONGEST = 4096
"""No side of anything shown is longer."""


class Originals:
    """Shows media from their sources. One of these serves all threads of a server."""

    def __init__(
        self,
        workspace: Workspace,
        settings: Settings,
        database: Database,
        *,
        workers: int = WORKERS,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._workspace, self._database = workspace, database
        scratch = workspace.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        self._seats = Seats(workers, settings, scratch)
        self._pictures: RenderedCache[Rendered] = RenderedCache(cache_bytes)
        self._segments: RenderedCache[Segment] = RenderedCache(cache_bytes)
        self._jobs = itertools.count(1)
        self._keys: dict[int, tuple[str, ...]] = {}

    def picture(
        self,
        case_id: int,
        media_id: int,
        clarity: Clarity,
        longest: int,
        *,
        box: Box | None = None,
        stand_in: bool = True,
    ) -> Rendered:
        """A picture, upright, its longer side at most ``longest``; or the part of it in ``box``.
        ``stand_in``: give the stored thumbnail when the source cannot be read (``instead`` says
        why); never for a part. Raises NotFound, Unreadable, Locked, PassFailed, WorkspaceBusy."""
        wish = Wish(what=What.PICTURE, clarity=clarity, longest=_within(longest), box=box)
        return self._still(
            case_id,
            media_id,
            wish,
            (lambda: self.thumbnail(media_id, clarity, longest)) if stand_in and not box else None,
        )

    def frame(
        self,
        case_id: int,
        media_id: int,
        at_ms: int,
        clarity: Clarity,
        longest: int,
        *,
        stand_in: bool = True,
    ) -> Rendered:
        """The frame of a video that a player shows at a moment; ``at_ms`` of the answer is its
        own time. ``stand_in``: give the stored scene before it when the source cannot be read.
        Raises as ``picture`` does."""
        wish = Wish(
            what=What.FRAME, clarity=clarity, longest=_within(longest), from_ms=max(0, at_ms)
        )
        return self._still(
            case_id,
            media_id,
            wish,
            (lambda: self._scene(media_id, at_ms, clarity, longest)) if stand_in else None,
        )

    def segment(
        self,
        case_id: int,
        media_id: int,
        from_ms: int,
        to_ms: int,
        clarity: Clarity,
        *,
        longest: int = 640,
        sound: bool = False,
    ) -> Segment:
        """A stretch of a video as MP4 (H.264, AAC when ``sound`` is asked for and there is any),
        at most 20 s and 640 pixels. It begins with the frame that is shown at ``from_ms`` and may
        end before ``to_ms``: go on from the answer's ``to_ms``. Raises as ``picture`` does."""
        wish = Wish(
            what=What.SEGMENT,
            clarity=clarity,
            longest=_within(longest),
            from_ms=max(0, from_ms),
            to_ms=to_ms,
            sound=sound,
        )
        return self._segments.once(
            (case_id, media_id, wish),
            lambda: segment_of(self._from_source(case_id, media_id, wish), clarity),
        )

    def thumbnail(self, media_id: int, clarity: Clarity, longest: int) -> Rendered:
        """The stored thumbnail. Raises NotFound when there is none."""
        with self._database.reader() as reader:
            stored = thumbnails(reader, [media_id]).get(media_id)
        if stored is None:
            raise NotFound("This media has no thumbnail.")
        return self._stored(stored, clarity, longest, None)

    def keep_key(self, acquisition_id: int, secret: str) -> None:
        """Try this password or recovery key on what is locked in an acquisition, until ``close``.
        It is held in memory and never written."""
        held = self._keys.get(acquisition_id, ())
        self._keys[acquisition_id] = (secret, *(one for one in held if one != secret))[:MOST_KEYS]

    def close(self) -> None:
        """Kill the workers, empty their scratch, forget what was rendered, and all keys."""
        self._keys.clear()
        self._seats.close()
        self._pictures.clear()
        self._segments.clear()

    # From the source --------------------------------------------------------------------------

    def _still(
        self, case_id: int, media_id: int, wish: Wish, instead: Callable[[], Rendered] | None
    ) -> Rendered:
        """A picture or frame from the source, or what stands in for it."""
        try:
            return self._pictures.once(
                (case_id, media_id, wish),
                lambda: rendered_of(self._from_source(case_id, media_id, wish), wish),
            )
        except SourceError as error:
            if instead is None:
                raise
            try:
                return replace(instead(), instead=" ".join(str(error).split()))
            except NotFound:
                raise error from None

    def _from_source(self, case_id: int, media_id: int, wish: Wish) -> FromShower:
        found = find_ways(self._database, self._workspace, case_id, media_id, self._keys)
        if not found.ways:
            raise source_away(found.away)
        show = Show(job=next(self._jobs), ways=found.ways, sha256=found.sha256, wish=wish)
        answer = self._asked(found, show)
        if isinstance(answer, NotShown):
            raise sentence(answer, found.away)
        return answer

    def _asked(self, found: Found, show: Show) -> FromShower:
        """A worker's answer; asked again where the first worker died for no fault of its own."""
        for again in (True, False):
            with self._seats.seat(found.ground, found.sha256) as seat:
                try:
                    return seat.ask(show)
                except Died as death:
                    if again and death.outside:
                        continue
                    why = f"This media cannot be shown: it {death.cause}."
                    raise PassFailed(why) from death
        raise AssertionError("asked twice")

    # In its stead -----------------------------------------------------------------------------

    def _scene(self, media_id: int, at_ms: int, clarity: Clarity, longest: int) -> Rendered:
        """The stored scene at or before a moment, or the first there is."""
        with self._database.reader() as reader:
            frames = frames_of(reader, media_id)
        scenes = [
            (frame.at_ms, frame.thumbnail)
            for frame in frames
            if frame.role is FrameRole.SCENE and frame.thumbnail is not None
        ]
        if not scenes:
            return self.thumbnail(media_id, clarity, longest)
        before = [scene for scene in scenes if scene[0] <= at_ms]
        found_ms, stored = before[-1] if before else scenes[0]
        return self._stored(stored, clarity, longest, found_ms)

    def _stored(
        self, stored: StoredThumbnail, clarity: Clarity, longest: int, at_ms: int | None
    ) -> Rendered:
        raw = read_blob(self._workspace.thumbnails(stored.acquisition_id), stored.ref)
        height, width = fitted(stored.height, stored.width, longest)
        return Rendered(
            data=render_thumbnail(raw, clarity, longest),
            mime=MIME,
            width=width,
            height=height,
            clarity=clarity,
            at_ms=at_ms,
        )


def _within(longest: int) -> int:
    return max(1, min(longest, LONGEST))
