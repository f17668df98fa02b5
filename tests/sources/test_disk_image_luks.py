"""LUKS headers that lie, and ciphers against the library's own one-sector modes."""

from __future__ import annotations

import contextlib
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from demo_haul.luks import luks2_image
from hypothesis import given, settings
from hypothesis import strategies as st

from trawl.errors import SourceError, Unreadable
from trawl.sources.disk_image_ciphers import disk_cipher
from trawl.sources.disk_image_luks import open_luks

KEY = bytes(range(64))
PLAIN = hashlib.shake_256(b"plain").digest(8 * 4096)


class Bytes:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def read_at(self, offset: int, count: int) -> bytes:
        return self.data[offset : offset + count]


def encrypted(spec: str, key: bytes, number: int, sector: int) -> bytes:
    parts = []
    for at in range(0, len(PLAIN), sector):
        block = (number + at // 512).to_bytes(16, "little")
        mode: modes.Mode = modes.XTS(block)
        if "essiv" in spec:
            salt = hashlib.sha256(key).digest()
            block = Cipher(algorithms.AES(salt), modes.ECB()).encryptor().update(block)
        if "cbc" in spec:
            mode = modes.CBC(block)
        cipher = Cipher(algorithms.AES(key), mode).encryptor()
        parts.append(cipher.update(PLAIN[at : at + sector]))
    return b"".join(parts)


@pytest.mark.parametrize("sector", [512, 4096])
@pytest.mark.parametrize(
    ("spec", "size"),
    [
        ("aes-xts-plain64", 32),
        ("aes-xts-plain64", 64),
        ("aes-cbc-plain64", 16),
        ("aes-cbc-essiv:sha256", 32),
    ],
)
@pytest.mark.parametrize("number", [0, 7, (1 << 40) + 8])
def test_many_sectors_at_once_are_each_as_by_itself(spec: str, size: int, sector: int, number: int):
    data = encrypted(spec, KEY[:size], number, sector)
    assert disk_cipher(spec, KEY[:size], sector)(data, number) == PLAIN


@pytest.mark.parametrize(
    "spec", ["serpent-xts-plain64", "aes-xts-plain65", "aes-lrw-benbi", "aes", "aes-cbc-essiv:md9"]
)
def test_other_ciphers_are_named(spec: str):
    with pytest.raises(Unreadable, match="not supported"):
        disk_cipher(spec, KEY[:32])


@pytest.fixture(scope="module")
def container(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("luks")
    (folder / "plain").write_bytes(PLAIN)
    return luks2_image(folder / "luks", folder / "plain", "benign").read_bytes()


def test_reading_at_any_offset(container: bytes):
    region = open_luks(Bytes(container), "benign")
    assert region is not None
    assert region.size == len(PLAIN)
    for offset, count in ((0, 1), (511, 2), (513, 5000), (len(PLAIN) - 3, 100), (1 << 30, 5)):
        assert region.read_at(offset, count) == PLAIN[offset : offset + count]


def changed(container: bytes, change) -> Bytes:
    facts = json.loads(container[4096:16_384].split(b"\0", 1)[0])
    change(facts)
    text = json.dumps(facts).encode().ljust(12_288, b"\0")
    return Bytes(container[:4096] + text + container[16_384:])


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: facts["keyslots"]["0"]["kdf"].update(memory=1 << 40),
        lambda facts: facts["keyslots"]["0"]["kdf"].update(time=1 << 40),
        lambda facts: facts["keyslots"]["0"]["kdf"].update(cpus=0),
        lambda facts: facts["keyslots"]["0"]["kdf"].update(salt="no base64!"),
        lambda facts: facts["keyslots"]["0"]["af"].update(stripes=1 << 40),
        lambda facts: facts["keyslots"]["0"].update(key_size=-1),
        lambda facts: facts["digests"]["0"].update(iterations=1 << 40),
        lambda facts: facts["segments"].clear(),
        lambda facts: facts.update(keyslots=[]),
        lambda facts: facts["segments"]["0"].update(encryption=5),
        lambda facts: facts["segments"]["0"].update(integrity={"type": "hmac(sha256)"}),
    ],
)
def test_a_header_that_lies_is_unreadable(container: bytes, change):
    with pytest.raises(Unreadable):
        open_luks(changed(container, change), "benign")


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 34_000), data=st.binary(min_size=1, max_size=64))
def test_mutations_raise_nothing_else(container: bytes, at: int, data: bytes):
    mutated = bytearray(container)
    mutated[at : at + len(data)] = data
    with contextlib.suppress(SourceError):
        open_luks(Bytes(bytes(mutated)), "benign")


def test_a_header_of_zeros_is_unreadable():
    for version in (b"\x00\x01", b"\x00\x02", b"\x00\x03"):
        with pytest.raises(Unreadable):
            open_luks(Bytes(b"LUKS\xba\xbe" + version + bytes(65_536)), "benign")
