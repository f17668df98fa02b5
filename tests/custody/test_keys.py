"""The workspace's key."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)
from hypothesis import given
from hypothesis import strategies as st

from trawl.custody.keys import key_id, load_key, make_key, signature_holds
from trawl.errors import CustodyError


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    make_key(tmp_path / "keys")
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys/signing.pem").stat().st_mode & 0o777 == 0o600


def test_what_is_loaded_signs_alike(tmp_path: Path) -> None:
    made = make_key(tmp_path)
    loaded = load_key(tmp_path)
    assert loaded.public == made.public
    assert loaded.key_id == made.key_id == key_id(made.public)
    assert made.holds(loaded.sign(b"said"), b"said")
    assert not made.holds(loaded.sign(b"said"), b"else")
    public = load_pem_public_key((tmp_path / "signing.pub").read_bytes())
    public.verify(made.sign(b"said"), b"said")  # type: ignore[call-arg, union-attr]


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    make_key(tmp_path)
    with pytest.raises(FileExistsError):
        make_key(tmp_path)


@given(st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=9))
def test_noise_is_no_signature(public: bytes, signature: bytes, data: bytes) -> None:
    assert not signature_holds(public, signature, data)


def test_what_is_no_key_says_so(tmp_path: Path) -> None:
    with pytest.raises(CustodyError, match="cannot be read"):
        load_key(tmp_path)
    (tmp_path / "signing.pem").write_bytes(b"noise")
    with pytest.raises(CustodyError, match="cannot be read"):
        load_key(tmp_path)
    other = generate_private_key(65537, 2048)
    text = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "signing.pem").write_bytes(text)
    with pytest.raises(CustodyError, match="not an Ed25519 key"):
        load_key(tmp_path)
