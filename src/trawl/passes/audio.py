"""The audio pass: container, codec, duration, tags."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import ClassVar

from trawl.errors import PassFailed
from trawl.model.media import FileType, Finding, FindingState, Kind
from trawl.passes.base import Content
from trawl.passes.video_facts import sound_extra, sound_facts
from trawl.passes.video_streams import TimedStream, opened, video_stream

SECONDS = 20.0
_NAMES = {"matroska": "mka", "asf": "wma"}


class AudioPass:
    """What a sound file says of itself. Its sound is not decoded."""

    name: ClassVar[str] = "audio"
    version: ClassVar[int] = 1

    def wants(self, kind: FileType) -> bool:
        """Sound only; sound that comes with pictures belongs to the video pass."""
        return kind.kind is Kind.AUDIO

    def run(self, content: Content, kind: FileType) -> Finding:
        """Raises PassFailed when no demuxer knows the format or there is no sound in it. Moving
        pictures behind a sound file's name and brand make the state PARTIAL."""
        deadline = time.monotonic() + min(SECONDS, content.limits.video_seconds)
        with content.open() as raw:
            try:
                return self._listen(content, TimedStream(content, raw, deadline))
            except PassFailed as error:
                raise PassFailed(f"not readable as {kind.mime}: {error}") from error

    def _listen(self, content: Content, stream: TimedStream) -> Finding:
        with opened(stream) as container:
            if not container.streams.audio:
                raise PassFailed("holds no sound")
            facts = sound_facts(content, container)
            pictures = video_stream(container) is not None
            return Finding(
                name=self.name,
                version=self.version,
                state=FindingState.PARTIAL if pictures else FindingState.OK,
                reason="holds moving pictures besides the sound" if pictures else None,
                facts=replace(facts, container=_NAMES.get(facts.container or "", facts.container)),
                extra=sound_extra(container),
            )
