"""What of a hostile file's claims a database can hold."""

from __future__ import annotations

import math

BIGGEST = (1 << 63) - 1


def storable_text(text: str | None) -> str | None:
    """The text without what PostgreSQL or UTF-8 cannot hold (NUL, lone surrogates), escaped."""
    if text is None or text.isprintable():
        return text
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()


def storable_int(value: int | None) -> int | None:
    """The number, or None where it does not fit 64 bits and so cannot be true."""
    return value if value is not None and -BIGGEST <= value <= BIGGEST else None


def storable_float(value: float | None) -> float | None:
    """The number, or None where it is infinite or not a number."""
    return value if value is not None and math.isfinite(value) else None


def locator_bytes(locator: str) -> bytes:
    """A locator exactly, whatever characters its source put into it."""
    return locator.encode("utf-8", "surrogatepass")


def locator_text(raw: bytes) -> str:
    """The locator that ``locator_bytes`` encoded."""
    return raw.decode("utf-8", "surrogatepass")
