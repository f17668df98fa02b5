"""Small lists of the VICS family, made by the tests that read them."""

from __future__ import annotations

import json
from pathlib import Path

from trawl.formats.base import ListFile
from trawl.formats.vics import Vics20
from trawl.model.hash_set import DigestKind, EntryBatch, Known, Oddities

MODEL = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{}/$metadata#{}"
OLD_MODEL = "http://github.com/ICMEC/ProjectVic/DataModels/{}.xml#{}"


def md5(number: int) -> str:
    return f"{number:032X}"


def media(number: int = 1, **fields: object) -> dict[str, object]:
    return {"MediaID": number, "MD5": md5(number), **fields}


def media_list(*entries: object, domain: str = "US") -> dict[str, object]:
    return {"@odata.context": MODEL.format(domain, "Media"), "value": list(entries)}


def case_list(*entries: object, domain: str = "US", **fields: object) -> dict[str, object]:
    case = {"CaseID": "c", **fields, "Media": list(entries)}
    return {"@odata.context": MODEL.format(domain, "Cases"), "value": [case]}


def written(folder: Path, content: object, encoding: str = "utf-8") -> ListFile:
    path = folder / "list.json"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_bytes(text.encode(encoding))
    return ListFile(path)


class Told:
    """Everything a reader told of a list."""

    def __init__(self, listed: ListFile, reader: object = None) -> None:
        self.oddities = Oddities()
        chosen = reader or Vics20()
        self.batches: list[EntryBatch] = list(chosen.read(listed, self.oddities))  # type: ignore[attr-defined]
        self.about = listed.about
        self.count = sum(batch.count for batch in self.batches)

    @property
    def known(self) -> list[Known]:
        told = [batch.known or [Known()] * batch.count for batch in self.batches]
        return [known for batch in told for known in batch]

    @property
    def kinds(self) -> dict[str, int]:
        return {kind: oddity.count for kind, oddity in self.oddities.found.items()}

    def where(self, kind: str) -> list[int]:
        return self.oddities.found[kind].where

    def digests(self, kind: DigestKind) -> list[tuple[int, str]]:
        return [
            (int(entry), value.tobytes().hex())
            for batch in self.batches
            if kind in batch.digests
            for entry, value in zip(*batch.digests[kind], strict=True)
        ]

    def prints(self) -> list[tuple[int, str]]:
        return [
            (int(entry), bits.tobytes().hex())
            for batch in self.batches
            if batch.prints is not None
            for entry, bits in zip(batch.prints.entries, batch.prints.bits, strict=True)
        ]
