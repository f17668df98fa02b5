"""Telling the format of a list, and refusing what is none."""

from __future__ import annotations

import gzip
import io
import os
import sqlite3
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from list_reading import read, read_with, written

from trawl.errors import ListRefused
from trawl.formats.base import ListFile, Reader
from trawl.formats.registry import ALSO, READERS, open_list, reader_named


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("list.txt", "a1" * 16)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 40, "a JPEG picture"),
        (zipped(), "a ZIP archive"),
        (gzip.compress(b"a1" * 16, mtime=0), "a gzip archive"),
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", r"a web page \(HTML\)"),
        (b"<?xml version='1.0'?>\n<report><a/></report>", "XML whose first element is <report>"),
        (b'{"chats": []}', "JSON of another kind"),
        (b"Dear colleague,\nplease find attached", "text that starts “Dear colleague,”"),
        (b"\x00" * 5000, "bytes that are no text"),
        (b"\n\n  \n", "nothing but blank space"),
        (b"SQLite format 3\x00" + b"\x00" * 30, "an SQLite database"),
        (b"name,size\na,1\nb,2\n", "text that starts “name,size”"),
    ],
)
def test_what_is_no_list_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, found: str
) -> None:
    with pytest.raises(ListRefused, match=found) as refusal:
        read(written(tmp_path, content))
    assert "xpected" in str(refusal.value) or "cut short" in str(refusal.value)


def test_an_archive_is_to_be_unpacked(tmp_path: Path) -> None:
    with pytest.raises(ListRefused) as refusal:
        read(written(tmp_path, zipped()))
    assert refusal.value.hint == "Unpack it first."


def test_empty_absent_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ListRefused, match="is empty"):
        read(written(tmp_path, b""))
    with pytest.raises(ListRefused, match="cannot be read: No such file"):
        read(tmp_path / "absent")
    with pytest.raises(ListRefused, match="is no file"):
        read(tmp_path)


def test_a_format_of_no_name(tmp_path: Path) -> None:
    with pytest.raises(ListRefused, match="no format of lists named 'vix'") as refusal:
        open_list(written(tmp_path, "x"), "vix")
    assert refusal.value.hint is not None
    assert "sha256" in refusal.value.hint


def test_names_are_one_reader_s(tmp_path: Path) -> None:
    names = [reader.name for reader in READERS]
    assert len(set(names)) == len(names)
    for name in (*names, *ALSO):
        assert isinstance(reader_named(name), Reader)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_named_formats_refuse_another_s_content(tmp_path: Path, reader: Reader) -> None:
    path = written(tmp_path, b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 40)
    with pytest.raises(ListRefused):
        read(path, reader.name)


WORDS = [
    *(b"md5", b"sha1", b"pdq", b"hash", b"quality", b"#", b'"', b'""', b"hash=", b"sep=;"),
    *(b"%%%% HASHDEEP-1.0\n%%%% size,md5,filename", b"MD5 (", b") = ", b"0,100,", b",0.033"),
    *(b"<queryResult>", b"hashsharing", b"<image>", b"<member id='1'>", b"</image>", b"<!--"),
    *(b"<md5>", b"</md5>", b"<fingerprints>", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"),
    *(b"SQLite format 3\x00", b"{", b"}", b"[", b'"value":', b'"@odata.context"', b":"),
]


def pieces() -> st.SearchStrategy[bytes]:
    """Bytes that look like lists now and then."""
    hexes = st.sampled_from([31, 32, 40, 63, 64, 65]).map(lambda n: (b"0f" * 33)[:n])
    words = st.sampled_from(WORDS)
    marks = st.sampled_from([b"\n", b"\r\n", b"\r", b",", b";", b"\t", b" ", b"  ", b"\0", b"|"])
    one = st.one_of(hexes, words, marks, st.binary(max_size=6))
    return st.lists(one, min_size=1, max_size=40).map(b"".join)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(pieces(), st.binary(min_size=1, max_size=300)))
@example(data=b"\xff\xfe")
@example(data=b"\xef\xbb\xbf")
@example(data=b"md5")
@example(data=b'md5\n"')
@example(data=b"sep=;")
def test_any_bytes_are_read_or_refused(tmp_path: Path, reader: Reader, data: bytes) -> None:
    """Whatever the bytes, with the format named or told: batches as agreed, or ListRefused."""
    if not data:
        return
    listed = ListFile(written(tmp_path, data))
    reader.recognises(listed)
    with suppress(ListRefused):
        read_with(reader, listed)
    with suppress(ListRefused):
        read(listed.path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.tuples(st.integers(0, 16383), st.integers(0, 255)), min_size=1, max_size=40),
    length=st.integers(1, 16384),
)
def test_any_damage_to_sqlite_is_read_or_refused(
    tmp_path: Path, places: list[tuple[int, int]], length: int
) -> None:
    whole = tmp_path / "whole.db"
    if not whole.exists():
        connection = sqlite3.connect(whole)
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("CREATE TABLE FILE (sha1 TEXT, md5 TEXT)")
        rows = [(f"{n:040x}", f"{n:032x}") for n in range(120)]
        connection.executemany("INSERT INTO FILE VALUES (?, ?)", rows)
        connection.commit()
        connection.close()
    data = bytearray(whole.read_bytes())
    for place, value in places:
        data[place % len(data)] = value
    if length % 4 == 0:
        data = data[:length]
    with suppress(ListRefused):
        read(written(tmp_path, bytes(data), "list.db"))


def test_a_list_that_cannot_be_read_on_is_refused(tmp_path: Path) -> None:
    listed = ListFile(written(tmp_path, "a1" * 16))
    file = listed.open()
    os.close(file.raw._file.fileno())  # type: ignore[attr-defined]  # as a disk that fails
    with pytest.raises(ListRefused, match="cannot be read"):
        file.read()
    listed.path.unlink()
    with pytest.raises(ListRefused, match="cannot be read"):
        listed.open()


def test_a_pipe_and_a_folder_are_no_list(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(ListRefused, match="is no file"):
            ListFile(path)
