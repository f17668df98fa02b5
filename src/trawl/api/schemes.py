"""The category schemes of the workspace, read once."""

from __future__ import annotations

from collections.abc import Iterable

from trawl.api.state import State
from trawl.errors import WelfareError
from trawl.formats.schemes import Schemes, load_schemes


def schemes_of(held: State) -> Schemes:
    """The category schemes there are. Raises SettingsError for a file of the unit that is
    wrong."""
    found = held.rooms.get("schemes")
    if not isinstance(found, Schemes):
        found = held.rooms["schemes"] = load_schemes(held.workspace.schemes)
    return found


def codes_of(schemes: Schemes) -> list[str]:
    """The code of every category of any scheme, once each."""
    every = (each.code for scheme in schemes.by_name.values() for each in scheme.categories)
    return list(dict.fromkeys(every))


def meant(schemes: Schemes, written: Iterable[str]) -> list[str]:
    """The codes that are meant by what somebody wrote, in any case of letters, as any scheme has
    them. Raises WelfareError for what none knows: it would keep nothing from anybody's sight."""
    codes: dict[str, None] = {}
    for each in written:
        known = (scheme.category(each) for scheme in schemes.by_name.values())
        found = [category.code for category in known if category is not None]
        if not found:
            raise WelfareError(
                f"No scheme of the unit has a category {each!r}.",
                hint=f"There are {', '.join(codes_of(schemes))}.",
            )
        codes |= dict.fromkeys(found)
    return list(codes)
