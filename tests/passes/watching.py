"""Running the video pass on bytes."""

from __future__ import annotations

from trawl.model.media import FileType, Finding, Frame, FrameRole, Kind
from trawl.passes.base import PassLimits, content_of
from trawl.passes.video import VideoPass

VIDEO = FileType("video/mp4", Kind.VIDEO)


def watched(data: bytes, limits: PassLimits | None = None) -> Finding:
    return VideoPass().run(content_of(data, "clip", limits), VIDEO)


def of_role(finding: Finding, role: FrameRole) -> list[Frame]:
    return [frame for frame in finding.frames if frame.role is role]
