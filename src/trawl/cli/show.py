"""``trawl show``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from trawl.casework.media import show_media
from trawl.cli.hits import hit_json, reason
from trawl.cli.options import AsJson
from trawl.cli.output import console, counted, facts_table, plain_errors, print_json, size_text
from trawl.errors import NotFound
from trawl.model.media import FrameRole
from trawl.store.media import MediaView
from trawl.workbench import Workbench, find_workspace

PLACES_SHOWN = 20


def show(
    context: typer.Context,
    sha256: Annotated[str, typer.Argument(help="The SHA-256 of a media, in hex.")],
    as_json: AsJson = False,
) -> None:
    """Everything the log has of one media: digests, facts, findings, hits, all its places."""
    from trawl.matching.explaining import explain_media

    with plain_errors(as_json=as_json):
        wanted = digest_of(sha256)
        bench = Workbench.open(find_workspace(context.obj))
        media = show_media(bench.database, bench.officer, wanted)
        hits = explain_media(bench.database, bench.officer, bench.workspace, wanted)
        if as_json:
            print_json({**_as_json(media), "hits": [hit_json(one) for one in hits]})
            return
        _render(media)
        if hits:
            console.print("\n[bold]known from hash sets[/]")
        for one in hits:
            console.print(f"  {reason(one)}", soft_wrap=True)


def digest_of(sha256: str) -> bytes:
    """A SHA-256 that was typed. Raises NotFound."""
    try:
        wanted = bytes.fromhex(sha256)
    except ValueError:
        wanted = b""
    if len(wanted) != 32:
        raise NotFound(
            f"{sha256!r} is not a SHA-256.", hint="It has 64 hex digits; `trawl log` shows it."
        )
    return wanted


def _as_json(media: MediaView) -> dict[str, Any]:
    return {
        "sha256": media.sha256.hex(),
        "sha1": media.sha1.hex(),
        "md5": media.md5.hex(),
        "size": media.size,
        "mime": media.type.mime,
        "kind": media.type.kind.value,
        "opens_as": media.opens_as,
        "facts": media.facts,
        "pdq": media.pdq.hex() if media.pdq else None,
        "quality": media.quality,
        "frames": {role.value: count for role, count in media.frames.items()},
        "findings": [
            {
                "pass": one.name,
                "version": one.version,
                "state": one.state.value,
                "reason": one.reason,
                "extra": one.extra,
            }
            for one in media.findings
        ],
        "occurrences": [
            {"exhibit": row.exhibit, "path": row.path, "deleted": row.deleted, "lies": row.lies}
            for row in media.occurrences
        ],
    }


def _render(media: MediaView) -> None:
    rows = [
        ("SHA-256", media.sha256.hex()),
        ("SHA-1", media.sha1.hex()),
        ("MD5", media.md5.hex()),
        ("size", f"{media.size:,} B ({size_text(media.size)})"),
        ("type", f"{media.type.mime} ({media.type.kind.value})"),
    ]
    if media.pdq:
        rows.append(("PDQ", f"{media.pdq.hex()} (quality {media.quality})"))
    rows += [(_label(name), _fact(name, value)) for name, value in media.facts.items()]
    for role, count in media.frames.items():
        if count:
            rows.append((_ROLES[role], f"{count:,}"))
    console.print(facts_table(rows))
    for one in media.findings:
        reason = f": {escape(one.reason)}" if one.reason else ""
        console.print(f"\n[bold]{one.name}[/] [dim]version {one.version}[/] {one.state}{reason}")
        if one.extra:
            console.print(facts_table([(str(k), str(v)) for k, v in one.extra.items()]))
    console.print(f"\n[bold]{counted(len(media.occurrences), 'place')}[/]")
    for row in media.occurrences[:PLACES_SHOWN]:
        marks = [name for name, on in (("deleted", row.deleted), ("lying name", row.lies)) if on]
        said = f"  [yellow]{', '.join(marks)}[/]" if marks else ""
        console.print(f"  [dim]{escape(row.exhibit)}[/] {escape(row.path)}{said}", soft_wrap=True)
    if len(media.occurrences) > PLACES_SHOWN:
        console.print(
            f"  … and {len(media.occurrences) - PLACES_SHOWN:,} more: trawl log --case NAME "
            f"--sha256 {media.sha256.hex()}",
            soft_wrap=True,
        )


_ROLES = {
    FrameRole.SCENE: "scenes kept",
    FrameRole.SECOND: "frames fingerprinted",
    FrameRole.INSIDE: "fingerprints inside borders",
    FrameRole.BETWEEN: "more where it moves",
}
_LABELS = {
    "taken_at_us": "taken",
    "taken_offset_min": "clock, minutes from UTC",
    "frame_count": "frames",
    "duration_ms": "duration",
    "camera_make": "make",
    "camera_model": "camera",
    "camera_serial": "serial",
    "altitude": "altitude (m)",
}


def _label(name: str) -> str:
    return _LABELS.get(name, name)


def _fact(name: str, value: object) -> str:
    if name == "taken_at_us" and isinstance(value, int):
        at = datetime.fromtimestamp(value / 1e6, UTC)
        return at.strftime("%d %b %Y %H:%M:%S (its own clock)")
    if name == "duration_ms" and isinstance(value, int):
        return f"{value / 1000:.1f} s"
    return str(value)
