"""An authenticator in software (ES256), as a browser would hand on what it says.

W3C Web Authentication level 2: §6.1 authenticator data, §6.5.4 attestation object with the
statement ``none``, §5.8.1 client data.
"""

from __future__ import annotations

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Authenticator:
    """Holds one passkey. ``verifies``: makes sure who holds it."""

    def __init__(self, *, verifies: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.identifier = os.urandom(16)
        self.count = 0
        self.verifies = verifies

    def make(self, options: dict[str, Any], origin: str) -> dict[str, Any]:
        """The answer to registration options."""
        client = self._client("webauthn.create", options, origin)
        numbers = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        attested = bytes(16) + len(self.identifier).to_bytes(2, "big") + self.identifier
        data = self._data(options["rp"]["id"], ATTESTED) + attested + cbor2.dumps(cose)
        stated = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {"clientDataJSON": encoded(client), "attestationObject": encoded(stated)}
        )

    def sign(self, options: dict[str, Any], origin: str) -> dict[str, Any]:
        """The answer to sign-in options."""
        self.count += 1
        client = self._client("webauthn.get", options, origin)
        data = self._data(options["rpId"], 0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": encoded(client),
                "authenticatorData": encoded(data),
                "signature": encoded(signature),
            }
        )

    def _client(self, kind: str, options: dict[str, Any], origin: str) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": origin}
        return json.dumps(said).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        party = hashlib.sha256(rp_id.encode()).digest()
        return party + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        identifier = encoded(self.identifier)
        return {
            "id": identifier,
            "rawId": identifier,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
