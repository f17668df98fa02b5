"""What a file that is no list looks like, in a few words, for refusals. Proves nothing."""

from __future__ import annotations

import re

from trawl.formats.text import encoding_of

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"RIFF", "a RIFF file (sound, video or picture)"),
    (b"EVF\x09\x0d\x0a\xff\x00", "an E01 disk image"),
    (b"ITOLITLS", "a compiled help file"),
)
_QUOTED = 60


def found_in(head: bytes) -> str:
    """What the head of a file looks like: "a JPEG picture", "text that starts …"."""
    for start, name in _STARTS:
        if head.startswith(start) and not (len(start) == 2 and _is_text(head)):
            return name
    if head[4:8] == b"ftyp":
        return "a video or picture (MP4 family)"
    if head[257:262] == b"ustar":
        return "a tar archive"
    if not _is_text(head):
        return "bytes that are no text"
    return _text(head)


def _is_text(head: bytes) -> bool:
    if encoding_of(head).startswith("utf-16"):
        return True
    sample = head[:4096]
    control = sum(byte < 9 or 13 < byte < 32 for byte in sample)
    return control <= len(sample) // 50


def _text(head: bytes) -> str:
    text = head[:4096].decode(encoding_of(head), "replace").lstrip("\ufeff \t\r\n")
    start = text[:512].lower()
    if not text:
        return "nothing but blank space"
    if start.startswith("<!doctype html") or "<html" in start:
        return "a web page (HTML)"
    if start.startswith("<"):
        root = re.search(r"<([A-Za-z_][\w.:-]{0,60})", text)
        return f"XML whose first element is <{root[1]}>" if root else "XML"
    if start.startswith(("{", "[")):
        return "JSON of another kind"
    return f"text that starts {quoted(text)}"


def quoted(text: str) -> str:
    """The start of the first line of a text, safe to print."""
    line = text.split("\n", 1)[0].strip()
    shown = "".join(c if c.isprintable() else "\ufffd" for c in line[:_QUOTED])
    return f"“{shown}{'…' if len(line) > _QUOTED else ''}”"
