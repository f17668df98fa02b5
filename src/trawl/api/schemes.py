"""The category schemes of the workspace, read once."""

from __future__ import annotations

from trawl.api.state import State
from trawl.formats.schemes import Schemes, load_schemes


def schemes_of(held: State) -> Schemes:
    """The category schemes there are. Raises SettingsError for a file of the unit that is
    wrong."""
    found = held.rooms.get("schemes")
    if not isinstance(found, Schemes):
        found = held.rooms["schemes"] = load_schemes(held.workspace.schemes)
    return found
