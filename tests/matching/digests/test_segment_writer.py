"""Building a segment: nothing half there, whatever happens."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from digest_lists import build, digests, found, names, values_of

from trawl.errors import ListRefused
from trawl.matching.digests.segment_writer import SegmentWriter
from trawl.matching.digests.segments import DigestSegments
from trawl.matching.steps import Stopped
from trawl.model.hash_set import DigestKind

_ENDLESS = """
import sys, itertools, numpy as np
from pathlib import Path
from trawl.matching.digests.segment_writer import SegmentWriter
from trawl.model.hash_set import DigestKind
random = np.random.default_rng(0)
with SegmentWriter(Path(sys.argv[1]), DigestKind.MD5, 1, keep_duplicates=True, run=5000) as writer:
    for number in itertools.count():
        first = number * 1000
        values = random.integers(0, 256, (1000, 16), np.uint8)
        writer.add(np.arange(first, first + 1000), values)
        print("on", flush=True)
"""

_FULL = """
import resource, signal, sys, numpy as np
from pathlib import Path
from trawl.errors import StoreError
from trawl.matching.digests.segment_writer import SegmentWriter
from trawl.model.hash_set import DigestKind
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
values = np.random.default_rng(0).integers(0, 256, (20_000, 16), np.uint8)
try:
    with SegmentWriter(
        Path(sys.argv[1]), DigestKind.MD5, 1, keep_duplicates=True, run=int(sys.argv[3])
    ) as writer:
        writer.add(np.arange(20_000), values)
        writer.finish()
except StoreError as error:
    print(error, error.hint)
"""


def test_killed_in_the_middle(tmp_path: Path) -> None:
    """The old segment answers as before; the next writer leaves no rests."""
    path = tmp_path / "md5.digests"
    listed = digests(100)
    build(path, listed)
    process = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(20):
        assert process.stdout.readline() == "on\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert names(tmp_path) == ["md5.digests", "md5.digests.runs"]
    with DigestSegments.open([path]) as segments:
        assert len(found(segments, listed)) == 100
    build(path, listed * 2, run=50)
    assert names(tmp_path) == ["md5.digests"]
    with DigestSegments.open([path]) as segments:
        assert len(found(segments, listed)) == 200


@pytest.mark.parametrize("run", [5_000, 100_000])
@pytest.mark.parametrize("room", [0, 5_000, 150_000, 380_000])
def test_a_full_disk(tmp_path: Path, room: int, run: int) -> None:
    """With runs and without, at every stage: said plainly, nothing left, the old one whole."""
    path = tmp_path / "md5.digests"
    build(path, digests(10))
    before = path.read_bytes()
    command = [sys.executable, "-c", _FULL, str(path), str(room), str(run)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "no room left" in done.stdout
    assert "as before" in done.stdout
    assert names(tmp_path) == ["md5.digests"]
    assert path.read_bytes() == before


def test_progress_and_stop(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with SegmentWriter(tmp_path / "a", DigestKind.MD5, 1, keep_duplicates=True, run=1000) as writer:
        writer.add(np.arange(5000), values_of(digests(5000)))
        writer.finish(lambda done, total: told.append((done, total)))
    assert told[-1] == (5000, 5000)
    with SegmentWriter(tmp_path / "b", DigestKind.MD5, 1, keep_duplicates=True, run=1000) as writer:
        writer.add(np.arange(5000), values_of(digests(5000)))
        with pytest.raises(Stopped):
            writer.finish(stop=lambda: True)
    assert names(tmp_path) == ["a"]


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with SegmentWriter(tmp_path / "a", DigestKind.MD5, 1, keep_duplicates=True, run=10) as writer:
        writer.add(np.arange(50), values_of(digests(50)))
        assert names(tmp_path)
    assert names(tmp_path) == []


def test_more_entries_than_can_be_told_apart(tmp_path: Path) -> None:
    with SegmentWriter(tmp_path / "a", DigestKind.MD5, 1, keep_duplicates=True, run=10) as writer:
        writer.add(np.array([2**32 - 1]), values_of(digests(1)))
        with pytest.raises(ListRefused, match="entries"):
            writer.add(np.array([2**32]), values_of(digests(1)))
        writer.finish()
    with DigestSegments.open([tmp_path / "a"]) as segments:
        assert found(segments, digests(1)) == [(0, 1, 2**32 - 1)]


def test_the_same_list_makes_the_same_file(tmp_path: Path) -> None:
    """However it is cut into runs."""
    listed = digests(3000) + digests(100)
    build(tmp_path / "a", listed, run=1 << 20)
    build(tmp_path / "b", listed, run=170, batch=1000)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    """Four million digests, a hundred megabytes above what Python and NumPy take."""
    script = _ENDLESS.replace("itertools.count()", "range(4000)").replace("run=5000", "run=200_000")
    script = script.replace('        print("on", flush=True)\n', "    writer.finish()\n")
    script += "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
    start = time.monotonic()
    command = [sys.executable, "-c", script, str(tmp_path / "a")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 150_000, f"{done.stdout} KB, {time.monotonic() - start:.0f} s"
