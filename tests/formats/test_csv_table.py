from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from list_reading import read, written

from trawl.errors import ListRefused
from trawl.formats.columns import Role, role_of

MD5, SHA1, SHA256 = "a1" * 16, "b2" * 20, "c3" * 31 + "c4"
ICSE = (
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;"
    "Series name;Number of submissions;File Available;Media Type;Baseline"
)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("MD5", Role.MD5),
        ("md5_hash", Role.MD5),
        ("File MD5", Role.MD5),
        ("SHA-1", Role.SHA1),
        ("Hash (SHA-1)", Role.SHA1),
        ("SHA 256", Role.SHA256),
        ("sha2-256", Role.SHA256),
        ("pdq", Role.PDQ),
        ("PDQ hash", Role.PDQ),
        ("Hash", Role.DIGEST),
        ("SHA-512", Role.OTHER),
        ("md5 of parent", Role.OTHER),
        ("Category", Role.CATEGORY),
        ("File Size", Role.SIZE),
    ],
)
def test_spellings(title: str, role: Role) -> None:
    assert role_of(title) is role


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [["Name", "SHA-1", "md5", "Category"], ["bild ä", SHA1, MD5, "2"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    found = read(written(tmp_path, text.encode(encoding)))
    assert found.name == "csv"
    assert found.digests == {"sha1": {0: SHA1}, "md5": {0: MD5}}
    assert found.known[0].category == "2"
    assert found.known[0].names == ("bild ä",)
    assert found.odd == {}


def test_every_field_is_kept(tmp_path: Path) -> None:
    text = (
        "md5,size,mime,series,tags,comments,VictimIdentified,Agency,,IsDistributed\n"
        f'{MD5},12,image/jpeg,S,t,"a ""b"",\nc",yes,Force 7,x,perhaps\n'
        f"{MD5[::-1]},big,,,,,,,,\n"
    )
    found = read(written(tmp_path, text))
    one = found.known[0]
    assert (one.size, one.mime, one.series, one.tags) == (12, "image/jpeg", "S", "t")
    assert one.comments == 'a "b",\nc'
    assert one.victim_identified is True
    assert one.distributed is None
    assert one.extra == {"Agency": "Force 7", "column 9": "x", "IsDistributed": "perhaps"}
    assert found.known[1].extra == {"size": "big"}
    assert found.odd == {"not-a-boolean": (1, [2]), "not-a-size": (1, [4])}


def test_odd_rows(tmp_path: Path) -> None:
    rows = [
        f"{MD5},{SHA1}",
        f"{MD5[::-1]},",  # one of two is enough
        ",",
        f"zz,{SHA1[::-1]}",
        f"{MD5},{SHA1},more",
        f"{SHA256[:32]}",
        f'"{SHA1},{SHA1[:39]}g never closed',
        f"{SHA256[32:]},",
    ]
    found = read(written(tmp_path, "\n".join(["md5,sha1", *rows])))
    assert found.count == 8
    assert found.odd == {
        "without-digest": (2, [4, 8]),
        "bad-digest": (2, [5, 8]),
        "too-many-cells": (1, [6]),
        "too-few-cells": (1, [7]),
        "unclosed-quote": (1, [8]),
        "repeated": (1, [6]),
    }
    assert found.known[4].extra == {"(beyond the header)": ["more"]}
    assert found.digests["sha1"] == {0: SHA1, 3: SHA1[::-1], 4: SHA1}


def test_only_digests_say_nothing_else(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"md5,sha256\n{MD5},{SHA256}\n"))
    assert found.known == []


def test_columns_of_one_name_are_all_kept(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"md5,by,by,md5,,\n{MD5},a,b,{SHA1[:32]},c,d\n"))
    assert found.digests == {"md5": {0: MD5}}
    assert found.known[0].extra == {
        "by": "a",
        "by (3)": "b",
        "md5 (4)": SHA1[:32],
        "column 5": "c",
        "column 6 (6)": "d",
    }


def test_what_excel_and_others_put_before_the_header(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"sep=;\n\n#md5;a,b\n{MD5};c,d\n"))
    assert found.known[0].extra == {"a,b": "c,d"}


def test_latin_1_is_read_and_counted(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"md5,name\n{MD5},b\xe4r.jpg\n".encode("latin-1")))
    assert found.known[0].names == ("bär.jpg",)
    assert found.odd == {"not-utf-8": (1, [2])}


def test_a_table_of_something_else_under_the_header_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "md5,name\n" + "x,y\n" * 10)
    with pytest.raises(ListRefused, match="10 of the 10 lines"):
        read(path)


def test_icse(tmp_path: Path) -> None:
    rows = [
        f"{MD5};{SHA1};AQID;77;1;1;0;Garden;3;True;Image;1",
        f"{MD5[::-1]};;;78;False;;;;;;;",
    ]
    found = read(written(tmp_path, "\n".join([ICSE, *rows])))
    assert found.name == "icse"
    one = found.known[0]
    assert (one.distributed, one.victim_identified, one.offender_identified) == (True, True, False)
    assert one.series == "Garden"
    assert one.extra == {
        "PhotoDNA": "AQID",
        "Image ID": "77",
        "Number of submissions": "3",
        "File Available": "True",
        "Media Type": "Image",
        "Baseline": "1",
    }
    assert found.known[1].victim_identified is None
    assert found.odd == {}


def test_hashdeep(tmp_path: Path) -> None:
    text = (
        "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: /x\n##\n"
        f'7,{MD5},{SHA256},/a/b, "c".jpg\n'
    )
    found = read(written(tmp_path, text))
    assert found.name == "hashdeep"
    assert found.digests == {"md5": {0: MD5}, "sha256": {0: SHA256}}
    assert (found.known[0].size, found.known[0].names) == (7, ('/a/b, "c".jpg',))
    assert found.odd == {}


cells = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12).map(str.strip)


@given(st.lists(st.tuples(st.binary(min_size=20, max_size=20), cells), min_size=1, max_size=30))
def test_reads_what_a_csv_writer_wrote(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[bytes, str]]
) -> None:
    quoted = [f'{value.hex()},"{text.replace(chr(34), chr(34) * 2)}"' for value, text in rows]
    found = read(written(tmp_path_factory.mktemp("csv"), "\n".join(["sha1,note", *quoted])))
    assert list(found.digests["sha1"].values()) == [value.hex() for value, _ in rows]
    assert [known.comments or "" for known in found.known] == [text for _, text in rows]
