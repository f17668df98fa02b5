"""Pieces of work that any worker can do, and do again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from trawl.intake.protocol import Opened
from trawl.model.exhibit import Entry
from trawl.model.intake import Container, Logged


@dataclass(slots=True)
class FetchTask:
    """Make a container's content a file of this machine."""

    container: Container
    source: Opened  # of the parent
    target: bytes
    strikes: int = 0


@dataclass(slots=True)
class ListTask:
    """List a container."""

    container: Container
    source: Opened
    strikes: int = 0


@dataclass(slots=True)
class SliceTask:
    """Log some members of a container. Keys are member numbers within the container.

    ``strikes`` counts the workers each member has cost; ``spared`` members are digested but no
    longer decoded, ``shunned`` ones not even read.
    """

    container: Container
    source: Opened
    first: int
    entries: dict[int, Entry]
    done: dict[int, Logged] = field(default_factory=dict)
    spared: dict[int, str] = field(default_factory=dict)
    shunned: dict[int, str] = field(default_factory=dict)
    strikes: Counter[int] = field(default_factory=Counter)

    @property
    def left(self) -> dict[int, Entry]:
        """Members not answered for yet."""
        return {at: entry for at, entry in self.entries.items() if at not in self.done}

    @property
    def order(self) -> tuple[int, int]:
        """The place of this slice in the log: container number, first member."""
        return (self.container.number, self.first)

    def strike(self, member: int, cause: str, limit: int, decoding: bool) -> None:
        """Count a lost worker against a member. Once it has cost ``limit`` of them it is left
        alone: first by the decoders, then altogether."""
        self.strikes[member] += 1
        if self.strikes[member] < limit:
            return
        self.strikes[member] = 0
        if decoding and member not in self.spared:
            self.spared[member] = f"decoding it {cause}"
        else:
            self.shunned[member] = f"reading it {cause}"

    def rows(self) -> list[Logged]:
        """The answers in member order."""
        return [self.done[at] for at in sorted(self.entries)]


Task = FetchTask | ListTask | SliceTask
