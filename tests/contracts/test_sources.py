"""What every kind of source keeps to, whatever is in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_samples import BUILDERS, Sample

from trawl.errors import Locked, SourceError, Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources.base import Place, Source, SourceLimits
from trawl.sources.detect import opens_as
from trawl.sources.registry import SOURCES, source_of_kind

LIMITS = SourceLimits(member_bytes=64 << 20, total_bytes=64 << 20)

Builder = Callable[[Path], Sample]
every_kind = pytest.mark.parametrize("build", BUILDERS, ids=lambda build: build.__name__)


@pytest.fixture
def sample(build: Builder, tmp_path: Path) -> Sample:
    (tmp_path / "evidence").mkdir()
    return build(tmp_path / "evidence")


@pytest.fixture
def place(sample: Sample, tmp_path: Path) -> Place:
    scratch = tmp_path / "scratch"
    return Place(paths=sample.paths, scratch=scratch, limits=LIMITS, secret=sample.secret)


@pytest.fixture
def source(sample: Sample, place: Place) -> Iterator[Source]:
    source = source_of_kind(sample.kind).open(place)
    yield source
    source.close()


def test_every_kind_has_a_sample(tmp_path: Path) -> None:
    kinds = set()
    for number, build in enumerate(BUILDERS):
        (tmp_path / str(number)).mkdir()
        kinds.add(build(tmp_path / str(number)).kind)
    assert kinds == {source.kind for source in SOURCES}


def test_kinds_are_distinct_and_an_unknown_one_is_unreadable() -> None:
    assert len({source.kind for source in SOURCES}) == len(SOURCES)
    with pytest.raises(Unreadable, match="'rar'"):
        source_of_kind("rar")


def test_every_kind_and_every_limit_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs/sources.md").read_text()
    for source in SOURCES:
        assert f"| `{source.kind}` |" in text
    limits = SourceLimits()
    for value in (limits.members, limits.path_bytes):
        assert f"| {value:,}" in text
    assert f"| {limits.depth} |" in text
    assert f"| {limits.ratio} : 1 |" in text
    assert f"beyond {limits.ratio_from >> 20} MiB" in text
    assert f"| {limits.member_bytes >> 30} GiB |" in text
    assert f"| {limits.total_bytes >> 40} TiB |" in text


@every_kind
def test_lists_and_reads_what_is_in_it(sample: Sample, source: Source) -> None:
    found = {entry.path: _read(source, entry) for entry in source.entries()}
    assert found.keys() == sample.files.keys()
    for path, data in sample.files.items():
        assert data is None or found[path] == data


@every_kind
def test_sizes_agree_where_they_are_told(source: Source) -> None:
    for entry in source.entries():
        assert entry.kind is EntryKind.FILE
        assert entry.size is None or entry.size == len(_read(source, entry))


@every_kind
def test_two_openings_list_the_same(sample: Sample, place: Place) -> None:
    assert _listed(sample, place) == _listed(sample, place)


@every_kind
def test_an_entry_is_read_by_an_opening_that_never_listed(sample: Sample, place: Place) -> None:
    entries = _listed(sample, place)
    other = source_of_kind(sample.kind).open(place)
    try:
        for entry in reversed(entries):
            expected = sample.files[entry.path]
            assert expected is None or _read(other, entry) == expected
    finally:
        other.close()


@every_kind
def test_piecewise_reading_gives_the_same(source: Source) -> None:
    for entry in source.entries():
        whole = _read(source, entry)
        with source.read(entry) as stream:
            assert b"".join(iter(lambda stream=stream: stream.read(777), b"")) == whole
        with source.read(entry) as stream:
            if stream.seekable() and len(whole) > 100:
                stream.seek(-50, os.SEEK_END)
                assert stream.read(20) == whole[-50:-30]
                stream.seek(3)
                assert stream.read(20) == whole[3:23]


@every_kind
def test_the_evidence_is_not_touched(sample: Sample, place: Place, tmp_path: Path) -> None:
    before = _snapshot(tmp_path, leave_out=place.scratch)
    source = source_of_kind(sample.kind).open(place)
    for entry in source.entries():
        _read(source, entry)
    source.close()
    assert _snapshot(tmp_path, leave_out=place.scratch) == before


@every_kind
def test_closing_lets_go_of_every_descriptor(sample: Sample, place: Place) -> None:
    source_of_kind(sample.kind).open(place).close()
    before = len(list(Path("/proc/self/fd").iterdir()))
    source = source_of_kind(sample.kind).open(place)
    for entry in source.entries():
        _read(source, entry)
    source.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@every_kind
def test_is_recognised_by_its_content(sample: Sample) -> None:
    if sample.kind == "folder":
        return
    data = sample.paths[0].read_bytes()
    assert _opens_as(data) == sample.kind


@every_kind
def test_without_the_secret_it_is_locked_not_broken(sample: Sample, place: Place) -> None:
    if sample.secret is None:
        return
    for secret in (None, "wrong"):
        locked = Place(paths=place.paths, scratch=place.scratch, limits=LIMITS, secret=secret)
        with pytest.raises(Locked) as caught:
            source_of_kind(sample.kind).open(locked)
        assert caught.value.lock in ("7z-aes", "office", "pdf")


@every_kind
def test_a_missing_file_is_unreadable(sample: Sample, place: Place) -> None:
    gone = Place(paths=(place.path / "gone",), scratch=place.scratch, limits=LIMITS)
    with pytest.raises(Unreadable):
        source_of_kind(sample.kind).open(gone)


@every_kind
@given(data=st.data())
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_damage_is_only_ever_a_source_error(
    sample: Sample, tmp_path: Path, data: st.DataObject
) -> None:
    if not sample.mutable:
        return
    broken = tmp_path / "broken"
    broken.write_bytes(_damaged(sample.paths[0].read_bytes(), data))
    scratch = tmp_path / "scratch-of-broken"
    place = Place(paths=(broken,), scratch=scratch, limits=LIMITS, secret=sample.secret)
    _opens_as(broken.read_bytes())
    _use_all(sample.kind, place)


def _damaged(whole: bytes, data: st.DataObject) -> bytes:
    """Cut off, overwritten in places, or both."""
    length = len(whole)
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 4), label="overwritten")):
        at = data.draw(st.integers(0, length - 1), label="at")
        at = data.draw(st.sampled_from([at, length - 1 - at % min(length, 200)]), label="near")
        patch = data.draw(st.binary(min_size=1, max_size=8), label="with")
        broken[at : at + len(patch)] = patch
    return bytes(broken[: data.draw(st.integers(0, length), label="cut")] or broken)


def _use_all(kind: str, place: Place) -> None:
    try:
        source = source_of_kind(kind).open(place)
    except SourceError:
        return
    try:
        for entry in source.entries():
            try:
                _read(source, entry)
            except SourceError:
                continue
    except SourceError:
        pass
    finally:
        source.close()


def _read(source: Source, entry: Entry) -> bytes:
    with source.read(entry) as stream:
        return stream.read()


def _listed(sample: Sample, place: Place) -> list[Entry]:
    source = source_of_kind(sample.kind).open(place)
    try:
        return list(source.entries())
    finally:
        source.close()


def _opens_as(data: bytes) -> str | None:
    return opens_as(data[:4096], len(data), lambda at, count: data[at : at + count])


def _snapshot(folder: Path, leave_out: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
        if path != leave_out and leave_out not in path.parents
    }
