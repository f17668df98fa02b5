"""Damaged, truncated and monstrous lists: refused with the place, never swallowed."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vics_lists import Told, case_list, media, media_list, written

from trawl.errors import ListRefused
from trawl.formats import vics_text

WHOLE = json.dumps(
    case_list(
        media(1, Exifs=[{"PropertyName": "Make", "PropertyValue": "é\t"}], MediaSize=1.5e3),
        media(2, AlternativeHashes=[{"HashName": "PDQ", "HashValue": "f0" * 32}]),
        TotalMediaFiles=2,
    ),
    ensure_ascii=False,
)


def refusal(folder: Path, content: object) -> str:
    listed = written(folder, content)
    with pytest.raises(ListRefused) as caught:
        Told(listed)
    assert caught.value.hint
    return str(caught.value)


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    for cut in range(1, len(WHOLE)):
        assert "is broken" in refusal(tmp_path, WHOLE[:cut])


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_refusal_says_where_and_what(tmp_path: Path, codec: str) -> None:
    text = json.dumps(media_list(media(1, Comments="ééé"), media(2)), ensure_ascii=False)
    at = text.rindex('"MD5"')
    broken = text[:at] + "!" + text[at:]
    message = refusal(tmp_path, broken.encode(codec))
    byte = len(text[:at].encode(codec))
    assert f"at byte {byte}, in or after entry 2" in message
    assert 'a field\'s name in double quotes was expected, “!"MD5"' in message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "a comma or ']' was expected, the file ends"),
        (",", "a value was expected, the file ends"),
        ("]}x", "the end of the file was expected, “x” was found"),
        ("]}\0\0", "the end of the file was expected"),
        (";]}", "a comma or ']' was expected, “;]}” was found"),
        (',{"MD5"}]}', "a colon was expected, “}]}” was found"),
        (',{"MD5":"]}', "the closing quote of this text was expected"),
        (',{"MD5":"C:\\Users"}]}', "a valid escape after the backslash"),
        (',{"MD5":"\\u12"}]}', "four hexadecimal digits after"),
        (',{"MD5":}]}', "a value was expected, “}]}” was found"),
        (',{"MD5":1 "a":2}]}', "a comma or the end of the object or array was expected"),
    ],
)
def test_what_was_expected(tmp_path: Path, content: str, expected: str) -> None:
    start = json.dumps(media_list(media(1)))[:-2]
    assert expected in refusal(tmp_path, start + content)


@pytest.mark.parametrize("content", ["[1]", "3", '"x"', "  ", "x"])
def test_what_is_no_object_is_refused(tmp_path: Path, content: str) -> None:
    assert "an object, '{', was expected" in refusal(tmp_path, content)


def test_half_a_character_of_utf_16(tmp_path: Path) -> None:
    content = json.dumps(media_list(media(1))).encode("utf-16") + b" "
    assert "text in UTF-16 was expected" in refusal(tmp_path, content)


def test_a_number_at_the_end_of_the_window_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vics_text, "_CHUNK", 1)
    told = Told(written(tmp_path, case_list(media(1), TotalMediaFiles=12345)))
    assert told.about["TotalMediaFiles"] == "12345"


@pytest.mark.parametrize("depth", [65, 900, 100_000])
@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_a_nesting_without_end_is_refused(tmp_path: Path, depth: int, bracket: str) -> None:
    close = "]" if bracket == "[" else "}"
    nest = bracket * depth + "1" + close * depth
    text = json.dumps(media_list(media(1, Exifs="@"))).replace('"@"', nest)
    assert "nested deeper than 64 levels" in refusal(tmp_path, text)


def test_a_nesting_within_the_limit_is_kept(tmp_path: Path) -> None:
    nest = json.loads("[" * 60 + "]" * 60)
    told = Told(written(tmp_path, media_list(media(1, Exifs=[nest, nest]))))
    assert told.known[0].extra["Exifs"] == [nest, nest]


def test_a_value_longer_than_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vics_text, "LONGEST", 1000)
    monkeypatch.setattr(vics_text, "_CHUNK", 100)
    assert Told(written(tmp_path, media_list(media(1, Comments="x" * 900)))).count == 1
    for cut in (None, -5):
        text = json.dumps(media_list(media(1), media(2, Comments="x" * 1000)))[:cut]
        assert "longer than 1000 characters" in refusal(tmp_path, text)


def test_the_fields_of_a_case_together_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trawl.formats.vics.LONGEST", 1000)
    fields = {f"field {n}": "x" * 100 for n in range(20)}
    assert "longer than 1000 characters" in refusal(tmp_path, case_list(media(1), **fields))


_TOKENS = st.sampled_from(
    [
        *("{", "}", "[", "]", ",", ":", '"', "\\", "null", "true", "1e999", "-", "NaN", " ", "\0"),
        *("é", '"Media"', '"value"', '"MD5"', '"Category"', '"/Date(1)/"', '"\\ud800"', "9" * 25),
    ]
)


@given(at=st.integers(0, len(WHOLE)), gone=st.integers(0, 40), put=st.lists(_TOKENS, max_size=6))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_damage_gives_entries_or_a_refusal(
    tmp_path: Path, at: int, gone: int, put: list[str]
) -> None:
    listed = written(tmp_path, WHOLE[:at] + "".join(put) + WHOLE[at + gone :])
    with suppress(ListRefused):
        told = Told(listed)
        assert told.count == len(told.known)
        json.dumps([dict(known.extra) for known in told.known], allow_nan=False).encode()


@given(data=st.binary(min_size=1, max_size=60), mark=st.sampled_from([b"", b"\xff\xfe", b"{"]))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_arbitrary_bytes_are_refused(tmp_path: Path, data: bytes, mark: bytes) -> None:
    with pytest.raises(ListRefused):
        Told(written(tmp_path, mark + data))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["MD5", "Media", "Category", "AlternativeHashes", "HashName", "x"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    entries=st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    *("MD5", "SHA1", "Category", "MediaSize", "Tags", "IsPrecategorized", "md5"),
                    *("AlternativeHashes", "MediaFiles", "Exifs", "Exif", "FileName", "PhotoDNA"),
                ]
            ),
            _JSON,
        )
        | _JSON,
        max_size=4,
    )
)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_value_in_no_field_breaks_the_reader(tmp_path: Path, entries: list[object]) -> None:
    told = Told(written(tmp_path, case_list(*entries, TotalMediaFiles=entries)))
    assert told.count == len(entries)
    json.dumps([dict(known.extra) for known in told.known]).encode()


_CHILD = """
import resource, sys
from pathlib import Path
from trawl.errors import ListRefused
from trawl.formats.base import ListFile
from trawl.formats.vics import Vics20
from trawl.model.hash_set import Oddities
used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before, count, said = used(), 0, ""
try:
    for batch in Vics20().read(ListFile(Path(sys.argv[1])), Oddities()):
        count += batch.count
except ListRefused as refused:
    said = str(refused)
print(count, (used() - before) // 1024, said)
"""


def grown(path: Path) -> tuple[int, int, str]:
    """Entries read in a process of its own, by how many MB it grew, and the refusal."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)], capture_output=True, text=True, check=True
    )
    count, memory, said = done.stdout.rstrip("\n").split(" ", 2)
    return int(count), int(memory), said


@pytest.mark.slow
def test_a_long_list_does_not_grow_memory(tmp_path: Path) -> None:
    path, entries = tmp_path / "long.json", 200_000
    start, end = json.dumps(media_list("@")).split('"@"')
    with path.open("w") as file:
        file.write(start)
        for number in range(entries):
            entry = media(number, Comments="x" * 400, MediaFiles=[{"FileName": f"{number}.jpg"}])
            file.write(("," if number else "") + json.dumps(entry))
        file.write(end)
    assert path.stat().st_size > 100_000_000
    count, memory, said = grown(path)
    assert (count, said) == (entries, "")
    assert memory < 120, memory


@pytest.mark.slow
@pytest.mark.parametrize("filling", ['"x', "[", "[],", '{"a":'])
def test_a_monstrous_value_does_not_grow_memory(tmp_path: Path, filling: str) -> None:
    path = tmp_path / "monster.json"
    text = json.dumps(media_list(media(1, Exifs="@"))).split('"@"')[0]
    block = filling.removeprefix('"') * 100_000
    with path.open("w") as file:
        file.write(text + ('"' if filling[0] == '"' else "["))
        for _ in range((64 << 20) // len(block)):
            file.write(block)
    count, memory, said = grown(path)
    assert count == 0
    assert "longer than" in said or "nested deeper" in said
    assert memory < 320, memory
