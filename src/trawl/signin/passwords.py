"""Passwords: hashed with Argon2id, and what is asked of a new one.

The parameters are RFC 9106's second recommended option (64 MiB, 3 passes, 4 lanes): about 0.1 s
on one core of 2024. They are written into every hash, so they can be raised: an older hash is
made anew at the next sign-in. What is asked of a new password follows NIST SP 800-63B §3.1.1.2:
a length, a list of bad ones, no rules of composition, no changing by the calendar.
"""

from __future__ import annotations

import unicodedata

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY

from trawl.errors import SignInError

SHORTEST = 12
LONGEST = 256
_FEWEST_DIFFERENT = 5
_BAD = frozenset(
    {
        "123456789012",
        "1234567890123",
        "administrator",
        "correcthorsebatterystaple",
        "iloveyouiloveyou",
        "letmeinletmein",
        "password1234",
        "password12345",
        "passwordpassword",
        "qwertyuiop12",
        "qwertyuiopas",
        "qwertyqwerty",
        "trawltrawltrawl",
        "welcomewelcome",
    }
)


class Passwords:
    """Hashes and compares, with these parameters. One hash takes their memory for its time:
    whoever calls bounds how many run at once."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._of_nobody = self._hasher.hash("the password of an officer who does not exist")

    def hash(self, password: str) -> str:
        """The hash of a password, with its salt and parameters (PHC string)."""
        return self._hasher.hash(_normal(password))

    def holds(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one of the hash. ``stored`` None (nobody has that name)
        takes the same work and is never true."""
        try:
            self._hasher.verify(self._of_nobody if stored is None else stored, _normal(password))
        except (Argon2Error, InvalidHashError):
            return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def accept_password(password: str, name: str) -> None:
    """Raise SignInError, with what to do, unless the password may be ``name``'s."""
    said = _normal(password).casefold()
    plain = "".join(said.split())
    if len(said) < SHORTEST:
        raise _refused(f"the password is shorter than {SHORTEST} characters")
    if len(password) > LONGEST:
        raise _refused(f"the password is longer than {LONGEST} characters")
    if len(set(plain)) < _FEWEST_DIFFERENT or plain in _BAD:
        raise _refused("the password is among the first that are guessed")
    if plain.replace(name.casefold(), "") != plain and len(plain) < SHORTEST + len(name):
        raise _refused("the password is little more than your name")


def _refused(why: str) -> SignInError:
    return SignInError(
        why, hint="Three random words make one that is long and can be kept in mind."
    )


def _normal(password: str) -> str:
    """The same password however a keyboard composes its letters (NIST SP 800-63B §3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
