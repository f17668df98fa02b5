"""A small case, logged and matched, and two lists: what the commands that recognise what is
known are tried on."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import Result
from PIL import Image, ImageOps
from tests.cli.conftest import said, trawl
from tests.passes.clips import clip, scenes
from tests.passes.pictures import photograph, saved

CASE = ("--case", "Heron")
ILLEGAL = ("--name", "known", "--kind", "illegal", "--scheme", "project-vic-us")
GOOD = ("--name", "harmless", "--kind", "known-good")

A, B, C, D = (photograph(360, 256, seed) for seed in (1, 2, 3, 4))
PICTURES = {
    "a.jpg": saved(A, "JPEG", quality=92),
    "a smaller.jpg": saved(A.resize((270, 192)), "JPEG", quality=60),
    "a mirrored.png": saved(ImageOps.mirror(A), "PNG"),
    "b.jpg": saved(B, "JPEG"),
    "c [x].jpg": saved(C, "JPEG"),
    "plain.png": saved(Image.new("RGB", (200, 200), (40, 90, 200)), "PNG"),
}
FILES = {**PICTURES, "film.mp4": clip(scenes(2, 20)), "notes.txt": b"notes"}


def sha256(name: str) -> str:
    return hashlib.sha256(FILES[name]).hexdigest()


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest().upper()


def vics(*entries: dict[str, Any]) -> str:
    schema = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml"
    return json.dumps({"@odata.context": f"{schema}/US/$metadata#Media", "value": list(entries)})


KNOWN = vics(
    {
        "MediaID": 1,
        "MD5": md5(FILES["a.jpg"]),
        "Category": 1,
        "Series": "Heron [1]",
        "VictimIdentified": True,
    },
    {"MediaID": 2, "MD5": "00" * 16, "Category": 2},
)
HARMLESS = f"name,sha256\nb,{sha256('b.jpg')}\nelsewhere,{'ab' * 32}\n"


def names(found: dict[str, Any]) -> list[str]:
    """The names of the pictures that ``similar`` has found."""
    return [Path(one["path"]).name for one in found["pictures"]]


@dataclass(frozen=True)
class Bench:
    """A workspace whose case is logged, two lists beside it."""

    folder: Path

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def trawl(self, *arguments: object, given: str | None = None) -> Result:
        return trawl("-w", self.workspace, *arguments, given=given)

    def done(self, *arguments: object, given: str | None = None) -> Any:
        """What a command that must succeed says, as JSON."""
        result = self.trawl(*arguments, "--json", given=given)
        assert result.exit_code == 0, result.output
        assert len(result.stdout.splitlines()) == 1
        return said(result)

    def refused(self, *arguments: object) -> dict[str, Any]:
        """What a command that must fail says: in words for people, in one line for programs."""
        before = self.state()
        plain, result = self.trawl(*arguments), self.trawl(*arguments, "--json")
        assert (plain.exit_code, result.exit_code) == (1, 1), plain.output + result.output
        assert plain.stderr.startswith("Error: ")
        assert "Traceback" not in plain.stderr
        told = said(result)
        assert told["error"] in plain.stderr
        assert self.state() == before
        return dict(told)

    def state(self) -> dict[str, Any]:
        """What hash sets, hits and pairs there are, and the files of the sets."""
        tables = ("hash_set", "hash_list", "hit", "not_a_match")
        with closing(sqlite3.connect(self.workspace / "trawl.sqlite")) as database:
            rows = {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        files = sorted((self.workspace / "hash-sets").rglob("*"))
        return {**rows, "files": [path for path in files if path.name != "lock"]}

    def add_lists(self) -> None:
        self.done("hashset", "add", self.folder / "known.json", *ILLEGAL, "-q")
        self.done("hashset", "add", self.folder / "harmless.csv", *GOOD, "-q")
