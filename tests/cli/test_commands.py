"""The commands, as an officer and as a program meet them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Logged, said, trawl
from tests.intake.small_haul import picture

CASE = ("--case", "Heron")
WHERE = (*CASE, "--exhibit", "S/1")

# Beginning --------------------------------------------------------------------------------------


def test_init_makes_a_workspace_only_its_owner_sees(tmp_path: Path) -> None:
    result = trawl("init", tmp_path / "w", "--json")
    assert result.exit_code == 0
    assert said(result).keys() == {"workspace", "database", "officer", "key_id"}
    assert (tmp_path / "w").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "w/trawl.toml").is_file()


def test_init_refuses_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    result = trawl("init", tmp_path, "--json")
    assert result.exit_code == 1
    assert said(result)["kind"] == "AlreadyExists"
    assert said(result)["hint"]
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("url", ["noise", "mysql://x/y", "postgresql+psycopg://u@/x?host=/none"])
def test_an_init_that_fails_leaves_nothing(tmp_path: Path, url: str, there: bool) -> None:
    folder = tmp_path / "w"
    if there:
        folder.mkdir()
    result = trawl("init", folder, "--database", url, "--json")
    assert result.exit_code == 1
    assert said(result)["kind"] == ("DatabaseAway" if "none" in url else "StoreError")
    assert list(tmp_path.rglob("*")) == ([folder] if there else [])


def test_no_workspace_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRAWL_WORKSPACE", raising=False)
    result = trawl("status")
    assert result.exit_code == 1
    assert "trawl init" in result.stderr
    assert result.stdout == ""


def test_the_workspace_is_found_from_inside_and_by_its_variable(
    logged: Logged, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(logged.workspace / "manifests")
    assert trawl("case", "list").exit_code == 0
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRAWL_WORKSPACE", str(logged.workspace))
    assert [case["case"] for case in said(trawl("case", "list", "--json"))] == ["Heron"]


@pytest.mark.parametrize("command", ["log", "status"])
def test_an_unknown_case_says_what_to_do(logged: Logged, command: str) -> None:
    result = logged.trawl(command, "--case", "Nobody", "--json")
    assert result.exit_code == 1
    assert said(result)["kind"] == "NotFound"
    assert said(result)["hint"]


def test_a_case_is_added_once(own: Logged) -> None:
    result = own.trawl("case", "add", "Heron", "--json")
    assert (result.exit_code, said(result)["kind"]) == (1, "AlreadyExists")


def test_an_officer_sees_only_their_own_cases(own: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own.trawl("officer", "add", "kit").exit_code == 0
    monkeypatch.setenv("TRAWL_OFFICER", "kit")
    assert said(own.trawl("case", "list", "--json")) == []
    assert own.trawl("log", *CASE).exit_code == 1
    monkeypatch.delenv("TRAWL_OFFICER")
    assert own.trawl("officer", "assign", "kit", *CASE).exit_code == 0
    monkeypatch.setenv("TRAWL_OFFICER", "kit")
    assert own.trawl("log", *CASE).exit_code == 0
    monkeypatch.setenv("TRAWL_OFFICER", "nobody-here")
    assert own.trawl("log", *CASE).exit_code == 1


# Logging ----------------------------------------------------------------------------------------


def test_the_last_line_of_an_intake_has_its_figures(logged: Logged) -> None:
    figures = {
        "files": 10,
        "media": 9,
        "pictures": 6,
        "videos": 0,
        "failed": 0,
        "known": 0,
        "undecoded": 1,
        "lying": 1,
        "not_files": 1,
        "duplicates": 1,
    }
    assert {name: logged.result[name] for name in figures} == figures
    assert logged.result["seconds"] > 0
    assert logged.result["bytes"] > 0
    assert logged.result["finished"] is True


def test_the_same_again_is_known(own: Logged) -> None:
    again = said(own.trawl("intake", own.haul, *CASE, "--exhibit", "S/2", "--json", "-q"))
    assert (again["known"], again["files"]) == (10, 10)
    assert again["acquisition"] == 2


def test_what_is_not_there_cannot_be_taken_in(logged: Logged) -> None:
    result = logged.trawl("intake", "/nowhere/at/all", *WHERE, "--json")
    assert (result.exit_code, said(result)["kind"]) == (1, "Unreadable")


# Looking ----------------------------------------------------------------------------------------


def rows(logged: Logged, *arguments: object) -> list[dict[str, Any]]:
    result = logged.trawl("log", *CASE, "--json", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("--kind", "image", "--extension", ".JPG"), "0 1 2 copy broken in"),
        (("--lying",), "lie"),
        (("--failed",), "broken"),
        (("--state", "not-a-file"), "link"),
        (("--text", "a.zip/"), "in readme"),
        (("--size-max", "7"), "notes readme"),
        (("--exhibit", "S/1", "--extension", "txt"), "lie notes readme"),
        (("--exhibit", "S/2"), ""),
        (("--known",), ""),
        (("--deleted",), ""),
        (("--place",), ""),
        (("--camera", "None such"), ""),
        (("--taken-from", "2024-01-01"), ""),
    ],
)
def test_the_log_is_filtered(logged: Logged, arguments: tuple[str, ...], names: str) -> None:
    found = {Path(row["path"]).stem for row in rows(logged, *arguments)}
    assert found == set(names.split())


def test_the_log_by_content(logged: Logged) -> None:
    (sha256,) = {row["sha256"] for row in rows(logged, "--text", "copy.jpg")}
    assert {Path(row["path"]).name for row in rows(logged, "--sha256", sha256)} == {
        "0.jpg",
        "copy.jpg",
    }


@pytest.mark.parametrize("bad", ["zz", "abc"])
def test_what_is_no_digest_says_so(logged: Logged, bad: str) -> None:
    result = logged.trawl("log", *CASE, "--sha256", bad, "--json")
    assert (result.exit_code, said(result)["kind"]) == (1, "SettingsError")


def test_the_log_leaves_in_every_format(logged: Logged, tmp_path: Path) -> None:
    expected = [row["path"] for row in rows(logged)]
    assert len(expected) == 11
    text = logged.trawl("log", *CASE, "--format", "csv").stdout
    assert [row["path"] for row in csv.DictReader(io.StringIO(text))] == expected
    target = tmp_path / "log.parquet"
    result = logged.trawl("log", *CASE, "--format", "parquet", "--output", target)
    assert result.exit_code == 0
    assert pq.read_table(target).column("path").to_pylist() == expected
    assert [path.name for path in tmp_path.iterdir()] == ["log.parquet"]


def test_a_log_that_cannot_be_written_says_so(logged: Logged, tmp_path: Path) -> None:
    target = tmp_path / "none" / "log.csv"
    result = logged.trawl("log", *CASE, "--format", "csv", "-o", target)
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_the_log_on_a_screen_goes_on_where_it_says(logged: Logged) -> None:
    first = logged.trawl("log", *CASE, "--limit", "4").stdout
    assert "4 of 11 rows" in first
    after = first.rpartition("--after")[2].split()[0]
    assert "7 of 11" in logged.trawl("log", *CASE, "--after", after).stdout


def test_show_has_every_place_of_a_media(logged: Logged) -> None:
    (sha256,) = {row["sha256"] for row in rows(logged, "--text", "copy.jpg")}
    told = said(logged.trawl("show", sha256, "--json"))
    assert told["sha256"] == sha256
    assert [Path(one["path"]).name for one in told["occurrences"]] == ["0.jpg", "copy.jpg"]
    assert "picture" in {one["pass"] for one in told["findings"]}
    assert "copy.jpg" in logged.trawl("show", sha256).stdout


@pytest.mark.parametrize("bad", ["", "zz", "ab" * 31, "ab" * 32])
def test_show_of_what_is_not_there(logged: Logged, bad: str) -> None:
    result = logged.trawl("show", bad, "--json")
    assert (result.exit_code, said(result)["kind"]) == (1, "NotFound")


def test_status(logged: Logged) -> None:
    (case,) = said(logged.trawl("status", "--json"))["cases"]
    (acquisition,) = case["acquisitions"]
    assert acquisition["state"] == "sealed"
    assert acquisition["root"] == logged.result["root"]
    assert acquisition["not_opened"] == []
    assert "Heron" in logged.trawl("status", *CASE).stdout


# Holding against ---------------------------------------------------------------------------------


def test_verify_holds_where_nothing_changed(logged: Logged) -> None:
    result = logged.trawl("verify", *WHERE, "--json", "-q")
    assert result.exit_code == 0, result.output
    counts = {"changed": 0, "missing": 0, "new": 0}
    assert {name: said(result)[name] for name in counts} == counts
    assert said(result)["holds"] is True


def test_verify_names_what_changed_is_missing_and_new(own: Logged) -> None:
    (own.haul / "0.jpg").write_bytes(picture(99))
    (own.haul / "1.jpg").unlink()
    (own.haul / "another.jpg").write_bytes(b"x")
    result = own.trawl("verify", *WHERE, "--json", "-q")
    assert result.exit_code == 2
    *differences, last = map(json.loads, result.stdout.splitlines())
    assert {(one["change"], Path(one["path"]).name) for one in differences} == {
        ("changed", "0.jpg"),
        ("missing", "1.jpg"),
        ("new", "another.jpg"),
    }
    assert (last["holds"], last["changed"], last["missing"], last["new"]) == (False, 1, 1, 1)


def test_verify_finds_a_manifest_that_was_altered(own: Logged) -> None:
    (manifest,) = (own.workspace / "manifests").glob("*.manifest")
    manifest.write_bytes(manifest.read_bytes().replace(b"notes", b"motes"))
    result = own.trawl("verify", *WHERE, "--json", "-q")
    assert (result.exit_code, said(result)["kind"]) == (1, "CustodyError")


def alter(own: Logged, statement: str) -> None:
    connection = sqlite3.connect(own.workspace / "trawl.sqlite")
    with connection:
        connection.execute(statement)
    connection.close()


def test_verify_finds_a_log_that_was_altered(own: Logged) -> None:
    alter(own, "UPDATE occurrence SET path = 'haul/motes.txt' WHERE path = 'haul/notes.txt'")
    result = own.trawl("verify", *WHERE, "--json", "-q")
    assert (result.exit_code, said(result)["kind"]) == (1, "CustodyError")


def test_audit_verify_finds_the_first_row_that_was_altered(own: Logged) -> None:
    whole = own.trawl("audit", "verify", "--json")
    assert whole.exit_code == 0
    assert said(whole)["holds"] is True
    alter(own, "UPDATE audit SET subject = 'another' WHERE sequence >= 5")
    broken = own.trawl("audit", "verify", "--json")
    assert broken.exit_code != 0
    assert said(broken)["kind"] == "AuditBroken"
    assert "row 5 " in said(broken)["error"]


def test_audit_verify_finds_rows_that_were_cut_off(own: Logged) -> None:
    alter(own, "DELETE FROM audit WHERE sequence >= 6")
    broken = own.trawl("audit", "verify", "--json")
    assert said(broken)["kind"] == "AuditBroken"


def test_a_key_that_opens_nothing(logged: Logged) -> None:
    result = logged.trawl("unlock", *WHERE, "--password-file", "-", "--json", given="key\n")
    assert (result.exit_code, said(result)["kind"]) == (1, "NotFound")
