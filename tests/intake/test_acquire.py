"""Paths as text that a database takes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.errors import TrawlError, Unreadable
from trawl.intake.acquire import path_of, resolved, str_of


@given(st.binary(min_size=1, max_size=40).filter(lambda raw: b"\0" not in raw))
def test_any_bytes_survive_as_text(raw: bytes) -> None:
    path = Path(os.fsdecode(b"/" + raw))
    text = str_of(path)
    assert text.encode("utf-8")  # no lone surrogates
    assert path_of(text) == path


def test_plain_paths_read_as_they_are() -> None:
    assert str_of(Path("/hauls/Müller 2/%")) == "/hauls/Müller 2/%25"


def test_a_path_given_as_a_link_is_followed_once(tmp_path: Path) -> None:
    (tmp_path / "haul").mkdir()
    (tmp_path / "link").symlink_to("haul")
    assert resolved((tmp_path / "link",)) == [tmp_path / "haul"]


def test_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be opened"):
        resolved((tmp_path / "none",))
    (tmp_path / "a").symlink_to("a")
    with pytest.raises(Unreadable, match="cannot be opened"):
        resolved((tmp_path / "a",))
    with pytest.raises(TrawlError, match="Nothing to take in"):
        resolved(())
