from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from list_reading import read, written

from trawl.errors import ListRefused
from trawl.formats.base import BATCH

MD5, SHA1, SHA256 = "a1" * 16, "b2" * 20, "c3" * 31 + "c4"


def test_the_length_names_the_digest(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"{MD5}\n{SHA1.upper()}\r\n\n  {SHA256}  \n{MD5[::-1]}"))
    assert found.name == "bare"
    assert found.count == 4
    assert found.digests == {
        "md5": {0: MD5, 3: MD5[::-1]},
        "sha1": {1: SHA1},
        "sha256": {2: SHA256},
    }
    assert found.known == []
    assert found.odd == {}


def test_a_list_of_one(tmp_path: Path) -> None:
    found = read(written(tmp_path, MD5))
    assert (found.count, found.digests) == (1, {"md5": {0: MD5}})


def test_categories_and_names(tmp_path: Path) -> None:
    lines = [
        "# what a tool wrote",
        f"{MD5},1",
        f"{SHA1};A;told twice",
        f"{SHA256}  a picture, (1).jpg",
        f"{MD5[::-1]} *b.jpg",
        f"\\{MD5[1:]}0  odd\\nname",
        f"MD5 (a file (2).jpg) = {SHA1[:32]}",
        f'"{SHA256[::-1]}"',
    ]
    found = read(written(tmp_path, "\n".join(lines)))
    assert found.odd == {}
    assert found.count == 7
    assert found.digests["md5"] == {0: MD5, 3: MD5[::-1], 4: f"{MD5[1:]}0", 5: SHA1[:32]}
    assert [known.category for known in found.known[:2]] == ["1", "A"]
    assert found.known[1].extra == {"beside": "told twice"}
    assert found.known[2].names == ("a picture, (1).jpg",)
    assert found.known[3].names == ("b.jpg",)
    assert found.known[4].names == ("odd\\nname",)
    assert found.known[5].names == ("a file (2).jpg",)


@pytest.mark.parametrize("blanks", [1, 3, 4, 20_000])
def test_blanks_around_a_line_are_no_part_of_it(tmp_path: Path, blanks: int) -> None:
    space = " \t" * (blanks // 2) + " " * (blanks % 2)
    lines = [f"{space}{MD5}{space}", space, f"{SHA1}{space}\r", f"{space}# no entry"]
    found = read(written(tmp_path, "\n".join(lines)), "bare")
    assert found.digests == {"md5": {0: MD5}, "sha1": {1: SHA1}}
    assert found.odd == {}


def test_odd_lines_are_counted_by_line(tmp_path: Path) -> None:
    good = [hashlib.md5(str(n).encode()).hexdigest() for n in range(20)]
    lines = [*good, "hello", MD5[:-1], "\0" * 8, "a" * 70_000, good[3], "g" * 32]
    found = read(written(tmp_path, "\n".join(lines)))
    assert found.count == 21
    assert found.odd == {
        "no-digest": (2, [21, 26]),
        "wrong-length": (1, [22]),
        "nul-bytes": (1, [23]),
        "over-long-line": (1, [24]),
        "repeated": (1, [25]),
    }


def test_lines_keep_their_numbers_after_a_line_longer_than_a_block(tmp_path: Path) -> None:
    body = b"\n".join([MD5.encode()] * 3 + [b"x" * 3_000_000] + [SHA1.encode(), b"odd"])
    found = read(written(tmp_path, body))
    assert found.count == 4
    assert found.odd["over-long-line"] == (1, [4])
    assert found.odd["no-digest"] == (1, [6])


def test_more_than_half_not_understood_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "\n".join([MD5, "x", "y", SHA1, "z"]))
    with pytest.raises(ListRefused, match="3 of the 5 lines are not so"):
        read(path, "bare")


def test_what_comes_after_the_first_thousand_is_only_counted(tmp_path: Path) -> None:
    lines = [f"{n:032x}" for n in range(1000)] + ["odd"] * 5000
    found = read(written(tmp_path, "\n".join(lines)))
    assert found.count == 1000
    assert found.odd["no-digest"] == (5000, [1001, 1002, 1003, 1004, 1005])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines(tmp_path: Path, encoding: str, end: str) -> None:
    found = read(written(tmp_path, end.join([MD5, SHA1, SHA256, ""]).encode(encoding)))
    assert found.digests == {"md5": {0: MD5}, "sha1": {1: SHA1}, "sha256": {2: SHA256}}
    assert found.odd == {}


@given(
    st.lists(
        st.sampled_from([16, 20, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n)),
        min_size=1,
        max_size=60,
    )
)
def test_reads_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, values: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("bare")
    found = read(written(folder, "\n".join(value.hex() for value in values)), "bare")
    told = {entry: value for column in found.digests.values() for entry, value in column.items()}
    assert [told[entry] for entry in range(found.count)] == [value.hex() for value in values]
    assert found.odd.get("repeated", (0, []))[0] == len(values) - len(set(values))


def test_many_lines_come_in_batches(tmp_path: Path) -> None:
    count = 3 * BATCH + 5
    found = read(written(tmp_path, "".join(f"{n:032x}\n" for n in range(count))))
    assert found.count == count
    assert found.batches >= 4
    assert found.digests["md5"][count - 1] == f"{count - 1:032x}"
    assert found.listed.position == found.listed.size
