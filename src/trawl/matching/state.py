"""How far a case has been matched: with which lists, up to which of its media."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from trawl.errors import IndexDamaged

VERSION = 2


@dataclass(slots=True)
class State:
    """``lists``: for each list how many media of the case, by position, it has been held
    against; ``removed``: how many of its entries were taken out by then, where any were: what one
    of those had hit another may hit as well; ``clips``: how many have been compared with each
    other as videos; ``stacked``: how many the stacks know; ``findings``: how many findings there
    were of media up to the last, which changes when a newer pass renews one."""

    lists: dict[int, int] = field(default_factory=dict)
    clips: int = 0
    stacked: int = 0
    findings: int = 0
    removed: dict[int, int] = field(default_factory=dict)


def load(folder: Path) -> State:
    """The state of a case; that of one never matched when there is none. Raises IndexDamaged."""
    path = folder / "state.json"
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["version"] != VERSION:
            return State()
        lists, removed = (_counts(told.get(name, {})) for name in ("lists", "removed"))
        return State(
            lists, int(told["clips"]), int(told["stacked"]), int(told["findings"]), removed
        )
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(
            f"{path} is damaged.",
            hint="It is derived; build it anew with: trawl match --case NAME --again",
        ) from error


def _counts(told: dict[str, int]) -> dict[int, int]:
    return {int(name): int(count) for name, count in told.items()}


def save(folder: Path, state: State) -> None:
    """Write the state, whole or not at all."""
    told = {
        "version": VERSION,
        "lists": {str(name): count for name, count in sorted(state.lists.items())},
        "removed": {str(name): count for name, count in sorted(state.removed.items())},
        "clips": state.clips,
        "stacked": state.stacked,
        "findings": state.findings,
    }
    unfinished = folder / f".state.json.{os.getpid()}"
    unfinished.write_text(json.dumps(told), "utf-8")
    unfinished.replace(folder / "state.json")
