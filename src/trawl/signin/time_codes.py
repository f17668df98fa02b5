"""Time codes (TOTP, RFC 6238: SHA-1, six digits, 30 seconds) and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import pyotp

STEP_US = 30_000_000
AROUND = 1
"""Steps before and after the present one that count too (RFC 6238 §5.2)."""
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10


def new_secret() -> str:
    """A secret of 160 bits, as an authenticator app takes it (base32; RFC 4226 §4, R6)."""
    return pyotp.random_base32(32)


def uri_of(secret: str, name: str) -> str:
    """What the picture code says that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Trawl")


def step_of(secret: str, code: str, now_us: int, used: int | None) -> int | None:
    """The time step a code is of; None when it is of none that counts: wrong, too old or too
    new, or not behind the last step that was ``used``. Every step is compared, whichever fits."""
    totp, fitting = pyotp.TOTP(secret), None
    said = "".join(code.split())
    for step in range(now_us // STEP_US - AROUND, now_us // STEP_US + AROUND + 1):
        same = hmac.compare_digest(totp.generate_otp(step).encode(), said.encode())
        if same and (used is None or step > used):
            fitting = step
    return fitting


def code_at(secret: str, now_us: int) -> str:
    """The code an authenticator shows at that time."""
    return pyotp.TOTP(secret).generate_otp(now_us // STEP_US)


def new_recovery_codes() -> list[str]:
    """Codes of 80 bits for whoever has lost their authenticator, each good once."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> bytes:
    """What the database knows a recovery code by, however it was typed."""
    plain = "".join(each for each in code.upper() if each.isalnum())
    return hashlib.sha256(b"trawl recovery code\0" + plain.encode()).digest()


def is_time_code(code: str) -> bool:
    """Whether it looks like a time code, not a recovery code."""
    said = "".join(code.split())
    return len(said) == 6 and said.isdecimal()


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
