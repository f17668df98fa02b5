from __future__ import annotations

import pytest

from trawl.signin.time_codes import (
    STEP_US,
    code_at,
    is_time_code,
    new_recovery_codes,
    new_secret,
    recovery_hash,
    step_of,
)

# RFC 6238, appendix B (SHA-1), the last six digits; seconds and code.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds * 1_000_000) == code
    assert step_of(SECRET, f"{code[:3]} {code[3:]}", seconds * 1_000_000, None) == seconds // 30


@pytest.mark.parametrize("away", range(-3, 4))
def test_a_clock_may_be_one_step_off(away: int) -> None:
    now = 1_790_000_000_000_000
    code = code_at(SECRET, now + away * STEP_US)
    assert (step_of(SECRET, code, now, None) is not None) is (abs(away) <= 1)


def test_no_step_counts_up_to_the_last_used_one() -> None:
    now = 1_790_000_000_000_000
    step = now // STEP_US
    for used, counts in ((step - 1, True), (step, False), (step + 1, False)):
        assert (step_of(SECRET, code_at(SECRET, now), now, used) is not None) is counts


def test_what_is_no_code_is_no_step() -> None:
    for said in ("", "12345", "abcdef", "１２３４５６", "0" * 1000, "\ud800"):
        assert step_of(SECRET, said.encode("utf-8", "replace").decode(), 10**15, None) is None


def test_recovery_codes_are_random_and_read_however_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert len(codes[0].replace("-", "")) == 16  # of 32 letters: 80 bits
    assert recovery_hash(codes[0].lower().replace("-", " ")) == recovery_hash(codes[0])
    assert not any(is_time_code(code) for code in codes)
    assert is_time_code("123 456")
    assert new_secret() != new_secret()
