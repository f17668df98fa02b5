"""The text of a list: its encoding, its lines, in bounded memory."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import NamedTuple

from trawl.formats.base import HEAD, ListFile
from trawl.model.hash_set import Oddities

LONGEST = 64 << 10
"""Bytes from which a line is over-long: cut, counted, and not read as an entry."""

_PIECE = 512 << 10

OVER_LONG = ("over-long-line", f"a line of {LONGEST >> 10} KiB or more, which was left out")
NUL = ("nul-bytes", "a line with NUL bytes in it")
NOT_UTF8 = ("not-utf-8", "a line that is not UTF-8, read as Latin-1")


class Block(NamedTuple):
    """Whole lines in UTF-8 (as far as the list is), each ended by a newline. ``first``: the
    number of the first line, from 1."""

    text: bytes
    first: int


Line = tuple[int, str]
"""The number of a line, from 1, and the line without its end. (No class of its own: a list has a
hundred million.)"""


def encoding_of(head: bytes) -> str:
    """The encoding of a text by its byte-order mark, or by where its NUL bytes stand."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    sample = head[:1024]
    half = len(sample) // 2
    if half >= 8:
        if sample[1::2].count(0) > 0.7 * half and sample[0::2].count(0) < 0.1 * half:
            return "utf-16-le"
        if sample[0::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
            return "utf-16-be"
    return "utf-8"


def _pieces(listed: ListFile) -> Iterator[bytes]:
    """The bytes of the list, in UTF-8 when it was UTF-16, without a byte-order mark."""
    encoding = encoding_of(listed.head)
    with listed.open() as file:
        if encoding == "utf-8-sig":
            file.read(len(codecs.BOM_UTF8))
        if not encoding.startswith("utf-16"):
            while piece := file.read(_PIECE):
                yield piece
            return
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        while piece := file.read(_PIECE):
            yield decoder.decode(piece).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def blocks(listed: ListFile) -> Iterator[Block]:
    """The list in blocks of whole lines, about half a MiB each. An over-long line comes cut,
    still as long as ``LONGEST``. Ends of lines: LF, CR LF (the CR is left), or CR alone."""
    only_cr = b"\r" in listed.head and b"\n" not in listed.head
    number, carry = 1, b""
    for piece in _pieces(listed):
        if only_cr:
            piece = piece.replace(b"\r", b"\n")
        cut = piece.rfind(b"\n") + 1
        if not cut:
            carry = (carry + piece)[:LONGEST]
            continue
        text = carry + piece[:cut]
        carry = piece[cut:][:LONGEST]
        yield Block(text, number)
        number += text.count(b"\n")
    if carry:
        yield Block(carry + b"\n", number)


def lines(listed: ListFile, oddities: Oddities) -> Iterator[Line]:
    """The lines as text, with what is odd about them noted; over-long ones are left out."""
    for block in blocks(listed):
        yield from _lines_of(block, oddities)


def _lines_of(block: Block, oddities: Oddities) -> Iterator[Line]:
    raw = block.text[:-1].split(b"\n")
    try:
        text = block.text[:-1].decode("utf-8").split("\n")
    except UnicodeDecodeError:
        yield from _odd_lines(raw, block.first, oddities)
        return
    if b"\0" in block.text or max(map(len, raw)) >= LONGEST:
        yield from _odd_lines(raw, block.first, oddities)
        return
    for number, line in enumerate(text, block.first):
        yield number, line.removesuffix("\r")


def _odd_lines(found: list[bytes], first: int, oddities: Oddities) -> Iterator[Line]:
    for number, raw in enumerate(found, first):
        if len(raw) >= LONGEST:
            oddities.note(*OVER_LONG, number)
            continue
        if b"\0" in raw:
            oddities.note(*NUL, number)
            raw = raw.replace(b"\0", b"")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            oddities.note(*NOT_UTF8, number)
            text = raw.decode("latin-1")
        yield number, text.removesuffix("\r")


def head_lines(listed: ListFile) -> list[str]:
    """The whole lines of the head, for telling the format; bytes that are no text stay as
    replacement characters."""
    head, encoding = listed.head, encoding_of(listed.head)
    text = io.TextIOWrapper(io.BytesIO(head), encoding, errors="replace", newline=None).read()
    found = text.split("\n")
    if len(head) == HEAD and listed.size > HEAD:
        found = found[:-1]
    return [line for line in found if len(line) < LONGEST]
