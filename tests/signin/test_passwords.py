from __future__ import annotations

import pytest

from trawl.errors import SignInError
from trawl.signin.passwords import LONGEST, SHORTEST, accept_password


@pytest.mark.parametrize(
    "password",
    [
        *("brass", "x" * (SHORTEST - 1), "aaaaaaaaaaaaaa", "ababababababab"),
        *("Password1234", "pass word 1234", "kim kim kim!", "y" * (LONGEST + 1)),
    ],
)
def test_a_weak_password_is_refused_and_says_what_to_do(password: str) -> None:
    with pytest.raises(SignInError) as caught:
        accept_password(password, "kim")
    assert password not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "password",
    ["seven lamps of brass", "kimono on the clothes line", "žluťoučký kůň", "x4!Lq9" * 2],
)
def test_a_long_one_is_taken_without_rules_of_composition(password: str) -> None:
    accept_password(password, "kim")
