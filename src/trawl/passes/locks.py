"""What a probe for encryption answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Lock:
    """``lock`` is None when nothing locks the content; ``reason`` says why it could not be
    told, and ``extra`` what else an officer may want to know."""

    lock: str | None = None
    reason: str | None = None
    extra: dict[str, str | int | float] = field(default_factory=dict)
