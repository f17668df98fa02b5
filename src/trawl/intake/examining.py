"""Everything that is found out about one new content: its type, and what the passes say."""

from __future__ import annotations

from collections.abc import Callable

from trawl.errors import TrawlError, plain
from trawl.intake.reading import Gathered
from trawl.model.media import FileType, Finding, FindingState, Kind, MediaRecord
from trawl.passes.base import Content, Pass, PassLimits
from trawl.passes.filetype import detect
from trawl.passes.region import Box, RegionPass
from trawl.passes.registry import passes_for
from trawl.sources.detect import opens_as

UNKNOWN = FileType("application/octet-stream", Kind.OTHER)


def examine(
    gathered: Gathered,
    name: str,
    limits: PassLimits,
    beat: Callable[[], None],
    spared: str | None = None,
    region: Box | None = None,
) -> MediaRecord:
    """The media record of a content. ``spared``: why it is not to be decoded, if it is not;
    ``region``: the part of a picture to look at, and at nothing else."""
    if spared is not None:
        return MediaRecord(
            digests=gathered.all_digests(),
            size=gathered.size,
            type=_type_by_head(gathered),
            findings=(Finding(name="decode", version=1, state=FindingState.FAILED, reason=spared),),
        )
    content = Content(
        name=name,
        size=gathered.size,
        head=gathered.head,
        opener=gathered.opener,
        whole=gathered.whole,
        path=gathered.path,
        limits=limits,
        beat=beat,
    )
    kind = detect(gathered.head, gathered.size, gathered.read_at)
    findings = []
    wanted = passes_for(kind) if region is None else [RegionPass(region)]
    for one in wanted:
        findings.append(_run(one, content, kind))
        beat()
    return MediaRecord(
        digests=gathered.all_digests(),
        size=gathered.size,
        type=kind,
        opens_as=opens_as(gathered.head, gathered.size, gathered.read_at),
        findings=tuple(findings),
    )


def _type_by_head(gathered: Gathered) -> FileType:
    """The type from the first bytes alone: nothing of a content that kills is followed."""
    try:
        return detect(gathered.head, gathered.size, None)
    except Exception:  # noqa: BLE001 - the boundary: a content that kills decoders
        return UNKNOWN


def _run(one: Pass, content: Content, kind: FileType) -> Finding:
    """One pass; whatever it raises becomes a stored failure."""
    try:
        return one.run(content, kind)
    except TrawlError as error:
        reason = str(error)
    except MemoryError:
        reason = "needs more memory than a worker may have"
    except Exception as error:  # noqa: BLE001 - the pass boundary
        reason = plain(f"unexpected {type(error).__name__}: {error}")
    return Finding(name=one.name, version=one.version, state=FindingState.FAILED, reason=reason)
