"""Shapes of one media, as the front end sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from trawl.api.grading_shapes import named
from trawl.matching.explaining import Explained
from trawl.review.grading.answering import ToldState
from trawl.store.grading_acts import StoredVote
from trawl.store.log_rows import LogRow
from trawl.store.media import MediaView, StoredFinding


class Scene(BaseModel):
    """A scene of a video, at a time in milliseconds."""

    number: int
    at_ms: int


class Place(BaseModel):
    """One occurrence. Times in microseconds since 1970-01-01 UTC."""

    exhibit: str
    path: str
    size: int | None
    modified_us: int | None
    created_us: int | None
    deleted: bool
    lies: bool

    @classmethod
    def of(cls, row: LogRow) -> Place:
        """The shape."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class FindingShape(BaseModel):
    """What one pass says."""

    name: str
    version: int
    state: str
    reason: str | None
    extra: dict[str, Any]

    @classmethod
    def of(cls, one: StoredFinding) -> FindingShape:
        """The shape."""
        return cls(
            name=one.name,
            version=one.version,
            state=str(one.state),
            reason=one.reason,
            extra=dict(one.extra),
        )


class HitShape(BaseModel):
    """A hit and why: set, list, entry, digest or distance, turn, which seconds; what the list
    says of the entry."""

    set: str
    purpose: str
    scheme: str | None
    list: str
    means: str
    entry: int
    entries: int
    categories: str | None
    labels: tuple[str, ...]
    digest: str | None
    distance: int | None
    turn: str | None
    share: float | None
    from_ms: int | None
    to_ms: int | None
    series: str | None
    comments: str | None

    @classmethod
    def of(cls, one: Explained) -> HitShape:
        """The shape."""
        hit, known = one.of.hit, one.known
        return cls(
            set=one.of.set_name,
            purpose=str(one.of.purpose),
            scheme=one.of.scheme,
            list=one.of.file_name,
            means=str(hit.means),
            entry=hit.entry,
            entries=hit.entries,
            categories=hit.categories,
            labels=one.labels,
            digest=hit.digest,
            distance=hit.distance,
            turn=hit.turn,
            share=hit.share,
            from_ms=hit.from_ms,
            to_ms=hit.to_ms,
            series=known.series if known else None,
            comments=known.comments if known else None,
        )


class SegmentShape(BaseModel):
    """A segment of a video, in milliseconds, that the officer has graded."""

    from_ms: int
    to_ms: int
    category: str
    at_us: int


class MediaShape(BaseModel):
    """A media. ``facts`` has only those that are set; ``places`` are at most 1,000; ``state``,
    ``category`` and ``mine`` are as the officer may know them, ``segments`` their own."""

    id: int
    sha256: str
    sha1: str
    md5: str
    size: int
    mime: str
    kind: str
    opens_as: str | None
    undecoded: bool
    facts: dict[str, Any]
    pdq: str | None
    quality: int | None
    frames: dict[str, int]
    places: list[Place]
    findings: list[FindingShape]
    hits: list[HitShape]
    state: str
    category: str | None
    mine: bool
    segments: list[SegmentShape]

    @classmethod
    def of(
        cls,
        media: MediaView,
        hits: Iterable[Explained],
        stands: ToldState,
        segments: Iterable[StoredVote],
    ) -> MediaShape:
        """The shape."""
        return cls(
            id=media.id,
            sha256=media.sha256.hex(),
            sha1=media.sha1.hex(),
            md5=media.md5.hex(),
            size=media.size,
            mime=media.type.mime,
            kind=str(media.type.kind),
            opens_as=media.opens_as,
            undecoded=media.undecoded,
            facts=dict(media.facts),
            pdq=media.pdq.hex() if media.pdq else None,
            quality=media.quality,
            frames={str(role): count for role, count in media.frames.items()},
            places=[Place.of(row) for row in media.occurrences],
            findings=[FindingShape.of(one) for one in media.findings],
            hits=[HitShape.of(one) for one in hits],
            state=named(stands.state),
            category=stands.category,
            mine=stands.mine,
            segments=[
                SegmentShape(
                    from_ms=one.from_ms, to_ms=one.to_ms, category=one.category, at_us=one.at_us
                )
                for one in segments
                if one.category is not None
            ],
        )
