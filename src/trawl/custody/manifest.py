"""Manifests: every occurrence of an acquisition and its digests, sorted, one line each.

``NAME.manifest`` holds the lines (JSON, UTF-8, keys sorted, no spaces), ``NAME.seal.json`` says
what it is a manifest of, its root hash (RFC 6962 over the lines without their newline), and
bears the signature: Ed25519 over the seal's own canonical JSON without ``signature``. A line
depends on the evidence alone; times of the intake stand in the seal.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trawl.custody.keys import Signer, signature_holds
from trawl.custody.merkle import MerkleTree
from trawl.errors import CustodyError
from trawl.model.log import ManifestRow

FORMAT = "trawl-manifest/1"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed manifest."""

    manifest: Path
    seal: Path
    root: bytes
    lines: int
    signature: bytes
    key_id: str


def canonical(value: dict[str, Any]) -> bytes:
    """JSON in the one form that is signed."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogateescape")


def line_of(row: ManifestRow) -> bytes:
    """One manifest line, without its newline; absent values are left out."""
    fields: dict[str, Any] = {
        "deleted": row.deleted or None,
        "kind": row.kind,
        "md5": row.md5.hex() if row.md5 else None,
        "modified_us": row.modified_us,
        "path": row.path,
        "raw": row.raw_path.hex() if row.raw_path else None,
        "reason": row.reason,
        "sha1": row.sha1.hex() if row.sha1 else None,
        "sha256": row.sha256.hex() if row.sha256 else None,
        "size": row.size,
        "state": row.state,
    }
    return canonical({key: value for key, value in fields.items() if value is not None})


def seal(
    rows: Iterable[ManifestRow],
    about: dict[str, Any],
    folder: Path,
    name: str,
    signer: Signer,
) -> Sealed:
    """Write and sign a manifest. ``rows`` come sorted; ``about`` names case, exhibit and so on.
    Files appear under their names only when whole."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest, seal_path = folder / f"{name}.manifest", folder / f"{name}.seal.json"
    tree = MerkleTree()
    part = folder / f"{name}.manifest.part"
    with part.open("wb") as file:
        for row in rows:
            line = line_of(row)
            tree.add(line)
            file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    part.rename(manifest)
    statement = {
        **about,
        "format": FORMAT,
        "lines": tree.leaves,
        "root": tree.root().hex(),
        "key_id": signer.key_id,
        "public_key": signer.public.hex(),
    }
    signature = signer.sign(canonical(statement))
    text = json.dumps({**statement, "signature": signature.hex()}, indent=1, sort_keys=True)
    seal_part = folder / f"{name}.seal.json.part"
    seal_part.write_text(text + "\n", "utf-8")
    seal_part.rename(seal_path)
    return Sealed(manifest, seal_path, tree.root(), tree.leaves, signature, signer.key_id)


def root_of(rows: Iterable[ManifestRow]) -> bytes:
    """The root hash that a manifest of these rows, sorted, has."""
    tree = MerkleTree()
    for row in rows:
        tree.add(line_of(row))
    return tree.root()


def check(seal_path: Path, public: bytes) -> int:
    """Check a manifest against its seal and this public key; the number of lines.

    Raises CustodyError that says what does not hold.
    """
    manifest = seal_path.with_name(seal_path.name.removesuffix(".seal.json") + ".manifest")
    try:
        statement: dict[str, Any] = json.loads(seal_path.read_text("utf-8"))
        signature = bytes.fromhex(statement.pop("signature"))
        root, lines = bytes.fromhex(statement["root"]), int(statement["lines"])
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise CustodyError(f"{seal_path} is not a readable seal: {error}") from error
    try:
        stated = canonical(statement)
    except (UnicodeEncodeError, RecursionError) as error:
        raise CustodyError(f"{seal_path} is not a readable seal: {error}") from error
    if not signature_holds(public, signature, stated):
        raise CustodyError(f"The signature of {seal_path} was not made by this workspace's key.")
    tree = MerkleTree()
    try:
        with manifest.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    raise CustodyError(f"{manifest} is not what was sealed: its end is cut off.")
                tree.add(line[:-1])
    except OSError as error:
        raise CustodyError(f"{manifest} cannot be read: {error}") from error
    if tree.leaves != lines or tree.root() != root:
        raise CustodyError(f"{manifest} is not what was sealed: its root hash differs.")
    return lines
