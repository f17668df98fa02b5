"""What authenticators answer (W3C Web Authentication, level 2), read with care: anybody can send
anything."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from typing import Any

from webauthn.helpers import base64url_to_bytes, options_to_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException

from trawl.errors import SignInError
from trawl.signin.door import At

CHALLENGE_BYTES = 32
REGISTER, SIGN_IN = "register", "sign-in"
WRONG = "The passkey was not taken."

Json = Mapping[str, Any]

# What the library raises on answers that are wrong, and on those that are no answers at all.
NOT_TAKEN = (
    WebAuthnException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)


def challenge_of(answer: Json) -> bytes:
    """The challenge an answer says it answers. Raises SignInError for what is no answer."""
    try:
        raw = base64url_to_bytes(answer["response"]["clientDataJSON"])
        return bytes(parse_client_data_json(raw).challenge)
    except NOT_TAKEN as error:
        raise SignInError("this is no answer of an authenticator") from error


def credential_of(answer: Json) -> bytes:
    """Which passkey an answer says it is of. Raises SignInError for what is no answer."""
    try:
        return bytes(base64url_to_bytes(answer["rawId"]))
    except NOT_TAKEN as error:
        raise SignInError("this is no answer of an authenticator") from error


def relying_party(at: At) -> str:
    """The host a passkey is for. Raises SignInError for a bare address: browsers refuse them."""
    try:
        ipaddress.ip_address(at.host.strip("[]"))
    except ValueError:
        if at.host:
            return at.host
    raise SignInError(
        "passkeys need a host name, and this page was opened by its bare address",
        hint="Open it by name (on this machine: localhost), or use an authenticator app.",
    )


def plain(options: Any) -> dict[str, Any]:
    """Options as the browser takes them (WebAuthn's JSON)."""
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found
