"""The document of hash sets names every format, kind, scheme and oddity, and its example loads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from trawl.errors import NoMapping
from trawl.formats.registry import ALSO, READERS
from trawl.formats.schemes import Meaning, load_schemes
from trawl.formats.vics_oddities import SAID
from trawl.model.hash_set import DigestKind, Purpose

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "hash-sets.md").read_text("utf-8")
SOURCES = [*(ROOT / "src/trawl/formats").glob("*.py"), ROOT / "src/trawl/matching/gathering.py"]
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOTES = {"note": 0, "note_many": 1}
"""What counts an oddity, and the place of its key among the arguments."""


def _key(node: ast.expr) -> Iterator[str]:
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _KEY.fullmatch(node.value)
    ):
        yield node.value


def _keys_of(tree: ast.Module) -> Iterator[str]:
    """Keys beside their sentence, ``NUL = ("nul-bytes", "…")``, and those given in a call."""
    for node in tree.body:
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Tuple) and len(value.elts) == 2:
            said = value.elts[1]
            if isinstance(said, ast.JoinedStr) or " " in str(getattr(said, "value", "")):
                yield from _key(value.elts[0])
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in _NOTES and len(call.args) == 3 + _NOTES[name]:
                yield from _key(call.args[_NOTES[name]])


def _oddities() -> set[str]:
    found = set(SAID) | {f"repeated-digest-{kind}" for kind in DigestKind}
    for path in SOURCES:
        found |= set(_keys_of(ast.parse(path.read_text("utf-8"))))
    return found


ODDITIES = sorted(_oddities())


def test_the_keys_are_found_in_the_code() -> None:
    one_of_each_way = {"no-digest", "over-long-line", "unbalanced-pdq", "repeated", "empty-file"}
    assert one_of_each_way | {"category-not-in-scheme", "slash-date"} <= set(ODDITIES)


@pytest.mark.parametrize("key", ODDITIES)
def test_every_oddity_is_told_of(key: str) -> None:
    assert re.search(rf"^\|[^|]*`{key}`[^|]*\| \S", TEXT, re.MULTILINE)


def test_no_oddity_is_told_of_that_there_is_not() -> None:
    part = TEXT.partition("## Oddities")[2].partition("\n## ")[0]
    told = {
        key
        for row in re.findall(r"^\|([^|]*`[^|]*)\|", part, re.MULTILINE)
        for key in row.split("`")[1::2]
    }
    assert told == set(ODDITIES)


@pytest.mark.parametrize("name", [*(reader.name for reader in READERS), *ALSO, *Purpose])
def test_every_format_and_kind_is_told_of(name: str) -> None:
    assert re.search(rf"^\|[^|]*`{name}`[^|]*\| \S", TEXT, re.MULTILINE)


@pytest.mark.parametrize("name", load_schemes().by_name)
def test_every_scheme_is_told_of(name: str) -> None:
    assert f"| `{name}` |" in TEXT


def test_the_example_of_a_units_own_scheme_loads(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    (tmp_path / "northshire.toml").write_text(example[1], "utf-8")
    schemes = load_schemes(tmp_path)
    own = schemes.named("northshire")
    one = own.category("CAT 1")
    assert one is not None
    assert one.meaning is Meaning.ILLEGAL
    assert schemes.translate("1", "northshire", "uk") == "A"
    with pytest.raises(NoMapping):
        schemes.translate(None, "northshire", "uk")
