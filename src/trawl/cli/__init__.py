"""The command line: parses, calls, renders."""

from __future__ import annotations

from trawl.cli.app import app


def main() -> None:
    """Entry point of ``trawl``."""
    app()


__all__ = ["app", "main"]
