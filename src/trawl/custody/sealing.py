"""Sealing an acquisition: its manifest, and a checkpoint of the audit chain."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from trawl.custody.keys import Signer
from trawl.custody.manifest import Sealed, seal
from trawl.model.access import Act, Officer
from trawl.model.case import Acquisition, Case
from trawl.store.access import require
from trawl.store.acquisitions import finish_acquisition, seals_of
from trawl.store.audit import checkpoint
from trawl.store.database import Database
from trawl.store.manifest_rows import manifest_rows


def seal_acquisition(
    database: Database,
    officer: Officer,
    case: Case,
    acquisition: Acquisition,
    folder: Path,
    signer: Signer,
) -> Sealed:
    """Write, sign and record the manifest of an acquisition whose log is complete. Sealing once
    more, after a key opened what was locked, adds a manifest and keeps the earlier ones."""
    with database.reader() as reader:
        require(reader, officer, Act.INTAKE_SEAL, case.id)
        number = len(seals_of(reader, acquisition.id)) + 1
        about = {
            "case": case.name,
            "exhibit": acquisition.exhibit,
            "acquisition": acquisition.id,
            "paths": list(acquisition.roots),
            "begun": _clock(acquisition.begun_us),
            "sealed": _clock(database.clock()),
            "officer": officer.name,
            "number": number,
        }
        name = f"acquisition-{acquisition.id:06d}-{number:02d}"
        sealed = seal(manifest_rows(reader, acquisition.id), about, folder, name, signer)
    with database.session(officer) as session:
        require(session, officer, Act.INTAKE_SEAL, case.id)
        finish_acquisition(
            session,
            acquisition.id,
            manifest_root=sealed.root,
            manifest_lines=sealed.lines,
            signature=sealed.signature,
            key_id=sealed.key_id,
        )
        session.audit(
            Act.INTAKE_SEAL,
            case_id=case.id,
            subject=f"acquisition {acquisition.id} of exhibit {acquisition.exhibit}",
            detail={"lines": sealed.lines, "root": sealed.root.hex(), "key_id": sealed.key_id},
        )
        checkpoint(session, signer.sign)
    return sealed


def _clock(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / 1e6, UTC).isoformat(timespec="seconds")
