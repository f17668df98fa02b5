"""Sealing an acquisition: its manifest, and a checkpoint of the audit chain."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from trawl.custody.keys import Signer
from trawl.custody.manifest import Sealed, check, root_of, seal
from trawl.errors import CustodyError
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
        name = _name(acquisition.id, number)
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


def check_sealed(
    database: Database, officer: Officer, acquisition: Acquisition, folder: Path, public: bytes
) -> int:
    """Hold the newest manifest of an acquisition against its seal, and the log in the database
    against both; the number of lines. Raises AccessRefused, CustodyError that says what does
    not hold."""
    if acquisition.seal is None:
        raise CustodyError(f"Exhibit {acquisition.exhibit} is not sealed yet.")
    with database.reader() as reader:
        require(reader, officer, Act.SOURCE_VERIFY, acquisition.case_id)
        lines = check(
            folder / f"{_name(acquisition.id, acquisition.seal.number)}.seal.json", public
        )
        if root_of(manifest_rows(reader, acquisition.id)) != acquisition.seal.manifest_root:
            raise CustodyError(
                f"The log of exhibit {acquisition.exhibit} in the database is not what was sealed.",
                hint=f"Compare it with the manifest in {folder}, which holds what was sealed.",
            )
    return lines


def _name(acquisition_id: int, number: int) -> str:
    return f"acquisition-{acquisition_id:06d}-{number:02d}"


def _clock(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / 1e6, UTC).isoformat(timespec="seconds")
