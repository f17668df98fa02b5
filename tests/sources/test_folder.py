"""The folder source: odd names, special files, links, and what changes underneath."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from trawl.errors import Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources.base import Place, SourceLimits
from trawl.sources.folder import FolderSource


def opened(*paths: Path, exclude: tuple[Path, ...] = (), path_bytes: int = 32_768) -> FolderSource:
    limits = SourceLimits(path_bytes=path_bytes)
    scratch = paths[0].parent / "never-made"
    return FolderSource.open(Place(paths=paths, scratch=scratch, limits=limits, exclude=exclude))


def listed(*paths: Path, exclude: tuple[Path, ...] = ()) -> dict[bytes, Entry]:
    source = opened(*paths, exclude=exclude)
    entries = list(source.entries())
    source.close()
    assert len({entry.path for entry in entries}) == len(entries)
    return {entry.path: entry for entry in entries}


def read(source: FolderSource, entry: Entry) -> bytes:
    with source.read(entry) as stream:
        return stream.read()


@pytest.fixture
def haul(tmp_path: Path) -> Path:
    haul = tmp_path / "haul"
    haul.mkdir()
    return haul


def test_order_is_by_bytes_within_each_folder(haul: Path) -> None:
    for name in ("b/z", "b/A", "a", "é", "B/x", "b.txt"):
        path = haul / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    assert list(listed(haul)) == [
        b"haul/B/x",
        b"haul/a",
        b"haul/b/A",
        b"haul/b/z",
        b"haul/b.txt",
        "haul/é".encode(),
    ]


def test_names_in_any_bytes_survive_and_read(haul: Path) -> None:
    names = [b"\xff\xfe raw", b"new\nline", b"tab\t", b" ", "日本".encode(), b"\\..\\x", b"x" * 255]
    for name in names:
        with open(os.path.join(os.fsencode(haul), name), "wb") as out:  # noqa: PTH118, PTH123
            out.write(name)
    source = opened(haul)
    found = {entry.path: read(source, entry) for entry in source.entries()}
    assert found == {b"haul/" + name: name for name in names}
    source.close()


def test_symbolic_links_are_recorded_never_followed(haul: Path, tmp_path: Path) -> None:
    secret = tmp_path / "outside.txt"
    secret.write_text("not evidence")
    (haul / "file").symlink_to(secret)
    (haul / "folder").symlink_to(tmp_path)
    (haul / "loop").symlink_to("loop")
    entries = listed(haul)
    assert {entry.kind for entry in entries.values()} == {EntryKind.SYMLINK}
    assert entries[b"haul/file"].link_target == os.fsencode(secret)
    assert entries[b"haul/loop"].link_target == b"loop"
    source = opened(haul)
    for entry in entries.values():
        assert source.local_path(entry) is None
        with pytest.raises(Unreadable, match="symlink"):
            source.read(entry)


def test_a_file_swapped_for_a_link_is_not_followed(haul: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("not evidence")
    (haul / "sub").mkdir()
    (haul / "sub/file").write_text("evidence")
    source = opened(haul)
    (entry,) = source.entries()
    (haul / "sub/file").unlink()
    (haul / "sub/file").symlink_to(tmp_path / "outside")
    with pytest.raises(Unreadable, match="symbolic link"):
        source.read(entry)


def test_a_folder_swapped_for_a_link_is_not_entered(haul: Path, tmp_path: Path) -> None:
    (haul / "sub").mkdir()
    (haul / "sub/file").write_text("evidence")
    source = opened(haul)
    (entry,) = source.entries()
    (haul / "sub").rename(tmp_path / "moved")
    (haul / "sub").symlink_to(tmp_path / "moved")
    with pytest.raises(Unreadable):
        source.read(entry)


def test_a_file_swapped_for_a_fifo_does_not_hang(haul: Path) -> None:
    (haul / "file").write_text("evidence")
    source = opened(haul)
    (entry,) = source.entries()
    (haul / "file").unlink()
    os.mkfifo(haul / "file")
    with pytest.raises(Unreadable, match="not a regular file"):
        source.read(entry)


def test_special_files_are_rows(haul: Path) -> None:
    os.mkfifo(haul / "fifo")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(haul / "socket"))
        kinds = {path: entry.kind for path, entry in listed(haul).items()}
    assert kinds == {b"haul/fifo": EntryKind.FIFO, b"haul/socket": EntryKind.SOCKET}
    (device,) = listed(Path("/dev/null")).values()
    assert device.kind is EntryKind.DEVICE


def test_hard_links_are_both_read(haul: Path) -> None:
    (haul / "one").write_text("same")
    (haul / "two").hardlink_to(haul / "one")
    source = opened(haul)
    assert [read(source, entry) for entry in source.entries()] == [b"same", b"same"]


def test_a_folder_that_may_not_be_read_is_a_row(
    haul: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (haul / "closed").mkdir(mode=0)
    if os.geteuid() == 0:  # root reads every folder
        real = os.open

        def refusing(path: Any, flags: int, *, dir_fd: int | None = None) -> int:
            if path == b"closed":
                raise PermissionError(13, "Permission denied")
            return real(path, flags, dir_fd=dir_fd)

        monkeypatch.setattr(os, "open", refusing)
    entry = listed(haul)[b"haul/closed"]
    assert (entry.kind, "refuses" in str(entry.problem)) == (EntryKind.FOLDER, True)


def test_a_folder_that_vanishes_while_walking_is_a_row(haul: Path) -> None:
    (haul / "a").write_text("")
    (haul / "b").mkdir()
    (haul / "b/inside").write_text("")
    walk = opened(haul).entries()
    assert next(walk).path == b"haul/a"
    (haul / "b/inside").unlink()
    (haul / "b").rmdir()
    (entry,) = walk
    assert entry.path == b"haul/b"
    assert "not there any more" in str(entry.problem)


def test_the_workspace_is_left_out_under_any_name(haul: Path, tmp_path: Path) -> None:
    (haul / "workspace").mkdir()
    (haul / "workspace/blob").write_text("ours")
    (haul / "photo").write_text("theirs")
    (tmp_path / "alias").symlink_to(haul / "workspace")
    entries = listed(haul, exclude=(tmp_path / "alias", tmp_path / "not-there"))
    assert entries[b"haul/photo"].problem is None
    assert "workspace" in str(entries[b"haul/workspace"].problem)
    assert len(entries) == 2


def test_paths_with_the_same_last_name_stay_apart(tmp_path: Path) -> None:
    for parent, name in (("a", "haul"), ("b", "haul"), ("c", "haul~2")):
        (tmp_path / parent / name).mkdir(parents=True)
        (tmp_path / parent / name / "file").write_text(parent)
    paths = tmp_path / "a/haul", tmp_path / "c/haul~2", tmp_path / "b/haul"
    source = opened(*paths)
    found = {entry.path: read(source, entry) for entry in source.entries()}
    assert found == {b"haul/file": b"a", b"haul~2/file": b"c", b"haul~3/file": b"b"}


def test_the_same_path_given_twice_is_logged_once(haul: Path) -> None:
    (haul / "file").write_text("x")
    assert list(listed(haul, haul / ".." / "haul")) == [b"haul/file"]


def test_a_given_file_and_a_given_link(haul: Path, tmp_path: Path) -> None:
    (haul / "disk.E01").write_bytes(b"first")
    link = tmp_path / "linked"
    link.symlink_to(haul)
    source = opened(haul / "disk.E01", link)
    found = {entry.path: read(source, entry) for entry in source.entries()}
    assert found == {b"disk.E01": b"first", b"linked/disk.E01": b"first"}
    for entry in source.entries():
        assert source.local_path(entry) == haul / "disk.E01"


def test_a_path_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no such file or folder"):
        opened(tmp_path / "nothing")


def test_deeper_than_the_system_can_name(haul: Path) -> None:
    parent = os.open(haul, os.O_RDONLY)
    name = "d" * 100
    for _ in range(60):  # 6,060 bytes of path, PATH_MAX is 4,096
        os.mkdir(name, dir_fd=parent)
        child = os.open(name, os.O_RDONLY, dir_fd=parent)
        os.close(parent)
        parent = child
    os.close(os.open("bottom", os.O_WRONLY | os.O_CREAT, dir_fd=parent))
    os.close(parent)
    source = opened(haul)
    (entry,) = source.entries()
    assert entry.path == b"haul/" + b"/".join([name.encode()] * 60) + b"/bottom"
    assert read(source, entry) == b""
    source.close()


def test_a_path_over_the_limit_is_a_row_not_a_descent(haul: Path) -> None:
    (haul / "long-name").mkdir()
    (haul / "long-name/inside").write_text("")
    (entry,) = opened(haul, path_bytes=8).entries()
    assert (entry.path, entry.kind) == (b"haul/long-name", EntryKind.FOLDER)
    assert "limit of 8 bytes" in str(entry.problem)


def test_times_and_size(haul: Path) -> None:
    (haul / "file").write_bytes(b"12345")
    os.utime(haul / "file", ns=(1_600_000_000_123_456_789, 1_500_000_000_987_654_321))
    entry = listed(haul)[b"haul/file"]
    assert entry.size == 5
    assert entry.accessed_us == 1_600_000_000_123_456
    assert entry.modified_us == 1_500_000_000_987_654
    assert entry.changed_us is not None


def test_reading_leaves_the_time_of_access_alone(haul: Path) -> None:
    file = haul / "file"
    file.write_text("x")
    os.utime(file, (1_000_000_000, 1_500_000_000))
    source = opened(haul)
    (entry,) = source.entries()
    read(source, entry)
    assert file.stat().st_atime == 1_000_000_000


def test_an_entry_of_another_source_is_refused(haul: Path) -> None:
    (haul / "file").write_text("x")
    source = opened(haul)
    for path in (
        b"other/file",
        b"haul/../haul/file",
        b"haul/./file",
        b"haul/nothing",
        b"haul/a\0b",
    ):
        with pytest.raises(Unreadable):
            source.read(Entry(path=path))
