"""The reference of commands is that of the program as it is."""

from __future__ import annotations

from pathlib import Path

from trawl.cli.reference import reference

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def test_the_reference_is_fresh() -> None:
    assert DOCUMENT.read_text("utf-8") == reference(), "run: make docs"


def test_it_names_options_with_their_choices_and_defaults() -> None:
    text = reference()
    assert "## trawl case add" in text
    assert "One of `csv`, `jsonl`, `parquet`." in text
    assert "| `--limit` | Rows to show. Default: 50. |" in text
    assert "| `PATHS…` |" in text
