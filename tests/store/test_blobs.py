from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trawl.errors import NotFound, StoreError
from trawl.store.blobs import BlobRef, PackWriter, pack_path, read_blob


def packs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*"))}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    with PackWriter(tmp_path, roll=100) as writer:
        refs = [writer.append(bytes([number]) * 40) for number in range(5)]
        writer.sync()
    assert refs[:3] == [BlobRef(0, 0, 40), BlobRef(0, 40, 40), BlobRef(1, 0, 40)]
    assert [read_blob(tmp_path, ref) for ref in refs] == [bytes([n]) * 40 for n in range(5)]


def test_a_blob_bigger_than_a_pack_has_its_own(tmp_path: Path) -> None:
    with PackWriter(tmp_path, roll=100) as writer:
        refs = [writer.append(b"a" * 10), writer.append(b"b" * 500), writer.append(b"c")]
        writer.sync()
    assert [ref.pack for ref in refs] == [0, 1, 2]


@settings(deadline=None)
@given(
    st.lists(st.binary(max_size=60), max_size=20), st.integers(0, 20), st.integers(0, 20), st.data()
)
def test_a_killed_run_that_goes_on_leaves_what_an_unbroken_one_leaves(
    tmp_path_factory: pytest.TempPathFactory,
    blobs: list[bytes],
    committed: int,
    lost: int,
    data: st.DataObject,
) -> None:
    unbroken, broken = tmp_path_factory.mktemp("unbroken"), tmp_path_factory.mktemp("broken")
    with PackWriter(unbroken, roll=100) as writer:
        refs = [writer.append(blob) for blob in blobs]
        writer.sync()
    committed = min(committed, len(blobs))
    with PackWriter(broken, roll=100) as writer:
        for blob in blobs[:committed]:
            writer.append(blob)
        writer.sync()
        for _ in range(lost):
            writer.append(data.draw(st.binary(min_size=1, max_size=60)))
    upto = refs[committed - 1] if committed else None
    with PackWriter.reopen(broken, upto, roll=100) as writer:
        assert [writer.append(blob) for blob in blobs[committed:]] == refs[committed:]
        writer.sync()
    assert {k: v for k, v in packs(broken).items() if v} == {
        k: v for k, v in packs(unbroken).items() if v
    }


def test_committed_bytes_that_are_gone_are_told(tmp_path: Path) -> None:
    with PackWriter(tmp_path) as writer:
        ref = writer.append(b"x" * 100)
    pack_path(tmp_path, 0).write_bytes(b"x" * 50)
    with pytest.raises(StoreError, match="100 were written"):
        PackWriter.reopen(tmp_path, ref)
    with pytest.raises(NotFound, match="shorter"):
        read_blob(tmp_path, ref)
    with pytest.raises(NotFound):
        read_blob(tmp_path, BlobRef(3, 0, 1))


def test_two_writers_of_one_folder_are_found_out(tmp_path: Path) -> None:
    with PackWriter(tmp_path) as one, PackWriter(tmp_path) as two:
        one.append(b"a")
        one.sync()
        two.append(b"b")
        with pytest.raises(StoreError, match="another process"):
            two.sync()
