"""An officer's watch, brought from the store to this moment and kept again."""

from __future__ import annotations

import msgspec

from trawl.errors import BreakDue
from trawl.store.database import Reader, Session
from trawl.store.watches import keep_viewing, keep_watch, viewings, watch_state
from trawl.welfare.intervals import measure, within
from trawl.welfare.local_day import day_bounds, day_of, opens_us
from trawl.welfare.policy import Rules
from trawl.welfare.watch import Watch, advanced, begun

DAY_US = 86_400_000_000
_decoder = msgspec.json.Decoder(Watch)


def watch_at(view: Reader | Session, officer_id: int, now_us: int, rules: Rules) -> Watch:
    """The officer's watch at this moment, a break or a closed day that has begun included."""
    return settled(view, officer_id, kept_watch(view, officer_id, now_us), now_us, rules)


def kept_watch(view: Reader | Session, officer_id: int, now_us: int) -> Watch:
    """The officer's watch as it was last kept."""
    state = watch_state(view, officer_id)
    return begun(now_us) if state is None else _decoder.decode(state)


def settled(
    view: Reader | Session, officer_id: int, watch: Watch, now_us: int, rules: Rules
) -> Watch:
    """The watch at ``now_us``, with what the rules say of it."""
    moved = advanced(watch, now_us, rules)
    if not now_us < moved.closed_us <= now_us + 2 * DAY_US:
        # Over, or from a clock that was far ahead.
        moved = msgspec.structs.replace(moved, closed_us=0)
    limit = rules.daily_us
    if moved.closed_us or limit is None or today_us(view, officer_id, now_us, rules) < limit:
        return moved
    _, ends = day_bounds(day_of(now_us, rules.zone), rules.zone)
    return msgspec.structs.replace(moved, closed_us=ends)


def keep(session: Session, officer_id: int, watch: Watch) -> None:
    """Keep the watch and the run of viewing it is in."""
    keep_watch(session, officer_id, msgspec.json.encode(watch).decode())
    if watch.from_us:
        keep_viewing(session, officer_id, watch.from_us, watch.until_us)


def today_us(view: Reader | Session, officer_id: int, now_us: int, rules: Rules) -> int:
    """How long media have been on the officer's screens today, in microseconds."""
    starts, _ = day_bounds(day_of(now_us, rules.zone), rules.zone)
    runs = viewings(view, officer_id, starts, now_us)
    return measure(within(runs, starts, now_us))


def standing_break(watch: Watch, now_us: int, rules: Rules) -> BreakDue | None:
    """Why no media may be shown now, if they may not: a break, the day's limit, or the hours;
    of several the one that lasts longest."""
    found: list[BreakDue] = []
    if watch.break_us is not None:
        found.append(
            BreakDue(
                "A break is due: no media are shown until it is over.",
                until_us=watch.break_until_us,
                reason="break",
                hint="The break is over when no media have been on any of your screens for "
                f"{watch.break_us // 60_000_000} minutes. Nobody can shorten it.",
            )
        )
    if watch.closed_us:
        found.append(
            BreakDue(
                "The limit of the day is reached: no more media are shown today.",
                until_us=watch.closed_us,
                reason="daily-limit",
                hint="It goes on tomorrow. Nobody can lift it today.",
            )
        )
    hours = rules.policy.hours
    opens = None if hours is None else opens_us(now_us, hours, rules.zone)
    if hours is not None and opens is not None:
        found.append(
            BreakDue(
                f"Media are shown from {hours[0]} to {hours[1]} only.",
                until_us=opens,
                reason="hours",
                hint="The welfare lead sets the hours.",
            )
        )
    return max(found, key=lambda each: each.until_us, default=None)
