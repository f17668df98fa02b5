"""What a list of the VICS family says of itself and of its cases, as short texts."""

from __future__ import annotations

import json
from typing import Final

MOST: Final = 256
"""Facts kept of one list."""

LONGEST_FACT: Final = 1000
"""Characters kept of one fact."""


class About:
    """Fills ``ListFile.about``: the fields of the outermost object under their own names, those
    of the first case likewise, those of a further one with its number before them."""

    def __init__(self, facts: dict[str, str]) -> None:
        self._facts = facts
        self._cases = 0

    def list_field(self, name: str, value: object) -> None:
        """A field of the outermost object."""
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if value not in (None, "") and len(self._facts) < MOST:
            self._facts[name[:LONGEST_FACT]] = shown[:LONGEST_FACT]

    def case(self, fields: dict[str, object]) -> None:
        """The fields of a case, without its media."""
        self._cases += 1
        for name, value in fields.items():
            self.list_field(name if self._cases == 1 else f"case {self._cases}: {name}", value)
