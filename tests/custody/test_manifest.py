"""Manifests: sealed, and every change of them found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trawl.custody.keys import Signer, make_key
from trawl.custody.manifest import Sealed, check, line_of, root_of, seal
from trawl.errors import CustodyError
from trawl.model.log import ManifestRow


def row(number: int, **changes: Any) -> ManifestRow:
    values: dict[str, Any] = {
        "number": number,
        "path": f"haul/{number}.jpg",
        "raw_path": None,
        "kind": "file",
        "state": "logged",
        "reason": None,
        "size": 10 + number,
        "modified_us": 1_600_000_000_000_000,
        "deleted": False,
        "md5": bytes(16),
        "sha1": bytes(20),
        "sha256": bytes([number] * 32),
        **changes,
    }
    return ManifestRow(**values)


ROWS = [
    row(0),
    row(1, path="haul/\\xff", raw_path=b"haul/\xff"),
    row(
        2, path="haul/ü\u2028", state="unreadable", reason="gone", md5=None, sha1=None, sha256=None
    ),
    row(3, deleted=True),
]


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return make_key(tmp_path / "keys")


@pytest.fixture
def sealed(signer: Signer, tmp_path: Path) -> Sealed:
    return seal(ROWS, {"case": "Ü", "exhibit": "S/1"}, tmp_path / "manifests", "one", signer)


def test_a_line_is_one_line_of_sorted_json() -> None:
    for one in ROWS:
        line = line_of(one)
        assert b"\n" not in line
        fields = json.loads(line)
        assert list(fields) == sorted(fields)
        assert None not in fields.values()
    assert json.loads(line_of(ROWS[1]))["raw"] == b"haul/\xff".hex()
    assert line_of(row(0)) != line_of(row(0, deleted=True))


def test_what_is_sealed_holds(sealed: Sealed, signer: Signer) -> None:
    assert check(sealed.seal, signer.public) == sealed.lines == 4
    assert sealed.root == root_of(ROWS)
    assert sealed.manifest.read_bytes() == b"".join(line_of(one) + b"\n" for one in ROWS)
    statement = json.loads(sealed.seal.read_text())
    assert statement["root"] == sealed.root.hex()
    assert statement["public_key"] == signer.public.hex()
    assert {path.suffix for path in sealed.manifest.parent.iterdir()} == {".manifest", ".json"}


def test_nothing_sealed_holds_too(signer: Signer, tmp_path: Path) -> None:
    sealed = seal([], {}, tmp_path / "manifests", "none", signer)
    assert check(sealed.seal, signer.public) == 0


def test_every_altered_byte_is_found(sealed: Sealed, signer: Signer) -> None:
    data = sealed.manifest.read_bytes()
    for at in range(len(data)):
        sealed.manifest.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(CustodyError):
            check(sealed.seal, signer.public)


@pytest.mark.parametrize("cut", [1, 2, 30])
def test_a_manifest_that_is_cut_is_found(sealed: Sealed, signer: Signer, cut: int) -> None:
    sealed.manifest.write_bytes(sealed.manifest.read_bytes()[:-cut])
    with pytest.raises(CustodyError):
        check(sealed.seal, signer.public)


def test_lines_added_taken_and_moved_are_found(sealed: Sealed, signer: Signer) -> None:
    lines = sealed.manifest.read_bytes().splitlines(keepends=True)
    for other in (lines[1:], lines[:-1], lines[::-1], [*lines, b"\n"], [*lines, lines[0]], []):
        sealed.manifest.write_bytes(b"".join(other))
        with pytest.raises(CustodyError, match="not what was sealed"):
            check(sealed.seal, signer.public)


def test_every_altered_field_of_the_seal_is_found(sealed: Sealed, signer: Signer) -> None:
    statement = json.loads(sealed.seal.read_text())
    for name, value in statement.items():
        for other in (f"{value}0", None, 7, [], "\ud800"):
            sealed.seal.write_text(json.dumps({**statement, name: other}))
            with pytest.raises(CustodyError):
                check(sealed.seal, signer.public)
        sealed.seal.write_text(json.dumps({k: v for k, v in statement.items() if k != name}))
        with pytest.raises(CustodyError):
            check(sealed.seal, signer.public)
    sealed.seal.write_text(json.dumps({**statement, "more": 1}))
    with pytest.raises(CustodyError):
        check(sealed.seal, signer.public)


def test_a_seal_of_another_key_is_found(sealed: Sealed, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other")
    seal(ROWS, {"case": "Ü", "exhibit": "S/1"}, sealed.manifest.parent, "one", other)
    ours = tmp_path / "keys"
    from trawl.custody.keys import load_key

    with pytest.raises(CustodyError, match="not made by this workspace's key"):
        check(sealed.seal, load_key(ours).public)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"signature": 1}', "\x00"])
def test_what_is_no_seal_says_so(sealed: Sealed, signer: Signer, text: str) -> None:
    sealed.seal.write_text(text)
    with pytest.raises(CustodyError, match="not a readable seal"):
        check(sealed.seal, signer.public)


def test_a_manifest_that_is_not_there_says_so(sealed: Sealed, signer: Signer) -> None:
    sealed.manifest.unlink()
    with pytest.raises(CustodyError, match="cannot be read"):
        check(sealed.seal, signer.public)
