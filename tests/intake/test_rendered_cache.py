"""What was rendered lately is kept in memory, and made once."""

from __future__ import annotations

import threading

import pytest

from trawl.errors import PassFailed
from trawl.intake.rendered_cache import RenderedCache
from trawl.model.looking import Clarity, Rendered


def rendered(size: int) -> Rendered:
    return Rendered(data=bytes(size), mime="image/jpeg", width=1, height=1, clarity=Clarity.GREY)


def test_the_ones_used_last_are_kept_within_the_bytes() -> None:
    cache: RenderedCache[Rendered] = RenderedCache(100)
    made: list[str] = []

    def ask(key: str, size: int = 40) -> None:
        def make() -> Rendered:
            made.append(key)
            return rendered(size)

        cache.once(key, make)

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)
    assert made == ["a", "b", "c", "b"]  # c drove b out, which was used before a
    ask("large", 101)
    ask("large", 101)
    ask("a")
    assert made == ["a", "b", "c", "b", "large", "large"]
    cache.clear()
    ask("a")
    assert made[-1] == "a"


def test_what_many_ask_for_at_a_time_is_made_once() -> None:
    cache: RenderedCache[Rendered] = RenderedCache(100)
    go, made, found = threading.Event(), [0], list[Rendered]()

    def make() -> Rendered:
        made[0] += 1
        go.wait(5)
        return rendered(10)

    threads = [threading.Thread(target=lambda: found.append(cache.once(1, make))) for _ in "12345"]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert len(found) == 5
    assert len({id(one) for one in found}) == 1


def test_a_failure_is_not_kept() -> None:
    cache: RenderedCache[Rendered] = RenderedCache(100)

    def fail() -> Rendered:
        raise PassFailed("no")

    with pytest.raises(PassFailed):
        cache.once(1, fail)
    assert cache.once(1, lambda: rendered(3)).data == bytes(3)
