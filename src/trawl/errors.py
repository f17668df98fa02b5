"""Every error Trawl raises on purpose, under one root.

    TrawlError
    ├── SettingsError            a setting or a workspace file is wrong
    ├── StoreError               the database or the files beside it
    │   ├── NotFound             a named thing does not exist
    │   │   └── ViewGone         a view of a case is no longer held
    │   ├── AlreadyExists        a name is taken
    │   │   └── ListIsIn         this very list is in the hash set
    │   ├── WorkspaceBusy        another intake holds this acquisition
    │   │   └── BeingPrepared    a case is made ready for review
    │   ├── DatabaseAway         the database, its disk or its server does not answer
    │   └── AuditBroken          the audit chain does not hold
    ├── AccessRefused            the officer may not; says why
    ├── NotSignedIn              no session, or it has ended
    ├── TooMany                  too many attempts; says how long to wait
    ├── SignInError              a password, code, key or link that cannot be taken
    ├── Conflict                 another officer has done it, or has it, already
    ├── WelfareError             the rules that protect who looks
    │   ├── BreakDue             no media until the break is over
    │   └── NotShown             media of this category are not shown to this officer
    ├── SourceError              an exhibit's bytes
    │   ├── Unreadable           cannot be read, with the reason
    │   ├── Locked               encrypted; says what locks it
    │   └── LimitExceeded        depth, ratio, size or count over the limit
    ├── PassFailed               a pass cannot say anything about a media
    ├── CustodyError             a manifest or signature does not hold
    ├── Stopped                  asked to stop, and did; no fault of anything
    └── MatchingError            hash sets, indexes and models
        ├── ListRefused          a list is broken, foreign or ambiguous; says what was found
        ├── IndexDamaged         an index file beside the database does not hold
        ├── NoMapping            a category has no counterpart in another scheme
        ├── TooPlain             a picture that cannot be matched by sight
        └── ModelRefused         a model file is absent, foreign or does not fit

An error carries what happened and, where there is one, what to do about it (``hint``).
"""

from __future__ import annotations

import re

_OBJECT = re.compile(r"<[^<>]* at 0x[0-9a-fA-F]+>")


def plain(text: str) -> str:
    """A library's message without what differs from run to run: the addresses of its objects.
    What is stored of a content must depend on the content alone."""
    return _OBJECT.sub("(object)", text)


class TrawlError(Exception):
    """The root. ``str(error)`` is one plain sentence for an officer."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(plain(message))
        self.hint = hint


class SettingsError(TrawlError):
    """A setting or a workspace file is missing or wrong."""


class StoreError(TrawlError):
    """The database, or a file beside it, cannot do what was asked."""


class NotFound(StoreError):
    """A case, exhibit, media … of that name is not in the store."""


class ViewGone(NotFound):
    """A view of a case is no longer held, or never was this officer's."""

    def __init__(self) -> None:
        super().__init__("this view is no longer held", hint="Open it again.")


class AlreadyExists(StoreError):
    """The name is taken."""


class ListIsIn(AlreadyExists):
    """This very list is in the hash set already."""


class WorkspaceBusy(StoreError):
    """Another process is working on the same acquisition."""


class DatabaseAway(StoreError):
    """The database, its disk or its server does not answer now: nothing of this act was kept, and
    the same may go well in a moment."""


class BeingPrepared(WorkspaceBusy):
    """A case is made ready for review, and is asked for again in a moment. ``done`` of ``total``
    media are read; ``left_s``: seconds that are left of that, None while nobody can say."""

    def __init__(self, done: int, total: int, left_s: float | None) -> None:
        self.done, self.total, self.left_s = done, total, left_s
        read = f": {done:,} of {total:,} media are read" if total else ""
        super().__init__(
            f"the case is being prepared for review{read}",
            hint="It goes on by itself, once for all who review it.",
        )


class AuditBroken(StoreError):
    """The audit chain does not hold. ``sequence`` is the first row that is wrong."""

    def __init__(self, message: str, *, sequence: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.sequence = sequence


class AccessRefused(TrawlError):
    """The officer may not do this; the message is the reason."""


class NotSignedIn(TrawlError):
    """There is no session, or it has ended."""


class TooMany(TrawlError):
    """Too many attempts. ``wait_s``: seconds until the next one counts."""

    def __init__(self, message: str, *, wait_s: float, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.wait_s = wait_s


class SignInError(TrawlError):
    """A password, a code, a passkey or an invitation cannot be taken; the message says why."""


class Conflict(TrawlError):
    """Another officer has it, or has done it, already; or it has changed since."""


class WelfareError(TrawlError):
    """A rule that protects who looks stands against it."""


class BreakDue(WelfareError):
    """No media are shown until ``until_us`` (microseconds since 1970-01-01 UTC). ``reason``:
    ``break``, ``daily-limit`` or ``hours``."""

    def __init__(
        self, message: str, *, until_us: int, reason: str, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.until_us = until_us
        self.reason = reason


class NotShown(WelfareError):
    """Media of this category are not shown to this officer."""


class SourceError(TrawlError):
    """Something about an exhibit's bytes."""


class Unreadable(SourceError):
    """The bytes cannot be read; the message is the reason that goes into the log."""


class Locked(SourceError):
    """The bytes are encrypted. ``lock`` names what locks them, e.g. ``bitlocker``."""

    def __init__(self, message: str, *, lock: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.lock = lock


class LimitExceeded(SourceError):
    """A depth, ratio, size or count is over the limit that stops a bomb."""


class PassFailed(TrawlError):
    """A pass cannot say anything about this media; the message is the stored reason."""


class CustodyError(TrawlError):
    """A manifest, a signature or a root hash does not hold."""


class Stopped(TrawlError):
    """It was asked to stop. What is done so far is kept or undone, never half there."""

    def __init__(self, message: str = "Stopped. Nothing is lost.") -> None:
        super().__init__(message, hint="The same command does what is left.")


class MatchingError(TrawlError):
    """Something about hash sets, indexes or models."""


class ListRefused(MatchingError):
    """A list of known content is broken, foreign or ambiguous; nothing of it was kept."""


class NoMapping(MatchingError):
    """A category of one scheme has no counterpart in another, as far as anybody wrote down."""


class IndexDamaged(MatchingError):
    """An index file beside the database is truncated or not what it should be."""


class TooPlain(MatchingError):
    """A picture has too little in it to be matched by sight."""


class ModelRefused(MatchingError):
    """A model file is absent, foreign or does not fit."""
