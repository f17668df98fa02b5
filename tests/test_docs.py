"""The documents say what there is: every command, every setting, no dead links."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from trawl.cli.app import app
from trawl.custody.keys import make_key
from trawl.custody.manifest import seal
from trawl.model.log import ManifestRow
from trawl.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def _text(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_as_it_is(name: str) -> None:
    field = Settings.model_fields[name]
    default = field.default if field.default != "" else "empty"
    row = f"| `{name}` | {default} | {field.description} |"
    assert row in _text("administrators/installation.md")


def _commands() -> list[str]:
    found = []
    for name, command in get_command(app).commands.items():
        inner = getattr(command, "commands", None)
        found += [f"trawl {name} {each}" for each in inner] if inner else [f"trawl {name}"]
    return found


@pytest.mark.parametrize("command", _commands())
def test_every_command_is_told_of_to_officers_or_administrators(command: str) -> None:
    told = "".join(
        path.read_text("utf-8")
        for folder in ("officers", "administrators")
        for path in (ROOT / "docs" / folder).glob("*.md")
    )
    assert re.search(rf"{command}\b", told)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for link in _LINK.findall(document.read_text("utf-8")):
        if "://" in link:
            continue
        target, _, heading = link.partition("#")
        path = (document.parent / target).resolve() if target else document
        assert path.exists(), link
        if heading:
            assert heading in _anchors(path), link


def _anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as they are made from their words."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_a_manifest_can_be_checked_as_the_document_says(tmp_path: Path) -> None:
    rows = [_row(number) for number in range(5)]
    sealed = seal(rows, {"case": "Höhle"}, tmp_path, "one", make_key(tmp_path / "keys"))
    script = re.search(r"```python\n(.*?)```", _text("manifest.md"), re.DOTALL)
    assert script is not None
    command = [sys.executable, "-c", script[1], str(tmp_path / "one")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert sealed.root.hex() in done.stdout, done.stderr
    changed = sealed.manifest.read_bytes().replace(b"a/3", b"a/9")
    sealed.manifest.write_bytes(changed)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "not what was sealed" in done.stderr


def _row(number: int) -> ManifestRow:
    return ManifestRow(
        number=number,
        path=f"a/{number}",
        raw_path=None,
        kind="file",
        state="logged",
        reason=None,
        size=number,
        modified_us=None,
        deleted=False,
        md5=None,
        sha1=None,
        sha256=None,
    )
