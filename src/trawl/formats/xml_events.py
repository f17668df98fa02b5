"""XML from somebody else as a stream of elements' beginnings and ends, in bounded memory.

A document type is refused outright: what is read here has none, and entities are the way of
every XML bomb. Depth, the length of a text and the length of a single tag are bounded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from trawl.errors import ListRefused
from trawl.formats.base import ListFile

_PIECE = 64 << 10
_LONGEST_TOKEN = 1 << 20
_LONGEST_TEXT = 64 << 10
_DEEPEST = 64


@dataclass(slots=True)
class Element:
    """An element that begins (``text`` is None) or ends. ``path``: the local names of the
    elements around it and its own; ``line``: from 1."""

    path: tuple[str, ...]
    namespace: str
    attributes: Mapping[str, str]
    line: int
    text: str | None = None


@dataclass(slots=True)
class _Open:
    namespace: str
    name: str
    attributes: Mapping[str, str]
    text: list[str] = field(default_factory=list)
    length: int = 0


class _Stopped(Exception):
    """Raised within expat's callbacks: what is wrong with the document."""


class _Handler:
    def __init__(self, begins: Collection[str]) -> None:
        self._begins = begins
        self.events: deque[Element] = deque()
        self._open: list[_Open] = []
        self._path: tuple[str, ...] = ()
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise _Stopped("it declares a document type or entities, which such a list never does")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise _Stopped(f"its elements lie more than {_DEEPEST} deep in one another")
        namespace, _, local = name.rpartition("}")
        self._open.append(_Open(namespace, local, attributes))
        self._path = (*self._path, local)
        if local in self._begins or len(self._open) == 1:
            line = self.parser.CurrentLineNumber
            self.events.append(Element(self._path, namespace, attributes, line))

    def _data(self, text: str) -> None:
        inner = self._open[-1]
        if inner.length < _LONGEST_TEXT:
            inner.text.append(text[: _LONGEST_TEXT - inner.length])
            inner.length += len(text)

    def _end(self, _: str) -> None:
        inner = self._open.pop()
        line = self.parser.CurrentLineNumber
        text = "".join(inner.text).strip()
        self.events.append(Element(self._path, inner.namespace, inner.attributes, line, text))
        self._path = self._path[:-1]


def elements(listed: ListFile, expects: str, begins: Collection[str]) -> Iterator[Element]:
    """The ends of all elements, and the beginnings of the root and of those named ``begins``.
    Raises ListRefused, with the line."""
    handler = _Handler(begins)
    fed = 0
    with listed.open() as file:
        while True:
            piece = file.read(_PIECE)
            _feed(handler, piece, listed, expects)
            fed += len(piece)
            while handler.events:
                yield handler.events.popleft()
            if not piece:
                return
            if fed - handler.parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise _refusal(handler, listed, expects, "a single tag of more than a megabyte")


def _feed(handler: _Handler, piece: bytes, listed: ListFile, expects: str) -> None:
    try:
        handler.parser.Parse(piece, not piece)
    except _Stopped as stop:
        raise _refusal(handler, listed, expects, str(stop)) from None
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _refusal(handler, listed, expects, f"it is not sound ({error})") from None


def _refusal(handler: _Handler, listed: ListFile, expects: str, said: str) -> ListRefused:
    return ListRefused(
        f"{listed.path.name} cannot be read as a list: expected {expects}; found XML of which "
        f"line {handler.parser.CurrentLineNumber:,} shows that {said}."
    )
