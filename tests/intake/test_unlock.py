"""Going on inside what was locked, once its key has come; then sealed anew."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from demo_haul.images import fat_image
from demo_haul.luks import luks_image
from launcher import Ended, Launcher
from small_haul import picture, zip_of
from tests.contracts.source_samples import office

from trawl.custody.keys import load_key
from trawl.custody.manifest import check

MakeWorkspace = Callable[..., Path]
KEY = "correct horse"


def locked_zip(files: dict[str, bytes]) -> bytes:
    into = io.BytesIO()
    with pyzipper.AESZipFile(into, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(KEY.encode())
        for name, data in files.items():
            archive.writestr(name, data)
    return into.getvalue()


def log_of(launcher: Launcher, where: Path) -> dict[str, dict[str, Any]]:
    told = launcher.run("-w", where, "log", "--case", "T", "--json")
    rows = [json.loads(line) for line in told.out.splitlines()]
    return {row["path"].partition("/")[2]: row for row in rows}


class Unlocking:
    """A haul that is taken in, and keys to try on it."""

    def __init__(self, launcher: Launcher, where: Path, haul: Path) -> None:
        self.launcher, self.where = launcher, where
        command = ("intake", haul, "--case", "T", "--exhibit", "S/1", "--json")
        self.taken = launcher.run("-w", where, *command)
        assert self.taken.status == 0, self.taken.err

    def try_key(self, key: str, *path: str) -> Ended:
        file = self.where.parent / "key"
        file.write_text(key + "\n")
        command = ("unlock", "--case", "T", "--exhibit", "S/1", *path, "--json")
        return self.launcher.run("-w", self.where, *command, "--password-file", file)


def test_an_encrypted_zip_with_an_archive_inside(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    haul, where = tmp_path / "haul", workspace()
    haul.mkdir()
    inner = zip_of({"deep.jpg": picture(3)})
    (haul / "a.zip").write_bytes(locked_zip({"one.jpg": picture(1), "inner.zip": inner}))
    (haul / "plain.jpg").write_bytes(picture(2))
    opened = Unlocking(launcher, where, haul)
    assert opened.taken.last["locked"] == 2
    before = sorted((where / "manifests").glob("*.manifest"))

    wrong = opened.try_key("wrong")
    assert wrong.status == 2, wrong.err
    assert wrong.last["opened"] == 0
    assert sorted((where / "manifests").glob("*.manifest")) == before

    right = opened.try_key(KEY)
    assert right.status == 0, right.err
    assert right.last["opened"] == 2
    assert right.last["locked"] == 0
    log = log_of(launcher, where)
    assert {row["state"] for row in log.values()} == {"logged"}
    assert set(log) == {
        "a.zip",
        "a.zip/one.jpg",
        "a.zip/inner.zip",
        "a.zip/inner.zip/deep.jpg",
        "plain.jpg",
    }
    seals = sorted((where / "manifests").glob("*.seal.json"))
    assert len(seals) == 2
    public = load_key(where / "keys").public
    assert [check(seal, public) for seal in seals] == [4, 5]
    assert launcher.run("-w", where, "audit", "verify").status == 0
    verified = launcher.run("-w", where, "verify", "--case", "T", "--exhibit", "S/1", "--json")
    assert verified.status == 0, verified.out + verified.err
    again = opened.try_key(KEY)
    assert again.status == 1
    assert again.last["kind"] == "NotFound"


def test_the_key_is_written_nowhere(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    haul, where = tmp_path / "haul", workspace()
    haul.mkdir()
    (haul / "a.zip").write_bytes(locked_zip({"one.jpg": picture(1)}))
    assert Unlocking(launcher, where, haul).try_key(KEY).status == 0
    for path in where.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_an_encrypted_document(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    haul, where = tmp_path / "haul", workspace()
    haul.mkdir()
    office(haul)
    opened = Unlocking(launcher, where, haul)
    assert opened.try_key(KEY).status == 0
    log = log_of(launcher, where)
    assert "locked.docx/decrypted/word/document.xml" in log  # what it decrypts to is opened too


@pytest.mark.slow
def test_an_encrypted_volume(launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path) -> None:
    haul, where = tmp_path / "haul", workspace()
    haul.mkdir()
    inside = {"DCIM/1.JPG": picture(1), "A.ZIP": zip_of({"b.jpg": picture(2)})}
    plain = fat_image(tmp_path / "plain.img", inside, 8)
    luks_image(haul / "disk.img", plain, KEY)
    opened = Unlocking(launcher, where, haul)
    assert opened.taken.last["locked"] >= 1
    assert opened.try_key("wrong").status == 2
    right = opened.try_key(KEY)
    assert right.status == 0, right.err
    names = {path.rpartition("/")[2].lower() for path in log_of(launcher, where)}
    assert {"1.jpg", "a.zip", "b.jpg"} <= names


def test_a_key_for_one_path_leaves_the_others_locked(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    haul, where = tmp_path / "haul", workspace()
    haul.mkdir()
    for name in ("a", "b"):
        (haul / f"{name}.zip").write_bytes(locked_zip({f"{name}.txt": name.encode()}))
    opened = Unlocking(launcher, where, haul)
    assert opened.try_key(KEY, "haul/none").status == 1
    right = opened.try_key(KEY, "haul/a.zip")
    assert (right.status, right.last["opened"], right.last["locked"]) == (0, 1, 1)
    log = log_of(launcher, where)
    assert (log["a.zip/a.txt"]["state"], log["b.zip/b.txt"]["state"]) == ("logged", "locked")
