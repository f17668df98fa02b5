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
    against; ``clips``: how many have been compared with each other as videos; ``stacked``:
    how many the stacks know; ``findings``: how many findings there were of media up to the last,
    which changes when a newer pass renews one."""

    lists: dict[int, int] = field(default_factory=dict)
    clips: int = 0
    stacked: int = 0
    findings: int = 0


def load(folder: Path) -> State:
    """The state of a case; that of one never matched when there is none. Raises IndexDamaged."""
    path = folder / "state.json"
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["version"] != VERSION:
            return State()
        lists = {int(name): int(count) for name, count in told["lists"].items()}
        return State(lists, int(told["clips"]), int(told["stacked"]), int(told["findings"]))
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(
            f"{path} is damaged.",
            hint="It is derived; build it anew with: trawl match --case NAME --again",
        ) from error


def save(folder: Path, state: State) -> None:
    """Write the state, whole or not at all."""
    told = {
        "version": VERSION,
        "lists": {str(name): count for name, count in sorted(state.lists.items())},
        "clips": state.clips,
        "stacked": state.stacked,
        "findings": state.findings,
    }
    unfinished = folder / f".state.json.{os.getpid()}"
    unfinished.write_text(json.dumps(told), "utf-8")
    unfinished.replace(folder / "state.json")
