"""Opening a seized video so that it can do nothing but be read.

libav follows what a file tells it to: a playlist named ``.mp4`` opens other files and URLs, a
header announces 65,535 x 65,535 pixels, a stream goes on for ever. Therefore only demuxers of
single-file containers may open (``format_whitelist``), no protocol at all is allowed, dimensions
are bounded before the first frame is allocated, and the bytes come through a stream that ends
when the time is up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from trawl.errors import PassFailed, SourceError
from trawl.passes.base import Content

# Demuxers of single files that hold pictures or sound in time. None of them opens a second file:
# playlists (hls, dash, concat, sdp, rtsp, image2 …) are not among them.
DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,flv,live_flv,kux,asf,asf_o,mpeg,mpegts,mpegvideo,"
    "h261,h263,h264,hevc,av1,obu,ivf,m4v,vc1,mjpeg,mpjpeg,smjpeg,ogg,dv,mxf,rm,nsv,nut,amv,"
    "swf,wtv,dhav,gif,apng,webp,yuv4mpegpipe,cavsvideo,roq,smk,bink,flic,gxf,r3d,ty,pva,"
    "mp3,aac,flac,wav,w64,aiff,amr,amrnb,amrwb,ape,wv,tta,caf,au,ac3,eac3,dts,voc,oma,tak,mpc,"
    "mpc8,qcp,dsf,opus"
)
# No protocol has this name, so none may be opened.
NO_PROTOCOL = "none"
# 8192 x 8192: twice what any level of H.264 or HEVC allows; a decoder holds up to 17 of them.
FRAME_PIXELS = 1 << 26
PROBE_BYTES = 5_000_000
PROBE_US = 5_000_000
BUFFER_BYTES = 1 << 16


class TimedStream:
    """A read-only stream that comes to its end when ``deadline`` (monotonic seconds) is past or
    the source breaks (``broken`` says how), and that tells the watcher it is alive at every read.
    """

    def __init__(self, content: Content, stream: BinaryIO, deadline: float) -> None:
        self._content = content
        self._stream = stream
        self._deadline = deadline
        self.broken: str | None = None

    @property
    def late(self) -> bool:
        return time.monotonic() >= self._deadline

    def read(self, size: int) -> bytes:
        self._content.beat()
        if self.late or self.broken:
            return b""
        try:
            return self._stream.read(size)
        except (SourceError, OSError) as error:  # libav would swallow it now and then
            self.broken = str(error)
            return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


def frame_pixels(content: Content) -> int:
    """How many pixels one frame may have."""
    return min(content.limits.pixels, FRAME_PIXELS)


def reason_of(error: Exception) -> str:
    """libav's own words, without its error numbers."""
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


@contextmanager
def opened(stream: TimedStream) -> Iterator[InputContainer]:
    """The container on ``stream``. Raises PassFailed when no known demuxer can open it."""
    options = {
        "format_whitelist": DEMUXERS,
        "protocol_whitelist": NO_PROTOCOL,
        "probesize": str(PROBE_BYTES),
        "analyzeduration": str(PROBE_US),
        "max_pixels": str(FRAME_PIXELS),
        "threads": "1",
    }
    try:
        container = av.open(
            stream, "r", options=options, metadata_errors="replace", buffer_size=BUFFER_BYTES
        )
    except (FFmpegError, ValueError) as error:
        why = stream.broken or reason_of(error)
        if stream.late:
            why = "the time was up before its header was read"
        raise PassFailed(f"cannot be opened as a video: {why}") from error
    with container:
        yield container


def codec_name(stream: VideoStream | AudioStream) -> str:
    """The codec, whichever decoder there is for it."""
    return stream.codec_context.codec.canonical_name


def _is_cover(stream: Stream) -> bool:
    return bool(stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))


def video_stream(container: InputContainer) -> VideoStream | None:
    """The first stream of moving pictures (cover art is none), as the reference takes it.

    Raises PassFailed when there are such streams but no decoder for any.
    """
    streams = [stream for stream in container.streams.video if not _is_cover(stream)]
    for stream in streams:
        if stream.codec_context is not None:
            return stream
    if streams:
        raise PassFailed("no decoder is known for its pictures")
    return None


def oversize(content: Content, stream: VideoStream) -> str | None:
    """Why its frames are too large to be decoded; None when they are not."""
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height <= frame_pixels(content):
        return None
    return (
        f"{width:,} x {height:,} pixels a frame are more than the limit of "
        f"{frame_pixels(content):,}"
    )


def prepare(content: Content, stream: VideoStream) -> None:
    """Set the decoder up: one thread (a worker has one core), bounded frames."""
    decoder = stream.codec_context
    decoder.thread_count = 1
    decoder.thread_type = "NONE"
    decoder.options = {"max_pixels": str(frame_pixels(content))}
