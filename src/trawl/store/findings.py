"""Findings of newer versions of passes, of media that are there already."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select, update

from trawl.model.media import Finding, FindingState, MediaRecord
from trawl.store import schema
from trawl.store.blobs import PackWriter
from trawl.store.blocks import mark_stale
from trawl.store.bulk import batches
from trawl.store.media_rows import THUMBNAIL, MediaRows, merged


def add_newer_findings(
    connection: Connection,
    media: Mapping[int, MediaRecord],
    acquisition_id: int,
    thumbnails: PackWriter,
) -> int:
    """Add the findings the store does not have yet, beside the old ones, and let those of the
    newest version of a pass set the facts of the media. Returns how many were added."""
    if not media:
        return 0
    there = _versions(connection, media)
    rows = MediaRows(acquisition_id, thumbnails)
    changed = []
    for identifier, record in media.items():
        versions = there.get(identifier, {})
        newer = [
            finding
            for finding in record.findings
            if finding.version > max(versions.get(finding.name, ()), default=-1)
        ]
        if newer:
            changed.append(identifier)
            _renew(connection, identifier, newer, versions, rows)
    rows.insert(connection)
    _mark_occurrences_stale(connection, changed)
    return len(rows.findings)


def _versions(
    connection: Connection, media: Collection[int]
) -> dict[int, dict[str, dict[int, FindingState]]]:
    """Media → pass → version → how far it came."""
    columns = schema.finding.c
    found: dict[int, dict[str, dict[int, FindingState]]] = {}
    for some in batches(media):
        for row in connection.execute(
            select(columns.media_id, columns.pass_name, columns.version, columns.state).where(
                columns.media_id.in_(some)
            )
        ):
            passes = found.setdefault(row.media_id, {})
            passes.setdefault(row.pass_name, {})[row.version] = FindingState(row.state)
    return found


def _renew(
    connection: Connection,
    media_id: int,
    newer: list[Finding],
    versions: Mapping[str, Mapping[int, FindingState]],
    rows: MediaRows,
) -> None:
    facts, fingerprint, failed = merged(newer)
    values: dict[str, object] = dict(facts)
    for finding in newer:
        stored = rows.add_finding(media_id, finding)
        if stored is not None:
            values.update(zip(THUMBNAIL, stored, strict=True))
    if fingerprint is not None:
        values.update(pdq=fingerprint.bits, pdq_quality=fingerprint.quality)
    renewed = {finding.name for finding in newer}
    still_failed = any(
        states[max(states)] is FindingState.FAILED
        for name, states in versions.items()
        if name not in renewed
    )
    values["undecoded"] = failed or still_failed
    connection.execute(update(schema.media).where(schema.media.c.id == media_id).values(**values))


def _mark_occurrences_stale(connection: Connection, media: Collection[int]) -> None:
    columns = schema.occurrence.c
    for some in batches(media):
        found = connection.execute(select(columns.id).where(columns.media_id.in_(some)))
        mark_stale(connection, found.scalars())
