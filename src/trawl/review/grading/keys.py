"""The keys of acts: made by the client, so that an act asked for twice is done once."""

from __future__ import annotations

import re

from trawl.errors import Conflict, StoreError
from trawl.model.grading import ActKind
from trawl.store.database import Reader, Session
from trawl.store.grading_acts import StoredAct, act_of_key

LONGEST = 64

_KEY = re.compile(r"[A-Za-z0-9._-]{1,64}")


def checked_key(key: str) -> str:
    """The key. Raises StoreError when it is not 1 to 64 letters, digits, dots, dashes."""
    if not _KEY.fullmatch(key):
        raise StoreError(
            "the key of an act is 1 to 64 letters, digits, dots, dashes and underscores",
            hint="Make a new UUID for every act.",
        )
    return key


def numbered(key: str, number: int) -> str:
    """The key of one of several acts that were asked for as one; the first bears the key itself.
    No client can ask for the others: a colon is in no key."""
    return key if number == 0 else f"{key}:{number}"


def done_before(
    view: Reader | Session, officer_id: int, case_id: int, key: str, kind: ActKind
) -> StoredAct | None:
    """The act that has this key already. Raises Conflict when it is of another kind or case."""
    found = act_of_key(view, officer_id, key)
    if found is not None and (found.case_id, found.kind) != (case_id, kind):
        raise another_act()
    return found


def another_act() -> Conflict:
    """A key that has been used for something else."""
    return Conflict(
        "this key belongs to another act of yours", hint="Make a new UUID for every act."
    )
