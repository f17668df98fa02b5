"""What every error has in common."""

from __future__ import annotations

import io

from trawl.errors import PassFailed, plain


def test_addresses_do_not_stand_in_reasons() -> None:
    assert str(PassFailed(f"stream {io.BytesIO()!r}: broken")) == "stream (object): broken"
    assert plain("a < b at 0x10") == "a < b at 0x10"
