"""Real pictures and videos, from the log to what looks alike: what matching promises."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.cli.conftest import said, trawl

from trawl.model.matching import Turn

BRIDGE = "pdq/bridge-mods/aaa-orig.jpg"
FAMILIES = ("chair", "pattern", "tree", "vtest")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workspace(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures and videos, logged and matched."""
    folder = tmp_path_factory.mktemp("real") / "workspace"
    assert trawl("init", folder).exit_code == 0
    assert trawl("-w", folder, "case", "add", "Heron").exit_code == 0
    for reference, part in (("JB/1", "pictures"), ("JB/2", "videos")):
        where = ("--case", "Heron", "--exhibit", reference)
        result = trawl("-w", folder, "intake", shared_data / part, *where, "--json", "-q")
        assert result.exit_code == 0, result.output
    return folder


def similar(workspace: Path, asked: Path | str) -> dict[str, list[dict[str, object]]]:
    return said(trawl("-w", workspace, "similar", asked, "--case", "Heron", "--json"))


def test_every_edit_of_the_bridge_is_found_and_no_other_photograph(
    workspace: Path, shared_data: Path
) -> None:
    pictures = shared_data / "pictures"
    found = similar(workspace, pictures / BRIDGE)["pictures"]
    near = {one["sha256"] for one in found if one["same"]}
    files = [
        path
        for folder in ("pdq/bridge-mods", "pdq/reg-test-input/dih")
        for path in (pictures / folder).iterdir()
    ]
    assert len(files) == 20
    wanted = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert wanted <= near
    # The colour modes are the same bridge; no photograph of another thing is found at all.
    others = {str(one["path"]) for one in found if one["sha256"] not in wanted}
    assert all(path.startswith("pictures/pdq/misc-images/") for path in others), others


def test_every_photograph_finds_itself_alone(workspace: Path, shared_data: Path) -> None:
    for path in sorted((shared_data / "pictures/photos").iterdir())[::3]:
        result = trawl("-w", workspace, "similar", path, "--case", "Heron", "--json")
        told = json.loads(result.stdout.splitlines()[-1])
        if "error" in told:
            assert told["kind"] == "TooPlain"
            continue
        names = [Path(str(one["path"])).name for one in told["pictures"] if one["same"]]
        assert names == [path.name]


def test_each_family_of_videos_holds_together_and_apart(workspace: Path, shared_data: Path) -> None:
    log = trawl("-w", workspace, "log", "--case", "Heron", "--kind", "video", "--format", "jsonl")
    rows = [json.loads(line) for line in log.stdout.splitlines() if line.startswith("{")]
    videos = {row["path"]: row["sha256"] for row in rows}
    assert len(videos) == 8
    for path, sha256 in videos.items():
        family = next(name for name in FAMILIES if Path(path).name.startswith(name))
        own = {one for one in videos if Path(one).name.startswith(family)} - {path}
        found = similar(workspace, sha256)["videos"]
        assert {str(one["path"]) for one in found if one["kind"] == "video"} == own, path
        for one in found:
            assert one["kind"] == "video", "no picture here is of a video"
            assert one["same"] <= (not one["faint"])


def test_a_plain_picture_is_answered_in_words(workspace: Path, shared_data: Path) -> None:
    plain = shared_data / "pictures/pdq/misc-images/small.jpg"
    result = trawl("-w", workspace, "similar", plain, "--case", "Heron")
    assert result.exit_code == 1
    assert "too plain to be matched by sight" in result.stderr


def test_a_set_of_one_fingerprint_matches_every_edit(workspace: Path, tmp_path: Path) -> None:
    log = trawl(
        "-w", workspace, "log", "--case", "Heron", "--text", "aaa-orig", "--format", "jsonl"
    )
    row = next(json.loads(line) for line in log.stdout.splitlines() if line.startswith("{"))
    listed = tmp_path / "one.txt"
    listed.write_text(row["pdq"] + "\n")
    added = trawl(
        *("-w", workspace, "hashset", "add", listed, "--name", "bridge", "--kind", "notable"),
        *("--format", "pdq", "--json", "-q"),
    )
    assert said(added)[0]["entries"] == 1
    assert trawl("-w", workspace, "match", "--case", "Heron", "-q").exit_code == 0
    hits = said(trawl("-w", workspace, "hits", "--case", "Heron", "--json"))
    turned = [one["turn"] for one in hits["hits"] if "/dih/" in one["path"]]
    # The first of the eight is the original itself, logged under its other path.
    assert sorted(turned) == sorted(str(turn) for turn in Turn if turn is not Turn.NONE)
