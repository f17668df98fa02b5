"""Each trap that lists lay in the field: read as it was meant, and counted with its entry."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from vics_lists import Told, case_list, md5, media, media_list, written

from trawl.formats.vics_oddities import MOST_NAMES, SAID
from trawl.model.hash_set import MOST_PLACES, DigestKind


def told_of(folder: Path, *entries: object) -> Told:
    return Told(written(folder, media_list(*entries)))


@pytest.mark.parametrize(
    ("value", "read", "kind"),
    [
        ("true", True, "boolean-as-text"),
        ("False", False, "boolean-as-text"),
        (1, True, "boolean-as-number"),
        (0, False, "boolean-as-number"),
        (None, None, None),
        ("", None, None),
        (False, False, None),
    ],
)
def test_flags(tmp_path: Path, value: object, read: bool | None, kind: str | None) -> None:
    told = told_of(tmp_path, media(1), media(2, VictimIdentified=value))
    assert told.known[1].victim_identified is read
    assert told.kinds == ({kind: 1} if kind else {})
    assert not kind or told.where(kind) == [2]


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("VictimIdentified", "maybe", "boolean-unreadable"),
        ("VictimIdentified", [], "boolean-unreadable"),
        ("Category", {}, "category-unreadable"),
        ("Category", True, "category-unreadable"),
        ("MediaSize", -1, "number-unreadable"),
        ("MediaSize", "large", "number-unreadable"),
        ("MediaSize", "9" * 19, "number-unreadable"),
        ("MediaSize", int("9" * 30), "number-unreadable"),
        ("Tags", {"a": 1}, "text-unreadable"),
        ("MD5", "d41d8", "digest-invalid"),
        ("MD5", "g" * 32, "digest-invalid"),
        ("SHA1", 5, "digest-invalid"),
    ],
)
def test_what_cannot_be_read_is_kept(tmp_path: Path, field: str, value: object, kind: str) -> None:
    told = told_of(tmp_path, {"SHA256": "ab" * 32, "MediaID": 1, field: value})
    kept = told.known[0].extra[field]
    assert kept == value or kept == str(value)
    assert told.kinds == {kind: 1}


def test_byte_order_marks(tmp_path: Path) -> None:
    assert Told(written(tmp_path, media_list(media()), "utf-8-sig")).kinds == {"byte-order-mark": 1}
    utf16 = Told(written(tmp_path, media_list(media()), "utf-16"))
    assert utf16.kinds == {"utf-16": 1}
    assert utf16.count == 1


@pytest.mark.parametrize("escaped", [True, False])
def test_slash_dates(tmp_path: Path, escaped: bool) -> None:
    entry = media(
        1,
        DateUpdated="/Date(1300000000123+0100)/",
        MediaFiles=[{"FileName": "a", "Created": "/Date(-1)/", "Written": "/Date(9e)/"}],
    )
    text = json.dumps(media_list(entry))
    told = Told(written(tmp_path, text.replace("/", "\\/") if escaped else text))
    extra = told.known[0].extra
    assert extra["DateUpdated"] == "2011-03-13T07:06:40.123+00:00"
    assert extra["MediaFiles"] == [
        {"FileName": "a", "Created": "1969-12-31T23:59:59.999+00:00", "Written": "/Date(9e)/"}
    ]
    assert told.kinds == {"slash-date": 1}


def test_a_slash_date_beyond_the_calendar_stays(tmp_path: Path) -> None:
    told = told_of(tmp_path, media(1, DateUpdated=f"/Date({'9' * 18})/"))
    assert told.known[0].extra["DateUpdated"] == f"/Date({'9' * 18})/"


def test_md5_in_either_case_is_not_odd(tmp_path: Path) -> None:
    values = ["ab" * 16, "AB" * 16, "aB" * 16]
    told = told_of(tmp_path, *({"MD5": value} for value in values))
    assert {value for _, value in told.digests(DigestKind.MD5)} == {"ab" * 16}
    assert told.kinds == {"repeated": 2}


def test_digests_in_base64(tmp_path: Path) -> None:
    encoded = {kind: base64.b64encode(b"\xab" * kind.size).decode() for kind in DigestKind}
    told = told_of(
        tmp_path,
        {
            "MD5": encoded[DigestKind.MD5],
            "SHA1": encoded[DigestKind.SHA1],
            "AlternativeHashes": [
                {"HashName": "sha256", "HashValue": encoded[DigestKind.SHA256]},
                {"HashName": "PDQ", "HashValue": encoded[DigestKind.SHA256]},
            ],
        },
    )
    for kind in DigestKind:
        assert told.digests(kind) == [(0, "ab" * kind.size)]
    assert told.prints() == [(0, "ab" * 32)]
    assert told.kinds == {"digest-as-base64": 3}


@pytest.mark.parametrize("length", [143, 145])
@pytest.mark.parametrize("alternative", [True, False])
def test_photodna_of_a_wrong_length(tmp_path: Path, length: int, alternative: bool) -> None:
    value = base64.b64encode(bytes(length)).decode()
    hashes = [{"HashName": "PhotoDNA", "HashValue": value}]
    field = {"AlternativeHashes": hashes} if alternative else {"PhotoDNA": value}
    told = told_of(tmp_path, media(1, **field))
    assert told.kinds == {"photodna-length": 1}
    assert field.items() <= told.known[0].extra.items()


@pytest.mark.parametrize(
    "value", [base64.b64encode(bytes(144)).decode(), "00" * 144, ",".join(["7"] * 144), "", None]
)
def test_photodna_of_the_right_length(tmp_path: Path, value: str | None) -> None:
    assert told_of(tmp_path, media(1, PhotoDNA=value)).kinds == {}


def test_a_wrong_pdq_is_kept(tmp_path: Path) -> None:
    hashes = [{"HashName": "PDQ", "HashValue": "f0"}]
    told = told_of(tmp_path, media(1, AlternativeHashes=hashes))
    assert told.prints() == []
    assert told.known[0].extra["AlternativeHashes"] == hashes
    assert told.kinds == {"fingerprint-invalid": 1}


@pytest.mark.parametrize(
    ("total", "kind"),
    [
        (3, "total-counts-entries"),
        (2, "total-counts-files"),
        (9, "total-disagrees"),
        ("x", "total-unreadable"),
        (None, None),
    ],
)
def test_what_the_total_counts(tmp_path: Path, total: object, kind: str | None) -> None:
    """Which of the two it agrees with; it may stand before or behind the entries."""
    entries = [media(1), media(2), media(1)]
    told = Told(written(tmp_path, case_list(*entries, TotalMediaFiles=total)))
    assert told.kinds == {"repeated": 1, **({kind: 1} if kind else {})}


def test_a_total_that_counts_both_is_not_odd(tmp_path: Path) -> None:
    told = Told(written(tmp_path, case_list(media(1), media(2), TotalMediaFiles=2)))
    assert told.kinds == {}


def test_one_file_named_by_many_entries(tmp_path: Path) -> None:
    entries = [media(2), *[media(1) for _ in range(116)], media(3)]
    told = Told(written(tmp_path, case_list(*entries)))
    assert told.kinds == {"repeated": 115}
    assert told.where("repeated") == [3, 4, 5, 6, 7][:MOST_PLACES]
    assert told.count == 118


def test_the_same_file_in_two_cases_is_not_odd(tmp_path: Path) -> None:
    content = case_list(media(1))
    content["value"].append({"Media": [media(1)]})  # type: ignore[attr-defined]
    assert Told(written(tmp_path, content)).kinds == {}


def test_precategorized_without_category(tmp_path: Path) -> None:
    told = told_of(
        tmp_path,
        media(1, IsPrecategorized=True, Category=None),
        media(2, IsPrecategorized=True, Category=0),
        media(3, IsPrecategorized=False),
        media(4, IsPrecategorized=True),
    )
    assert told.where("precategorized-without-category") == [1, 4]
    assert told.known[0].precategorized is True


def test_two_spellings_of_exif_fields(tmp_path: Path) -> None:
    told = told_of(
        tmp_path,
        media(1, Exifs=[{"PropertyName": "GPSLatitude"}]),
        media(2, Exifs=[{"PropertyName": "GPS Latitude"}, {"PropertyName": "Make"}]),
        media(3, Exif=[{"PropertyName": "Make"}]),
    )
    assert told.where("exif-spelling") == [2, 3]
    assert told.known[2].extra["Exif"] == [{"PropertyName": "Make"}]


def test_fields_outside_the_schema_are_kept_and_named(tmp_path: Path) -> None:
    content = case_list(media(1), media(2, Change="U"), **{"Agency": "X", "Case No.": 4})
    content["Change"] = "all"
    told = Told(written(tmp_path, content))
    assert told.known[1].extra["Change"] == "U"
    assert told.about["Agency"] == "X"
    assert told.about["Case No."] == "4"
    assert told.about["Change"] == "all"
    assert told.kinds == {
        "non-schema-key:Agency": 1,
        "non-schema-key:Case No.": 1,
        "non-schema-key:Change": 2,
    }
    assert told.where("non-schema-key:Change") == [2, 2]


def test_a_list_cannot_flood_the_oddities(tmp_path: Path) -> None:
    told = told_of(tmp_path, *(media(n, **{f"field {n}": n}) for n in range(200)))
    assert len(told.kinds) == MOST_NAMES + 1
    assert told.kinds["non-schema-key"] == 200 - MOST_NAMES
    assert told.known[199].extra["field 199"] == 199


def test_fields_spelt_otherwise(tmp_path: Path) -> None:
    told = told_of(tmp_path, {"md5": md5(1), "category": 2, "Category": 3})
    assert told.digests(DigestKind.MD5) == [(0, md5(1).lower())]
    assert told.known[0].category == "2"
    assert told.known[0].extra == {"Category": 3}
    assert told.kinds == {"field-spelling": 2, "field-twice": 1}


def test_digests_that_disagree(tmp_path: Path) -> None:
    hashes = [{"HashName": "MD5", "HashValue": md5(1)}, {"HashName": "MD5", "HashValue": md5(2)}]
    told = told_of(tmp_path, media(1, AlternativeHashes=hashes))
    assert told.digests(DigestKind.MD5) == [(0, md5(1).lower())]
    assert told.known[0].extra["AlternativeHashes"] == hashes[1:]
    assert told.kinds == {"digests-disagree": 1}


def test_numbers_and_texts_as_something_else(tmp_path: Path) -> None:
    told = told_of(tmp_path, media(1, MediaSize="12", Category="A", Tags=["a", "b"], Series=7))
    known = told.known[0]
    assert (known.size, known.category, known.tags, known.series) == (12, "A", "a, b", "7")
    assert set(told.kinds) == {
        "number-as-text", "category-as-text", "text-as-list", "text-as-number"
    }  # fmt: skip


def test_an_entry_that_is_no_entry(tmp_path: Path) -> None:
    told = told_of(tmp_path, media(1), None, "x", media(2))
    assert [entry for entry, _ in told.digests(DigestKind.MD5)] == [0, 3]
    assert told.where("entry-not-an-object") == [2, 3]


def test_text_that_is_no_text(tmp_path: Path) -> None:
    """Latin-1 bytes, lone surrogates and NUL are escaped, so that all can be stored."""
    text = json.dumps(media_list(media(1, Comments="CAFE", Tags="\ud800", Series="a\0b")))
    told = Told(written(tmp_path, text.encode().replace(b"CAFE", b"caf\xe9")))
    known = told.known[0]
    assert (known.comments, known.tags, known.series) == ("caf\\udce9", "\\ud800", "a\\x00b")
    assert told.kinds == {"broken-text": 1}


def test_a_pair_of_surrogates_is_one_character(tmp_path: Path) -> None:
    told = told_of(tmp_path, media(1, Comments="😀"))
    assert told.known[0].comments == "😀"
    assert told.kinds == {}


def test_control_characters_and_constants(tmp_path: Path) -> None:
    text = json.dumps(media_list(media(1, Comments="a~b", MediaSize=float("nan"), X=1e300)))
    told = Told(written(tmp_path, text.replace("~", "\t").replace("1e+300", "1e999")))
    known = told.known[0]
    assert (known.comments, known.size, known.extra["X"]) == ("a\tb", None, "1e999")
    assert told.kinds == {"control-character": 1, "not-a-number": 1, "non-schema-key:X": 1}


def test_every_oddity_is_a_sentence() -> None:
    for said in SAID.values():
        assert said.endswith(".")
        assert said[0].isupper()
