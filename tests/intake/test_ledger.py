"""What the audit says of a slice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import OPENED, ROOT, entries, logged

from trawl.intake.ledger import _outcome, count_states, rows_digest
from trawl.intake.plan import Run
from trawl.model.exhibit import ContainerState, Entry, OccurrenceState
from trawl.model.intake import Logged

rows = st.lists(
    st.builds(
        Logged,
        entry=st.builds(Entry, path=st.binary(max_size=6)),
        state=st.sampled_from(OccurrenceState),
        sha256=st.none() | st.binary(min_size=32, max_size=32),
        size=st.none() | st.integers(0, 1 << 60),
    ),
    max_size=4,
)


@given(rows, rows)
def test_two_slices_that_say_otherwise_have_other_digests(
    one: list[Logged], two: list[Logged]
) -> None:
    def said(each: list[Logged]) -> list[tuple[object, ...]]:
        return [(row.entry.path, row.state, row.size, row.sha256 or None) for row in each]

    assert (rows_digest(one) == rows_digest(two)) == (said(one) == said(two))


def test_it_stays_what_it_was() -> None:
    # In the chains of workspaces that exist.
    row = logged(Entry(path=b"haul/a\n\xff"), b"hello")
    assert rows_digest([row]) == (
        "9edfd506d9c89c0d5788dcbab40087822277b4ca7bc61685c0cfdcbe26cb8d0e"
    )


def test_failed_and_locked_are_counted() -> None:
    states = [*OccurrenceState, OccurrenceState.REFUSED]
    said = [logged(entry, state=state) for entry, state in zip(entries(6), states, strict=True)]
    assert count_states(said) == (3, 1)


@pytest.mark.parametrize(
    ("run", "state", "reason"),
    [
        (Run(ROOT, OPENED), ContainerState.DONE, None),
        (
            Run(ROOT, same_as="a.zip"),
            ContainerState.DONE,
            "the same content as a.zip, logged there",
        ),
        (Run(ROOT, problem="no"), ContainerState.FAILED, "no"),
        (Run(replace(ROOT, done=3), problem="no"), ContainerState.FAILED, "no"),
    ],
)
def test_how_a_container_ends(run: Run, state: ContainerState, reason: str | None) -> None:
    assert _outcome(run) == (state, reason)
