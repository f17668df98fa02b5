"""From a new media with its findings to the rows of its tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from operator import attrgetter

from sqlalchemy import Connection

from trawl.model.media import (
    Facts,
    Finding,
    FindingState,
    Fingerprint,
    Frame,
    MediaRecord,
    Thumbnail,
)
from trawl.store import schema
from trawl.store.blobs import PackWriter
from trawl.store.bulk import Row, insert_rows
from trawl.store.values import storable_float, storable_int, storable_text

FACTS = tuple(each.name for each in fields(Facts))
_TEXTS = {"container", "codec", "camera_make", "camera_model", "camera_serial", "software", "lock"}
_REALS = {"latitude", "longitude", "altitude", "sharpness"}

THUMBNAIL = tuple(
    f"thumbnail_{part}"
    for part in ("acquisition_id", "pack", "offset", "size", "mime", "width", "height")
)
NO_THUMBNAIL: Row = (None,) * len(THUMBNAIL)

MEDIA = (
    *("id", "sha256", "sha1", "md5", "size", "type_id", "acquisition_id", "opens_as", "undecoded"),
    *FACTS,
    *("pdq", "pdq_quality"),
    *THUMBNAIL,
)
_FINDING_KEY = ("media_id", "pass_name", "version")
FINDING = (*_FINDING_KEY, "state", "reason", "facts", "extra", "pdq", "pdq_quality")
FRAME = (*_FINDING_KEY, "role", "number", "at_ms", "pdq", "pdq_quality", *THUMBNAIL)


def _storer(name: str) -> Callable[[object], object]:
    if name in _TEXTS:
        return storable_text  # type: ignore[return-value]
    return storable_float if name in _REALS else storable_int  # type: ignore[return-value]


_STORERS = tuple((name, attrgetter(name), _storer(name)) for name in FACTS)


def stored_facts(facts: Facts) -> dict[str, object]:
    """The facts that are set and can be stored."""
    found = {}
    for name, get, storer in _STORERS:
        value = get(facts)
        if value is not None and (value := storer(value)) is not None:
            found[name] = value
    return found


def merged(findings: Iterable[Finding]) -> tuple[dict[str, object], Fingerprint | None, bool]:
    """Facts, fingerprint and "something failed" of all findings; where two speak of the same
    fact, the later one in the order of the passes counts."""
    facts: dict[str, object] = {}
    fingerprint = None
    undecoded = False
    for finding in findings:
        if finding.facts is not None:
            facts.update(stored_facts(finding.facts))
        fingerprint = finding.fingerprint or fingerprint
        undecoded |= finding.state is FindingState.FAILED
    return facts, fingerprint, undecoded


@dataclass(slots=True)
class MediaRows:
    """Rows of media, findings and frames on their way into the database; thumbnails go into
    the pack as they come."""

    acquisition_id: int
    thumbnails: PackWriter
    media: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    frames: list[Row] = field(default_factory=list)

    def add(self, media_id: int, type_id: int, record: MediaRecord) -> None:
        """Add a new media and everything that was found of it."""
        facts, fingerprint, undecoded = merged(record.findings)
        thumbnail = NO_THUMBNAIL
        for finding in record.findings:
            thumbnail = self.add_finding(media_id, finding) or thumbnail
        digests = record.digests
        self.media.append(
            (
                *(media_id, digests.sha256, digests.sha1, digests.md5, record.size, type_id),
                *(self.acquisition_id, record.opens_as, undecoded),
                *(facts.get(name) for name in FACTS),
                *(fingerprint or (None, None)),
                *thumbnail,
            )
        )

    def add_finding(self, media_id: int, finding: Finding) -> Row | None:
        """Add one finding with its frames; returns where its thumbnail went."""
        facts = stored_facts(finding.facts) if finding.facts is not None else None
        extra = {
            storable_text(key): storable_text(value) if isinstance(value, str) else value
            for key, value in finding.extra.items()
        }
        key = (media_id, finding.name, finding.version)
        self.findings.append(
            (
                *key,
                str(finding.state),
                storable_text(finding.reason),
                json.dumps(facts) if facts else None,
                json.dumps(extra) if extra else None,
                *(finding.fingerprint or (None, None)),
            )
        )
        for frame in finding.frames:
            self._add_frame(key, frame)
        return self._store(finding.thumbnail)

    def insert(self, connection: Connection) -> None:
        """Write all rows."""
        insert_rows(connection, schema.media, MEDIA, self.media)
        insert_rows(connection, schema.finding, FINDING, self.findings)
        insert_rows(connection, schema.frame, FRAME, self.frames)

    def _add_frame(self, key: tuple[int, str, int], frame: Frame) -> None:
        thumbnail = self._store(frame.thumbnail) or NO_THUMBNAIL
        place = (str(frame.role), frame.number, frame.at_ms)
        self.frames.append((*key, *place, *frame.fingerprint, *thumbnail))

    def _store(self, thumbnail: Thumbnail | None) -> Row | None:
        if thumbnail is None:
            return None
        ref = self.thumbnails.append(thumbnail.data)
        return (
            *(self.acquisition_id, *ref),
            *(thumbnail.mime, thumbnail.width, thumbnail.height),
        )
