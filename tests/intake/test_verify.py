"""Two walks over the same paths, held against each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trawl.intake.verify import Change, Seen, differences

seen = st.builds(
    Seen,
    path=st.sampled_from([b"%d" % n for n in range(8)]),
    kind=st.sampled_from(["file", "symlink"]),
    state=st.sampled_from(["logged", "unreadable"]),
    sha256=st.none() | st.sampled_from([b"a" * 32, b"b" * 32]),
    link_target=st.none() | st.sampled_from([b"x", b"y"]),
)
walks = st.lists(seen, max_size=8, unique_by=lambda one: one.path)


def _what(one: Seen) -> tuple[object, ...]:
    return one.kind, one.sha256, one.link_target


@given(walks, walks)
def test_as_two_dictionaries_would_say(then: list[Seen], now: list[Seen]) -> None:
    old, new = ({one.path: one for one in walk} for walk in (then, now))
    expected = {(Change.MISSING, path) for path in old.keys() - new.keys()}
    expected |= {(Change.NEW, path) for path in new.keys() - old.keys()}
    expected |= {
        (Change.CHANGED, path)
        for path in old.keys() & new.keys()
        if _what(old[path]) != _what(new[path])
    }
    found = [(one.change, one.path) for one in differences(then, now)]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_it_says_what_it_was_and_is() -> None:
    then = [Seen(b"a", "file", "logged", b"\x01" * 32), Seen(b"b", "file", "logged", None)]
    now = [Seen(b"a", "file", "unreadable", None), Seen(b"b", "symlink", "not-a-file", None)]
    assert [one.detail for one in differences(then, now)] == [
        f"was {'01' * 32}, is unreadable",
        "was file, is symlink",
    ]
