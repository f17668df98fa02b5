"""Where the measuring of one officer stands: how long media have been on screen without a pause.

A page shows media from its first sign until ``GRACE_US`` after its last; it says at once when it
stops. What is delivered without any page saying so (a script) counts the same grace, or as long
as it takes to play. All pages
and deliveries of an officer are one set of moments, so two of them at once count once.

Only differences between two looks at the server's clock are counted, and never negative ones:
a clock that was set back takes nothing from what was measured, and adds nothing. No client's
word makes the time of a delivery shorter than ``LEAST_US``.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

SECOND_US = 1_000_000
GRACE_US = 15 * SECOND_US
"""How long a delivery or a page that falls silent counts: three heartbeats."""
LEAST_US = 2 * SECOND_US
"""What a delivery counts at least, whatever a page says after it."""
REMIND_FOR_US = 60 * SECOND_US
"""How long a reminder stands."""
MOST_PAGES = 32
UNCLAIMED = ""
"""The page of deliveries that no page has claimed yet."""


class Limits(Protocol):
    """What the policy sets, in microseconds."""

    @property
    def longest_us(self) -> int:
        """The longest stretch of viewing."""

    @property
    def break_us(self) -> int:
        """How long without media ends a stretch, and how long a break is."""

    @property
    def remind_us(self) -> int:
        """How often to remind."""


class Page(msgspec.Struct, frozen=True, array_like=True):
    """A page's last sign, and until when media are on its screen unless it says otherwise."""

    seen_us: int
    until_us: int


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """The state after the last sign of the officer, which was at ``seen_us``.

    ``from_us`` to ``until_us``: the last run of moments with media on screen; while they are
    there it ends in the near future. ``stretch_us``: viewing since the last pause that was long
    enough. ``paused_us``: how long no media have been on screen. ``least_us``: the last delivery
    counts until then. ``break_us``: how long the break under way must be, by the policy it began
    with; None: there is none. ``closed_us``: no media before then, the day's limit is reached.
    """

    seen_us: int
    from_us: int = 0
    until_us: int = 0
    stretch_us: int = 0
    paused_us: int = 0
    least_us: int = 0
    pages: dict[str, Page] = msgspec.field(default_factory=dict)
    break_us: int | None = None
    break_from_us: int = 0
    closed_us: int = 0

    @property
    def showing(self) -> bool:
        """Whether media are on a screen."""
        return self.until_us > self.seen_us

    @property
    def break_until_us(self) -> int:
        """When the break under way ends, if no media come on screen before."""
        if self.break_us is None:
            return 0
        if self.showing:
            return self.until_us + self.break_us
        return self.seen_us + self.break_us - self.paused_us

    def reminds(self, limits: Limits) -> bool:
        """Whether a reminder is due: in the minute after each ``remind_us`` of the stretch."""
        return (
            self.break_us is None
            and self.stretch_us >= limits.remind_us
            and self.stretch_us % limits.remind_us < REMIND_FOR_US
            and self.paused_us < REMIND_FOR_US
        )

    def reported_us(self, page: str, now_us: int) -> int:
        """The most that a page can have had media on screen since it, or when it has never been
        heard of the officer at all, gave the last sign; of the state before ``now_us``."""
        known = self.pages.get(page)
        since = self.seen_us if known is None else known.seen_us
        on_screen = min(now_us, self.until_us) - max(since, self.from_us)
        return min(max(0, on_screen), GRACE_US)


def begun(now_us: int) -> Watch:
    """An officer who has never looked at anything."""
    return Watch(seen_us=now_us)


def advanced(watch: Watch, now_us: int, limits: Limits) -> Watch:
    """The state at ``now_us``, when nothing has happened in between."""
    if now_us < watch.seen_us:
        watch = _set_back(watch, now_us)
    viewed = max(0, min(now_us, watch.until_us) - watch.seen_us)
    idle = now_us - watch.seen_us - viewed
    moved = msgspec.structs.replace(
        watch,
        seen_us=now_us,
        stretch_us=watch.stretch_us + viewed,
        paused_us=idle if viewed else watch.paused_us + idle,
    )
    if moved.break_us is None and moved.stretch_us >= limits.longest_us:
        due = watch.seen_us + max(0, limits.longest_us - watch.stretch_us)
        moved = msgspec.structs.replace(moved, break_us=limits.break_us, break_from_us=due)
    return _rested(moved, limits)


def delivered(watch: Watch, now_us: int, lasts_us: int = 0) -> Watch:
    """Media went out that last so long when they are played. ``watch`` stands at ``now_us``."""
    before = watch.pages.get(UNCLAIMED)
    ends = max(now_us + max(GRACE_US, lasts_us), before.until_us if before else 0)
    return _turned(watch, watch.pages | {UNCLAIMED: Page(now_us, ends)}, now_us + LEAST_US)


def shows(watch: Watch, page: str, now_us: int) -> Watch:
    """A page says that it has media on screen; what was delivered is taken to be on it."""
    known = {name: each for name, each in watch.pages.items() if name != UNCLAIMED}
    name = page if page in known or len(known) < MOST_PAGES else UNCLAIMED
    return _turned(watch, known | {name: Page(now_us, now_us + GRACE_US)}, watch.least_us)


def hides(watch: Watch, page: str) -> Watch:
    """A page says that it has no media on screen, from this moment on."""
    left = {name: each for name, each in watch.pages.items() if name not in (page, UNCLAIMED)}
    return _turned(watch, left, watch.least_us)


def _turned(watch: Watch, pages: dict[str, Page], least_us: int) -> Watch:
    now_us = watch.seen_us
    live = {name: page for name, page in pages.items() if page.until_us > now_us}
    until = max((now_us, least_us, *(page.until_us for page in live.values())))
    was_on = watch.from_us > 0 and watch.until_us >= now_us
    changed = msgspec.structs.replace(watch, pages=live, least_us=least_us)
    if not was_on and until <= now_us:
        return changed
    start = watch.from_us if was_on else now_us
    return msgspec.structs.replace(changed, from_us=start, until_us=until)


def _rested(watch: Watch, limits: Limits) -> Watch:
    """A pause that was long enough ends the stretch, and the break."""
    needed = limits.break_us if watch.break_us is None else watch.break_us
    if watch.showing or watch.paused_us < needed:
        return watch
    return msgspec.structs.replace(watch, stretch_us=0, break_us=None, break_from_us=0)


def _set_back(watch: Watch, now_us: int) -> Watch:
    """The clock was set back: what was to come still comes, as long as it was to be."""

    def to_come(until_us: int) -> int:
        return now_us + min(max(0, until_us - watch.seen_us), GRACE_US)

    until = to_come(watch.until_us)
    return msgspec.structs.replace(
        watch,
        seen_us=now_us,
        from_us=now_us,
        until_us=until,
        least_us=to_come(watch.least_us),
        pages={name: Page(now_us, to_come(page.until_us)) for name, page in watch.pages.items()},
    )
