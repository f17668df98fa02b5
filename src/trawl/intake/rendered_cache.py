"""What was rendered lately, in memory only, and made once however many ask for it at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from trawl.model.looking import Rendered, Segment

Made = TypeVar("Made", Rendered, Segment)


class RenderedCache(Generic[Made]):
    """At most so many bytes of renderings, the ones used last."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes = most_bytes, 0
        self._held: OrderedDict[Hashable, Made] = OrderedDict()
        self._making: dict[Hashable, Future[Made]] = {}
        self._lock = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives for this key, now or lately. What it raises is raised to all who
        wait for it, and not kept."""
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
                return held
            future = self._making.get(key)
            mine = future is None
            if future is None:
                future = self._making[key] = Future()
        if not mine:
            return future.result()
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                del self._making[key]
            future.set_exception(error)
            raise
        self._hold(key, made)
        future.set_result(made)
        return made

    def _hold(self, key: Hashable, made: Made) -> None:
        with self._lock:
            del self._making[key]
            if len(made.data) > self._most:
                return
            self._held[key] = made
            self._bytes += len(made.data)
            while self._bytes > self._most:
                _, oldest = self._held.popitem(last=False)
                self._bytes -= len(oldest.data)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._bytes = 0
