from __future__ import annotations

from pathlib import Path

import pytest
from list_reading import read, written

from trawl.errors import ListRefused
from trawl.formats.base import ListFile
from trawl.formats.ncmec import Named, NcmecReader

MD5, SHA1, PDQ = "a1" * 16, "b2" * 20, "0f" * 32
ROOT = '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">'


def page(*parts: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f"{head}\n{ROOT}\n" + "\n".join(parts) + "\n</queryResult>\n"


def entry(
    tag: str, identity: str, time: str = "2017-10-24T15:00:00Z", more: str = "", member: int = 42
) -> str:
    return (
        f'<{tag}><member id="{member}">Example Member</member><timestamp>{time}</timestamp>'
        f"<id>{identity}</id>{more}</{tag}>"
    )


def prints(**named: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in named.items())
    return f"<classification>A1</classification><fingerprints>{inner}</fingerprints>"


def test_entries_with_everything(tmp_path: Path) -> None:
    text = page(
        '<images count="1" maxTimestamp="2017-10-24T15:10:00Z">',
        entry("image", "one", more=prints(md5=MD5.upper(), sha1=SHA1, pdna="1,2,3", pdq=PDQ)),
        "</images><videos>",
        entry("video", "two", more="<fingerprints><tmk>x&amp;y</tmk></fingerprints>"),
        "</videos><paging><next>/v2/entries?from=1&amp;start=2001</next></paging>",
    )
    found = read(written(tmp_path, text))
    assert (found.name, found.count) == ("ncmec", 2)
    assert found.digests == {"md5": {0: MD5}, "sha1": {0: SHA1}}
    assert found.prints == [(0, PDQ, 100, -1)]
    assert found.known[0].category == "A1"
    assert found.known[0].extra == {
        "type": "image",
        "member": "42",
        "member name": "Example Member",
        "id": "one",
        "timestamp": "2017-10-24T15:00:00Z",
        "pdna": "1,2,3",
    }
    assert found.known[1].extra["tmk"] == "x&y"
    assert found.odd == {"without-digest": (1, [6])}
    assert found.listed.about == {"withdrawn": "0", "next": "/v2/entries?from=1&start=2001"}


def test_names_may_bear_a_prefix(tmp_path: Path) -> None:
    text = (
        '<ns2:queryResult xmlns:ns2="https://hashsharing.ncmec.org/hashsharing/v2"><ns2:image>'
        f"<ns2:fingerprints><ns2:md5>{MD5}</ns2:md5></ns2:fingerprints></ns2:image>"
        "</ns2:queryResult>"
    )
    found = read(written(tmp_path, text))
    assert (found.name, found.digests) == ("ncmec", {"md5": {0: MD5}})


def test_what_is_withdrawn_is_no_entry_wherever_it_stands(tmp_path: Path) -> None:
    text = page(
        entry("image", "gone", more=prints(md5=MD5)),
        entry("image", "kept", more=prints(md5=MD5[::-1])),
        entry("image", "gone", more=prints(md5=SHA1[:32]), member=43),  # another member's
        entry("video", "gone", more=prints(md5="d" * 32)),  # a video of the same identity
        entry("deletedImage", "gone", "2017-10-25T15:00:00Z"),
        entry("deletedVideo", "elsewhere"),
    )
    path = written(tmp_path, text)
    found = read(path)
    assert list(found.digests["md5"].values()) == [MD5[::-1], SHA1[:32], "d" * 32]
    assert found.odd == {"withdrawn": (3, [3, 7, 8])}
    assert NcmecReader().withdrawn(ListFile(path)) == {
        Named("42", "image", "gone"): "2017-10-25T15:00:00Z",
        Named("42", "video", "elsewhere"): "2017-10-24T15:00:00Z",
    }


@pytest.mark.parametrize(
    ("listed", "deleted", "stands"),
    [
        ("2020-01-02T00:00:00Z", "2020-01-01T00:00:00Z", True),  # shared anew
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", False),
        ("", "2020-01-01T00:00:00Z", False),
        ("2020-01-02T00:00:00Z", "", False),
        ("9 o'clock", "2020-01-01T00:00:00Z", False),
    ],
)
def test_an_entry_stands_again_only_when_plainly_later(
    tmp_path: Path, listed: str, deleted: str, stands: bool
) -> None:
    parts = [
        entry("deletedImage", "x", deleted),
        entry("image", "x", listed, prints(md5=MD5)),
        entry("image", "other", more=prints(md5=SHA1[:32])),
    ]
    found = read(written(tmp_path, page(*parts)))
    assert (MD5 in found.digests["md5"].values()) is stands


def test_odd_digests_and_repeated_identities(tmp_path: Path) -> None:
    one = entry("image", "x", more=prints(md5="a1a1...", sha1=SHA1))
    found = read(written(tmp_path, page(one, one)))
    assert found.count == 2
    assert found.odd == {"bad-digest": (2, [3, 4]), "repeated-id": (1, [4])}


def test_utf_16(tmp_path: Path) -> None:
    text = page(entry("image", "ä", more=prints(md5=MD5)), head='<?xml version="1.0"?>')
    found = read(written(tmp_path, text.encode("utf-16")))
    assert found.digests["md5"] == {0: MD5}


BOMB = (
    '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (page(entry("image", "&c;"), head=BOMB), "declares a document type"),
        (page(entry("image", "x"), head='<!DOCTYPE q SYSTEM "file:///etc/passwd">'), "declares"),
        (page("<a>" * 70 + "</a>" * 70), "more than 64 deep"),
        (page(entry("image", "x"))[:-20], "not sound"),
        (page(entry("image", "x", more='<a b="' + "x" * 3_000_000 + '"/>')), "a single tag"),
        (page(entry("image", "x")) + page(entry("image", "y"), head=""), "not sound"),
        ("<other><queryResult/>hashsharing</other>", "its root is <other>"),
    ],
)
def test_broken_and_hostile_xml_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ListRefused, match=said):
        read(written(tmp_path, text))


def test_a_text_without_end_is_cut(tmp_path: Path) -> None:
    more = prints(md5=MD5) + "<note>" + "x" * 2_000_000 + "</note>"
    found = read(written(tmp_path, page(entry("image", "x", more=more))))
    assert len(str(found.known[0].extra["note"])) < 10_000
