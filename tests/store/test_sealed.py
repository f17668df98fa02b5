from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.custody.keys import make_key
from trawl.errors import SettingsError, StoreError
from trawl.store.sealed import Vault, load_vault

VAULT = Vault(bytes(range(32)))


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_for_its_purpose(plain: bytes, purpose: str) -> None:
    sealed = VAULT.seal(plain, purpose)
    assert VAULT.open(sealed, purpose) == plain
    assert sealed != VAULT.seal(plain, purpose)
    assert len(sealed) == len(plain) + 29
    with pytest.raises(StoreError):
        VAULT.open(sealed, purpose + "x")


@given(st.binary(min_size=1, max_size=60), st.data())
def test_no_bit_of_it_may_be_altered(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(plain, "p"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(StoreError):
        VAULT.open(bytes(sealed), "p")


@given(st.binary(max_size=40))
def test_what_is_no_seal_does_not_open(raw: bytes) -> None:
    with pytest.raises(StoreError):
        VAULT.open(raw, "p")


def test_the_key_is_that_of_the_workspaces_keys(tmp_path: Path) -> None:
    make_key(tmp_path / "a")
    make_key(tmp_path / "b")
    sealed = load_vault(tmp_path / "a").seal(b"secret", "p")
    assert load_vault(tmp_path / "a").open(sealed, "p") == b"secret"
    with pytest.raises(StoreError, match="this workspace's key"):
        load_vault(tmp_path / "b").open(sealed, "p")
    assert load_vault(tmp_path / "a").veiled("x") == load_vault(tmp_path / "a").veiled("x")
    assert load_vault(tmp_path / "a").veiled("x") != load_vault(tmp_path / "b").veiled("x")


def test_a_key_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_vault(tmp_path)
    (tmp_path / "signing.pem").write_text("no key")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_vault(tmp_path)
    assert "32" not in repr(VAULT)
