"""A case as VICS 2.0: its pictures and videos, how they are graded, what hash sets say of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import BinaryIO
from uuid import NAMESPACE_OID, uuid5

from trawl import __version__
from trawl.formats.schemes import load_schemes
from trawl.formats.vics_case import VicsCase, VicsFile, VicsMedia
from trawl.formats.vics_writer import write_vics
from trawl.matching.explaining import Sayings
from trawl.matching.steps import Step, Stop, Tell, heed, never, silent
from trawl.matching.vics_category import Choosing, Chosen, Exported, Grades
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.hash_set import Known, Purpose
from trawl.model.matching import PLAIN, Means
from trawl.model.media import Kind
from trawl.store.access import require
from trawl.store.case_media import (
    FilePlace,
    MediaFacts,
    acquisitions_of_case,
    media_counts,
    media_facts,
    places,
)
from trawl.store.database import Database, Reader
from trawl.store.hash_sets import lists_of
from trawl.store.hits import SetHit, hits_of
from trawl.workspace import Workspace

DOMAINS = {"project-vic-us": "US", "uk": "UK"}
"""The data model's domain of a scheme; any other is CUSTOM."""

APPLICATION = "Trawl"


def export_vics(
    database: Database,
    officer: Officer,
    workspace: Workspace,
    case: Case,
    scheme: str,
    grades: Grades,
    out: BinaryIO,
    *,
    tell: Tell = silent,
    stop: Stop = never,
) -> Exported:
    """Write the pictures and videos of a case with their categories in the scheme named: the
    trusted grades, and where there is none what known-illegal sets propose for the same digest.
    No media leaves, only what is said of it. The audit row comes first: what has left has left.
    Raises SettingsError, Stopped."""
    schemes = load_schemes(workspace.schemes)
    schemes.named(scheme)
    with database.session(officer) as session:
        require(session, officer, Act.CASE_EXPORT, case.id)
        session.audit(
            Act.CASE_EXPORT, case_id=case.id, subject="vics-2.0", detail={"scheme": scheme}
        )
    exported = Exported()
    with database.reader() as reader, closing(Sayings(workspace, lists_of(reader))) as sayings:
        choosing = Choosing(schemes, scheme, exported)
        export = _Export(reader, case, sayings, grades, choosing)
        exported.media = write_vics(out, _case(case, scheme), export.media(tell, stop))
    return exported


def _case(case: Case, scheme: str) -> VicsCase:
    return VicsCase(
        domain=DOMAINS.get(scheme, "CUSTOM"),
        case_id=uuid5(NAMESPACE_OID, f"trawl case {case.name} {case.added_us}"),
        number=case.name,
        application=APPLICATION,
        application_version=__version__,
    )


class _Export:
    """One export under way."""

    def __init__(
        self, view: Reader, case: Case, sayings: Sayings, grades: Grades, choosing: Choosing
    ) -> None:
        self._view, self._case = view, case
        self._sayings, self._grades, self._choosing = sayings, grades, choosing
        self._number = 0

    def media(self, tell: Tell, stop: Stop) -> Iterator[VicsMedia]:
        """Every picture and video of the case."""
        ids, _ = media_counts(self._view, acquisitions_of_case(self._view, self._case.id))
        done = 0
        for facts in media_facts(self._view, ids):
            heed(stop)
            wanted = [one for one in facts if one.kind in (Kind.IMAGE, Kind.VIDEO)]
            yield from self._batch(wanted)
            done += len(facts)
            tell(Step("writing", done, len(ids), "media"))

    def _batch(self, facts: list[MediaFacts]) -> Iterator[VicsMedia]:
        numbers = [one.id for one in facts]
        hits: dict[int, list[SetHit]] = {}
        for hit in hits_of(self._view, numbers):
            if hit.purpose is Purpose.ILLEGAL and hit.hit.means is Means.DIGEST:
                hits.setdefault(hit.hit.media_id, []).append(hit)
        graded = self._grades(self._view, numbers)
        files = places(self._view, self._case.id, numbers)
        for one in facts:
            self._number += 1
            said = hits.get(one.id, ())
            chosen = self._choosing.of(graded.get(one.id), said)
            yield self._media(one, files[one.id], chosen, chosen.source or next(iter(said), None))

    def _media(
        self, facts: MediaFacts, files: list[FilePlace], chosen: Chosen, hit: SetHit | None
    ) -> VicsMedia:
        """``hit``: whose list says what else is known of it, whoever has graded it."""
        told = self._sayings.known(hit) if hit else None
        told = told or Known()
        source = chosen.source
        fit = facts.pdq is not None and (facts.quality or 0) >= PLAIN
        return VicsMedia(
            md5=facts.md5,
            media_id=self._number,
            precategorized=source is not None,
            category=chosen.number,
            sha1=facts.sha1,
            sha256=facts.sha256,
            pdq=facts.pdq if fit else None,
            size=facts.size,
            relative_path=f"{files[0].exhibit}/{files[0].path}" if files else None,
            precategorization_source=source.set_name if source else None,
            victim_identified=told.victim_identified,
            offender_identified=told.offender_identified,
            distributed=told.distributed,
            suspected=told.suspected,
            self_generated=told.self_generated,
            series=told.series,
            comments=told.comments,
            tags=" ".join(each for each in (told.tags, chosen.tag) if each) or None,
            files=tuple(_file(each) for each in files),
        )


def _file(place: FilePlace) -> VicsFile:
    folder, _, name = place.path.rpartition("/")
    return VicsFile(
        name=name,
        path=f"{place.exhibit}/{folder}" if folder else place.exhibit,
        created=_time(place.created_us),
        written=_time(place.modified_us),
        accessed=_time(place.accessed_us),
        deleted=place.deleted or None,
        source_id=place.exhibit,
    )


def _time(at_us: int | None) -> datetime | None:
    """None also for what a file system says that no calendar has."""
    if at_us is None:
        return None
    try:
        return datetime.fromtimestamp(at_us / 1e6, UTC)
    except (OverflowError, ValueError, OSError):
        return None
