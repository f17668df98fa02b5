from __future__ import annotations

import random
from pathlib import Path

import pytest
from list_reading import read, written

from trawl.errors import ListRefused


def pdq(seed: int) -> str:
    """A value as a PDQ of a picture has it: half of the bits set."""
    places = random.Random(seed).sample(range(256), 128)
    return f"{sum(1 << place for place in places):064x}"


def test_eight_balanced_values_are_pdq(tmp_path: Path) -> None:
    values = [pdq(seed) for seed in range(8)]
    found = read(written(tmp_path, "\n".join(values)))
    assert found.name == "pdq"
    assert found.prints == [(n, value, 100, -1) for n, value in enumerate(values)]
    assert found.digests == {}


def test_one_value_out_of_balance_makes_them_sha256(tmp_path: Path) -> None:
    values = [*(pdq(seed) for seed in range(20)), "0" * 63 + "1"]
    found = read(written(tmp_path, "\n".join(values)))
    assert found.name == "bare"
    assert len(found.digests["sha256"]) == 21


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("beside", ["", ",3"])
def test_too_few_to_tell_is_refused_with_what_to_say(
    tmp_path: Path, count: int, beside: str
) -> None:
    path = written(tmp_path, "\n".join(pdq(seed) + beside for seed in range(count)))
    with pytest.raises(ListRefused, match="too few of them to tell") as refusal:
        read(path)
    assert refusal.value.hint is not None
    assert "--format pdq or --format sha256" in refusal.value.hint
    assert len(read(path, "pdq").prints) == count
    assert len(read(path, "sha256").digests["sha256"]) == count


def test_hash_quality_filename(tmp_path: Path) -> None:
    lines = [f"{pdq(n)},{40 + n},a, {n}.jpg" for n in range(12)]
    found = read(written(tmp_path, "\n".join(lines)))
    assert found.name == "pdq"
    assert [quality for _, _, quality, _ in found.prints] == list(range(40, 52))
    assert found.known[3].names == ("a, 3.jpg",)
    assert found.odd == {"too-plain": (10, [1, 2, 3, 4, 5])}


def test_keyed_lines(tmp_path: Path) -> None:
    line = f"hash={pdq(1)},norm=128,delta=2,quality=83,filename=b,c.jpg"
    found = read(written(tmp_path, line))
    assert found.name == "pdq"
    assert found.prints == [(0, pdq(1), 83, -1)]
    assert found.known[0].names == ("b,c.jpg",)
    assert found.known[0].extra == {"norm": "128", "delta": "2"}


def test_a_column_named_pdq(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"path,PDQ,Quality\na.jpg,{pdq(1)},12\nb.jpg,{pdq(2)},90\n"))
    assert found.name == "csv"
    assert found.prints == [(0, pdq(1), 12, -1), (1, pdq(2), 90, -1)]
    assert found.known[0].names == ("a.jpg",)
    assert found.odd == {"too-plain": (1, [2])}


def test_a_column_named_hash(tmp_path: Path) -> None:
    rows = [f"{pdq(n)},a{n}.jpg" for n in range(9)]
    assert len(read(written(tmp_path, "\n".join(["hash,filename", *rows]))).prints) == 9
    few = written(tmp_path, "\n".join(["hash,filename", *rows[:3]]))
    with pytest.raises(ListRefused, match="too few"):
        read(few)
    assert len(read(few, "pdq").prints) == 3
    assert len(read(few, "sha256").digests["sha256"]) == 3
    told = written(tmp_path, "\n".join(["hash,quality,filename", f"{pdq(1)},77,a.jpg"]))
    assert read(told).prints == [(0, pdq(1), 77, -1)]


def test_a_value_out_of_balance_is_odd_in_a_pdq_list(tmp_path: Path) -> None:
    path = written(tmp_path, "\n".join([*(pdq(n) for n in range(9)), "0" * 64]))
    assert read(path, "pdq").odd == {"unbalanced-pdq": (1, [10])}


def test_real_fingerprints_are_told(shared_data: Path, tmp_path: Path) -> None:
    found = read(shared_data / "pictures" / "pdq" / "expected_pdq.csv")
    assert (found.name, len(found.prints), found.odd) == ("csv", 11, {})
    bare = "\n".join(value for _, value, _, _ in found.prints)
    assert read(written(tmp_path, bare)).name == "pdq"


def test_a_video_is_one_entry(tmp_path: Path) -> None:
    lines = [f"{n},{100 if n else 20},{pdq(n)},{n / 30:.3f}" for n in range(90)]
    found = read(written(tmp_path, "\n".join([*lines, "tail"])))
    assert (found.name, found.count) == ("vpdq", 1)
    assert found.prints[1] == (0, pdq(1), 100, 33)
    assert found.prints[-1][3] == 2967
    assert found.known[0].extra == {"frames": 90, "seconds": 2.967}
    assert found.odd == {"too-plain": (1, [1]), "no-digest": (1, [91])}


def test_real_videos(shared_data: Path) -> None:
    for path in sorted((shared_data / "videos" / "vpdq").glob("*.txt")):
        found = read(path)
        assert (found.name, found.count, found.odd) == ("vpdq", 1, {})
        assert len(found.prints) == len(path.read_text().splitlines())
