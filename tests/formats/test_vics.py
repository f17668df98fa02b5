"""What lists of the VICS family say is read, whichever member they are."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from vics_lists import MODEL, OLD_MODEL, Told, case_list, md5, media, media_list, written

from trawl.errors import ListRefused
from trawl.formats import base
from trawl.formats.base import ListFile, Reader
from trawl.formats.vics import Caid, Vics13, Vics20
from trawl.model.hash_set import DigestKind, Known

READERS = (Vics20(), Vics13(), Caid())
SHA256 = "ab" * 32
PDQ = "f0" * 32


def whose(listed: ListFile) -> list[str]:
    return [reader.name for reader in READERS if reader.recognises(listed)]


@pytest.mark.parametrize("reader", READERS)
def test_readers_keep_to_the_contract(reader: Reader) -> None:
    assert isinstance(reader, Reader)


@pytest.mark.parametrize(
    ("context", "name"),
    [
        (MODEL.format("US", "Cases"), ["vics-2.0"]),
        (MODEL.format("Default", "Media"), ["vics-2.0"]),
        (MODEL.format("CUSTOM", "Media"), ["vics-2.0"]),
        (MODEL.format("UK", "Cases"), ["caid"]),
        (MODEL.format("UK", "Media"), ["caid"]),
        (OLD_MODEL.format("1.3", "Cases"), ["vics-1.3"]),
        (OLD_MODEL.format("1.1", "Cases"), ["vics-1.3"]),
        (OLD_MODEL.format("1.2", "Cases"), ["vics-1.3"]),
        (OLD_MODEL.format("1.2", "Media"), ["caid"]),
        (MODEL.format("US", "Alerts"), []),
        (MODEL.format("US", "Media").replace("2.0", "3.0"), []),
        ("http://example.invalid/$metadata#Media", []),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_is_told_by_its_context(
    tmp_path: Path, context: str, name: list[str], encoding: str
) -> None:
    key = "@odata.context" if "$metadata" in context else "odata.metadata"
    content = {"Agency": {"a": ["x"]}, key: context, "value": [media()]}
    assert whose(written(tmp_path, content, encoding)) == name


@pytest.mark.parametrize(
    "content",
    ["[]", "{}", "MD5,SHA1", '{"value": 3}', '{"value": [{"a": 1}]}', "{", "\0\0", "{[" * 99],
)
def test_foreign_files_are_nobodys(tmp_path: Path, content: str) -> None:
    assert whose(written(tmp_path, content)) == []


def test_a_context_behind_the_entries_is_not_missed(tmp_path: Path) -> None:
    content = {"value": [media()], "@odata.context": MODEL.format("US", "Media")}
    listed = written(tmp_path, content)
    assert whose(listed) == ["vics-2.0"]
    told = Told(listed)
    assert told.digests(DigestKind.MD5) == [(0, md5(1).lower())]
    assert told.kinds == {"context-late": 1}


def test_every_field_has_its_place(tmp_path: Path) -> None:
    entry = media(
        7,
        Category=1,
        SHA1="CD" * 20,
        VictimIdentified=True,
        OffenderIdentified=False,
        IsDistributed=True,
        IsPrecategorized=True,
        IsSuspected=False,
        SelfGenerated=None,
        Comments="seen",
        Tags="a, b",
        Series="S",
        MediaSize=12,
        MimeType="image/jpeg",
        PhotoDNA=base64.b64encode(bytes(144)).decode(),
        PrecategorizationSource="unit",
        MediaFiles=[{"FileName": "a.jpg", "FilePath": "/x"}, {"FileName": "b.jpg"}],
        Exifs=[{"PropertyName": "Make", "PropertyValue": "C"}],
        Segments=[{"SegmentIndex": 0, "Category": 1}],
        Identifiers=[{"Name": "n"}],
        AlternativeHashes=[
            {"MD5": md5(7), "HashName": "SHA-256", "HashValue": SHA256},
            {"MD5": md5(7), "HashName": "PDQ", "HashValue": PDQ},
            {"MD5": md5(7), "HashName": "ED2K", "HashValue": "00"},
        ],
    )
    told = Told(written(tmp_path, media_list(entry)))
    (known,) = told.known
    rest = ("PhotoDNA", "PrecategorizationSource", "MediaFiles", "Exifs", "Segments")
    assert known == Known(
        category="1",
        precategorized=True,
        victim_identified=True,
        offender_identified=False,
        distributed=True,
        suspected=False,
        series="S",
        tags="a, b",
        comments="seen",
        size=12,
        mime="image/jpeg",
        names=("a.jpg", "b.jpg"),
        extra={name: entry[name] for name in ("MediaID", *rest, "Identifiers")}
        | {"AlternativeHashes": [{"MD5": md5(7), "HashName": "ED2K", "HashValue": "00"}]},
    )
    assert told.digests(DigestKind.MD5) == [(0, md5(7).lower())]
    assert told.digests(DigestKind.SHA1) == [(0, "cd" * 20)]
    assert told.digests(DigestKind.SHA256) == [(0, SHA256)]
    assert told.prints() == [(0, PDQ)]
    assert told.kinds == {}


def test_uncategorized_by_five_and_by_null_stay_apart(tmp_path: Path) -> None:
    entries = [media(n, Category=code) for n, code in enumerate((0, 5, None))]
    told = Told(written(tmp_path, media_list(*entries)))
    assert [known.category for known in told.known] == ["0", "5", None]


def test_a_list_of_bare_digests_says_nothing_else(tmp_path: Path) -> None:
    told = Told(written(tmp_path, media_list({"MD5": md5(1)}, {"MD5": md5(2)})))
    assert [batch.known for batch in told.batches] == [None]
    assert told.count == 2


def test_a_list_of_one_and_of_none(tmp_path: Path) -> None:
    assert Told(written(tmp_path, media_list(media()))).count == 1
    assert Told(written(tmp_path, media_list())).count == 0
    assert Told(written(tmp_path, case_list())).count == 0


def test_several_cases_are_one_list(tmp_path: Path) -> None:
    cases = case_list(media(1), media(2), CaseNumber="A")
    cases["value"].append({"Media": [media(3)], "CaseNumber": "B"})  # type: ignore[attr-defined]
    cases["value"].append({"CaseNumber": "C", "Media": None})  # type: ignore[attr-defined]
    told = Told(written(tmp_path, cases))
    assert [entry for entry, _ in told.digests(DigestKind.MD5)] == [0, 1, 2]
    assert told.about["CaseNumber"] == "A"
    assert told.about["case 2: CaseNumber"] == "B"
    assert told.about["case 3: CaseNumber"] == "C"
    assert told.about["@odata.context"] == MODEL.format("US", "Cases")
    assert told.kinds == {}


def test_vics_1_3(tmp_path: Path) -> None:
    entry = {
        "odata.id": 'Media("1")',
        "AlternativeHashes@odata.navigationLinkUrl": "/Media(1)/AlternativeHashes",
        "AlternativeHashes": [
            {"HashName": "PhotoDNA", "HashValue": base64.b64encode(bytes(144)).decode()}
        ],
        **media(),
    }
    case = {"odata.id": 'Case("1")', "Media@odata.navigationLinkUrl": "/", "Media": [entry]}
    content = {"odata.metadata": OLD_MODEL.format("1.3", "Cases"), "value": [case]}
    told = Told(written(tmp_path, content), Vics13())
    assert told.known[0].extra == {key: entry[key] for key in entry if key != "MD5"}
    assert told.kinds == {}


def test_the_known_good_list(tmp_path: Path) -> None:
    """Sizes as text are its way, not odd."""
    file = {"MD5": md5(1), "FileName": "build2.art", "FilePath": "data"}
    entry = {
        "odata.id": "Media(1)",
        "MediaFiles": [file],
        **media(SHA1="e6" * 20, Category=8, MediaSize="488"),
    }
    content = {"odata.metadata": OLD_MODEL.format("1.2", "Media"), "value": [entry]}
    told = Told(written(tmp_path, content), Caid())
    assert told.known[0].names == ("build2.art",)
    assert told.known[0].size == 488
    assert told.known[0].extra["MediaFiles"] == [file]
    assert told.kinds == {}


@pytest.mark.parametrize("says_cases", [True, False])
def test_what_a_list_holds_counts_for_more_than_what_it_says(
    tmp_path: Path, says_cases: bool
) -> None:
    cases, bare = case_list(media(1), media(2)), media_list(media(1), media(2))
    cases["@odata.context"], bare["@odata.context"] = (
        bare["@odata.context"],
        cases["@odata.context"],
    )
    told = Told(written(tmp_path, bare if says_cases else cases))
    assert [entry for entry, _ in told.digests(DigestKind.MD5)] == [0, 1]
    assert told.kinds == {"cases-and-media": 1}


def test_batches_are_numbered_without_gaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trawl.formats.vics_batch.BATCH", 4)
    entries = [media(n) if n % 3 else {"MediaID": n} for n in range(10)]
    told = Told(written(tmp_path, media_list(*entries)))
    assert [(batch.first, batch.count) for batch in told.batches] == [(0, 4), (4, 4), (8, 2)]
    assert told.digests(DigestKind.MD5) == [(n, md5(n).lower()) for n in range(10) if n % 3]
    assert told.kinds == {"entry-without-digest": 4}
    assert base.BATCH == 16_384


def test_a_list_read_as_another_format_says_so(tmp_path: Path) -> None:
    told = Told(written(tmp_path, media_list(media())), Vics13())
    assert told.count == 1
    assert told.kinds == {"context-other": 1}


def test_without_entries_there_is_no_list(tmp_path: Path) -> None:
    listed = written(tmp_path, {"@odata.context": MODEL.format("US", "Media"), "value": {}})
    with pytest.raises(ListRefused, match="array “value” was expected"):
        Told(listed)


def test_reading_again_gives_the_same(tmp_path: Path) -> None:
    listed = written(tmp_path, case_list(media(1, Tags="x"), media(2)))
    assert Told(listed).known == Told(listed).known
    assert listed.position == listed.size


def test_texts_across_the_edges_of_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trawl.formats.vics_text._CHUNK", 7)
    entries = [media(n, Comments="ä€😀" * n, MediaSize=n * 1000) for n in range(1, 9)]
    content = case_list(*entries, TotalMediaFiles=8)
    for encoding in ("utf-8", "utf-16"):
        told = Told(written(tmp_path, json.dumps(content, ensure_ascii=False, indent=1), encoding))
        assert [known.comments for known in told.known] == [e["Comments"] for e in entries]
        assert [known.size for known in told.known] == [e["MediaSize"] for e in entries]
