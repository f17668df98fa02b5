"""What strangers wrote must not steer the terminal."""

from __future__ import annotations

import pytest

from trawl.cli.output import visible


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("series A", "series A"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\x07b\x00", "a\\x07b\\x00"),
        ("\u202egpj.exe", "\\x202egpj.exe"),
        ("[bold]x", "\\[bold]x"),
        ("Zoë 漢字", "Zoë 漢字"),
    ],
)
def test_text_is_shown_as_text(written: str, shown: str) -> None:
    assert visible(written) == shown
